import t from 'tap'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Status } from '../../lib/words/status.js'
import { words } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { localMacs } from '../support/local-macs.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const LIMITS = ['--max-macs=3', '--max-tunnels=2', '--max-learned-per-port=16', '--max-learned=64', 'br0']
const HOST = '02:00:00:00:00:0b'
const numbered = (kind: string, n: number): string => `02:00:00:00:${kind}:${n.toString(16).padStart(2, '0')}`

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1', 'p2'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2', '10.2.2.3', '10.2.2.4'],
})
await sandbox.addPhysicalSwitch()
let daemon = await sandbox.startDaemon(LIMITS)

const write = (commands: string): Promise<string> => sandbox.vtepctl(...words(commands))
const statusOf = async (): Promise<Status> => JSON.parse(await daemon.control('status', '--json')) as Status
const inSync = () => until('in sync', async () => (await statusOf()).isInSync)
const flowsIn = async (table: number): Promise<readonly string[]> =>
  (await sandbox.ofctl('-O', 'OpenFlow14', '--no-stats', 'dump-flows', 'br0', `table=${table}`))
    .split('\n')
    .filter((line) => line.includes('cookie='))
const remoteMacs = async (): Promise<readonly string[]> =>
  (await flowsIn(20)).flatMap((line) => /dl_dst=(\S+)/.exec(line)?.[1] ?? []).sort()
const learnedAt = async (register: string): Promise<number> =>
  (await flowsIn(21)).filter(
    (line) => line.includes(`set_field:${register}->reg1`) || line.includes(`load:${register}->`),
  ).length
/** Commands that changed anything; ovs-appctl is ours. */
const changes = async (): Promise<number> =>
  (await sandbox.recorder.changingCommands()).filter(({ program }) => program !== 'ovs-appctl').length
const faults = (): Promise<string> => sandbox.vtepctl('get', 'Physical_Switch', 'br0', 'switch_fault_status')
const problems = async (): Promise<readonly string[]> =>
  (await statusOf()).problems.map(({ reason }) => reason)

await t.test(
  'remote MACs and VTEPs beyond their limits are left out, with a fault, until there is room',
  async (t) => {
    await until('the ports are there', async () => /p2/.test(await sandbox.vtepctl('list-ports', 'br0')))
    await write(`
    add-ls ls0
    set Logical_Switch ls0 tunnel_key=33
    bind-ls br0 p0 0 ls0
    bind-ls br0 p1 0 ls0
    add-ucast-remote ls0 ${numbered('0e', 3)} 10.2.2.3
    add-ucast-remote ls0 ${numbered('0e', 4)} 10.2.2.3
    add-ucast-remote ls0 ${numbered('0e', 5)} 10.2.2.3
  `)
    await until('all three are there', async () => (await remoteMacs()).length === 3)
    t.equal(await faults(), '[]')
    await write(`
    add-ucast-remote ls0 ${numbered('0e', 1)} 10.2.2.4
    add-mcast-remote ls0 unknown-dst 10.2.2.2
  `)
    await until(
      'both faults are raised',
      async () => (await faults()) === '[mac_table_exhaustion, tunnel_exhaustion]',
    )
    await inSync()
    t.strictSame(
      await remoteMacs(),
      [3, 4].map((n) => numbered('0e', n)),
      'the first has its place, its VTEP has none',
    )
    t.strictSame([...(await problems())].sort(), [
      '10.2.2.4 is one too many for --max-tunnels=2',
      'one too many for --max-macs=3',
    ])
    t.match(daemon.output(), /WARN\|.*one too many for --max-macs=3/)
  },
)

await t.test('a restart chooses the same, with the journal and without', async (t) => {
  const before = await remoteMacs()
  for (const isForgetting of [false, true]) {
    await daemon.kill()
    if (isForgetting) await rm(join(sandbox.directory, 'vtep'), { recursive: true })
    const sent = await changes()
    daemon = await sandbox.startDaemon(LIMITS)
    await inSync()
    t.strictSame(await remoteMacs(), before)
    t.equal(await changes(), sent, isForgetting ? 'without' : 'with')
  }
})

await t.test('when there is room again the faults go', async (t) => {
  await write(`
    del-ucast-remote ls0 ${numbered('0e', 1)}
  `)
  await until('they are gone', async () => (await faults()) === '[]')
  await inSync()
  t.strictSame(
    await remoteMacs(),
    [3, 4, 5].map((n) => numbered('0e', n)),
  )
  t.strictSame(await problems(), [])
})

await t.test('a port that floods the switch with MACs harms itself only', async (t) => {
  const flood = Array.from({ length: 200 }, (_, n) => ({
    port: 'p0',
    frame: uniqueFrame(numbered('aa', n), BROADCAST),
  }))
  const exits = await sandbox.exitsOfEach(flood)
  t.ok(
    exits.every((each) => each.join() === '10.2.2.2 vni 33,p1'),
    'its frames go on',
  )
  await until('the switch says so', async () => (await learnedAt('0x10000')) === 16)
  await until('and we', async () => (await problems()).length === 1)
  t.strictSame(await problems(), ['VLAN 0: about as many MACs are learned as may be, 16'])
  t.equal(await faults(), '[]', 'the controller asked for none of it')
  await sandbox.exitsOf('p1', uniqueFrame(HOST, BROADCAST))
  await until('the other port is learned at', async () => (await learnedAt('0x20000')) === 1)
  await until('and reported', async () => (await localMacs(sandbox.vtepctl, 'ls0')).includes(HOST))
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(numbered('aa', 0), HOST)), ['p1'], 'and found')
  t.strictSame(await sandbox.exitsOfVxlan('10.2.2.2', 33, uniqueFrame(numbered('0e', 3), HOST)), ['p1'])
  const reported = (await localMacs(sandbox.vtepctl, 'ls0')).length
  t.equal(reported, 17)
  t.equal(
    (await sandbox.exitsOf('p1', uniqueFrame(HOST, numbered('aa', 199)))).length,
    2,
    'its own too many are flooded',
  )
  t.strictSame(await sandbox.exitsOf('p1', uniqueFrame(HOST, numbered('aa', 1))), ['p0'])
})

await t.test(
  'a binding more changes shares, a start with other limits too: what is learned stays',
  async (t) => {
    await write('bind-ls br0 p2 7 ls0')
    await until('it is bound', async () =>
      (await flowsIn(10)).some((line) => line.includes('limit=16') && line.includes('0x30007')),
    )
    await daemon.stop()
    daemon = await sandbox.startDaemon(['--max-learned-per-port=400', '--mac-aging=4', 'br0'])
    await inSync()
    t.ok((await flowsIn(10)).some((line) => line.includes('limit=400')))
    t.equal(await learnedAt('0x10000'), 16)
    t.strictSame(await problems(), [], 'there is room again')
    t.notOk((await flowsIn(10)).some((line) => line.includes('limit=16')))
  },
)

await t.test('what is forgotten makes room', async () => {
  await daemon.stop()
  daemon = await sandbox.startDaemon(['--max-learned-per-port=8', '--mac-aging=2', 'br0'])
  await inSync()
  const flood = Array.from({ length: 20 }, (_, n) => ({
    port: 'p1',
    frame: uniqueFrame(numbered('bb', n), BROADCAST),
  }))
  await sandbox.exitsOfEach(flood)
  await until('it is said of both ports', async () => (await problems()).length === 2)
  await until('those at p1 are forgotten, and it is unsaid', async () => (await problems()).length === 1)
})
