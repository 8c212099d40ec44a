import t from 'tap'
import { existsSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startController } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { localMacs } from '../support/local-macs.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { writeUsualNetwork } from '../support/usual-network.js'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const REMOTE = '02:00:00:00:0e:01'
const FOREIGN_FLOW = 'cookie=0xfeed,table=0,priority=500,in_port=p2,dl_type=0x9000,actions=output:p1'

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1', 'p2'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2', '10.2.2.3'],
})
await sandbox.addPhysicalSwitch()
await sandbox.vsctl('set-fail-mode', 'br0', 'standalone')
await sandbox.ofctl('add-flow', 'br0', FOREIGN_FLOW)
let daemon = await sandbox.startDaemon()
const controller = await startController(sandbox)
await writeUsualNetwork(controller, REMOTE)
const journal = join(sandbox.directory, 'vtep', 'br0.journal')

const flows = (): Promise<string> => sandbox.ofctl('--no-stats', '-O', 'OpenFlow15', 'dump-flows', 'br0')
const hasForeignFlow = async (): Promise<boolean> => (await flows()).includes('cookie=0xfeed')

/** Starts the daemon again and gives the lines of flow changes that are not for the controller's one new MAC. */
async function restart(newMac: string): Promise<readonly string[]> {
  const before = (await sandbox.recorder.changingCommands()).length
  daemon = await sandbox.startDaemon()
  await controller.write(`add-ucast-remote ls0 ${newMac} 10.2.2.3`)
  const commands = (await sandbox.recorder.changingCommands()).slice(before)
  const isForNewMac = (line: string): boolean => /02:ca:|02:99:/.test(line)
  return commands.flatMap(({ program, args, stdin }) =>
    (stdin ?? [program, ...args].join(' '))
      .split('\n')
      .filter((line) => line.trim() !== '' && !isForNewMac(line)),
  )
}

await t.test('the journal is private and where it is expected', async (t) => {
  t.ok(existsSync(journal))
  t.equal(statSync(journal).mode & 0o777, 0o600)
  t.equal(statSync(join(sandbox.directory, 'vtep')).mode & 0o777, 0o700)
})

await t.test(
  'a stopped daemon leaves the forwarding in place, and starting again sends nothing',
  async (t) => {
    await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))
    await until('A is reported', async () => (await localMacs(sandbox.vtepctl, 'ls0')).includes(A))
    t.equal(await daemon.stop(), 0)
    t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, REMOTE)), ['10.2.2.3 vni 33'])
    t.strictSame(
      await sandbox.exitsOfVxlan('10.2.2.2', 33, uniqueFrame(REMOTE, A)),
      ['p0'],
      'what it learned too',
    )
    t.ok((await localMacs(sandbox.vtepctl, 'ls0')).includes(A), 'and still reports')
    t.strictSame(await restart('02:99:00:00:00:01'), [])
  },
)

await t.test('a killed daemon sends nothing when started again', async (t) => {
  await daemon.kill()
  t.strictSame(await restart('02:99:00:00:00:02'), [])
})

await t.test('a lost journal changes nothing', async (t) => {
  await daemon.stop()
  await rm(join(sandbox.directory, 'vtep'), { recursive: true })
  t.strictSame(await restart('02:99:00:00:00:03'), [])
  t.ok(existsSync(journal), 'a new one is begun')
  t.ok((await localMacs(sandbox.vtepctl, 'ls0')).includes(A))
})

await t.test('what changed while it was down is made up for', async (t) => {
  await daemon.stop()
  await sandbox.vtepctl('del-ucast-remote', 'ls0', REMOTE)
  await sandbox.vtepctl('unbind-ls', 'br0', 'p1', '10')
  const sent = await restart('02:99:00:00:00:04')
  t.not(sent.length, 0)
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, REMOTE)), ['10.2.2.2 vni 33'])
})

await t.test('foreign flows have stayed', async (t) => {
  t.ok(await hasForeignFlow())
})

await t.test('exit --cleanup removes what is ours and nothing else', async (t) => {
  await sandbox.exitsOf('p0', uniqueFrame(B, BROADCAST))
  await daemon.control('exit', '--cleanup')
  t.equal(await daemon.ended, 0)
  t.notMatch(await flows(), /cookie=0x56(54|4c)[0-9a-f]{12}\b/)
  t.ok(await hasForeignFlow())
  t.equal(await sandbox.vsctl('get-fail-mode', 'br0'), 'standalone')
  t.equal(await sandbox.vsctl('--bare', '--columns=name', 'find', 'Interface', 'type=vxlan'), '')
  t.strictSame((await sandbox.vsctl('list-ports', 'br0')).split('\n').sort(), ['canary', 'p0', 'p1', 'p2'])
  t.strictSame(await localMacs(sandbox.vtepctl, 'ls0'), [])
  t.match(await sandbox.vtepctl('list-ls'), /ls0/, "the controller's rows stay")
})

await t.test('after a cleanup it starts as on the first day', async (t) => {
  daemon = await sandbox.startDaemon()
  await controller.write('add-ls later')
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST)), ['10.2.2.2 vni 33'])
})
