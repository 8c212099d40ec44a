import t from 'tap'
import { startController } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { usualUnderlay, writeUsualNetwork } from '../support/usual-network.js'

const A = '02:00:00:00:00:0a'
const REMOTE = '02:00:00:00:0e:01'

const sandbox = await startSandbox(t, usualUnderlay)
await sandbox.addPhysicalSwitch()
await sandbox.ofctl(
  'add-flow',
  'br0',
  'cookie=0xfeed,table=0,priority=500,in_port=p1,dl_type=0x9000,actions=drop',
)
// without audits: what is noticed here is noticed by event
const daemon = await sandbox.startDaemon(['--audit-interval=0', 'br0'])
const controller = await startController(sandbox)
await writeUsualNetwork(controller, REMOTE)

const openflow = (...args: readonly string[]) => sandbox.ofctl('-O', 'OpenFlow14', ...args)
const flows = async (): Promise<string> => {
  const dump = await openflow('--no-stats', 'dump-flows', 'br0')
  return dump
    .split('\n')
    .filter((line) => line.includes('actions=') && !/table=21|cookie=0xfeed/.test(line))
    .sort()
    .join('\n')
}
const status = (): Promise<string> => daemon.control('status')
const isForeignFlowThere = async (): Promise<boolean> =>
  (await flows()).length > 0 && /0xfeed/.test(await openflow('dump-flows', 'br0'))
const drift = async (): Promise<string> => /^last drift: (.*)$/m.exec(await status())?.[1] ?? ''

/** What `change` did is noticed and undone; gives what status says of it. */
async function isMended(what: string, change: () => Promise<unknown>): Promise<string> {
  const [before, driftBefore] = [await flows(), await drift()]
  await change()
  await until(`${what} is mended`, async () => (await flows()) === before && (await drift()) !== driftBefore)
  await until('in sync', async () => /^in sync: yes/m.test(await status()))
  return drift()
}

await t.test('what we do ourselves is no drift', async (t) => {
  await controller.write(`
    del-ucast-remote ls0 ${REMOTE}
    add-ucast-remote ls0 ${REMOTE} 10.2.2.2
    unbind-ls br0 p1 10
  `)
  await controller.write(`
    bind-ls br0 p1 10 ls0
    del-ucast-remote ls0 ${REMOTE}
    add-ucast-remote ls0 ${REMOTE} 10.2.2.3
  `)
  await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))
  t.equal(await drift(), 'none')
})

await t.test('a flow that somebody deletes comes back', async (t) => {
  const said = await isMended('the flow', () => openflow('del-flows', 'br0', `table=20,dl_dst=${REMOTE}`))
  t.match(said, /: 1 flow gone: table=20,priority=100,metadata=0x[0-9a-f]+,dl_dst=02:00:00:00:0e:01$/)
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, REMOTE)), ['10.2.2.3 vni 33'])
})

await t.test('a flow that somebody changes is as it was', async (t) => {
  const said = await isMended('the flow', () =>
    openflow('mod-flows', 'br0', `table=20,dl_dst=${REMOTE},actions=drop`),
  )
  t.match(said, /: 1 flow new or changed: /)
})

await t.test('a flow that somebody puts in the place of ours gives way', async (t) => {
  const [, match = ''] =
    /table=20, priority=100,(metadata=\S+,dl_dst=02:00:00:00:0e:01)/.exec(await flows()) ?? []
  await isMended('the flow', () =>
    openflow('add-flow', 'br0', `cookie=0x1234,table=20,priority=100,${match},actions=drop`),
  )
  t.notMatch(await flows(), /0x1234/)
})

await t.test('all flows deleted come back', async (t) => {
  await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))
  const said = await isMended('the switch', () =>
    openflow('del-flows', 'br0', 'cookie=0x5654000000000000/0xffff000000000000'),
  )
  t.match(said, /: [1-9]\d flows gone/)
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, REMOTE)), ['10.2.2.3 vni 33'])
})

await t.test('a flow of ours that the databases do not ask for goes', async (t) => {
  await isMended('the switch', () =>
    openflow(
      'add-flow',
      'br0',
      'cookie=0x5654000000000001,table=20,priority=100,dl_dst=02:00:00:00:00:77,actions=drop',
    ),
  )
  t.ok(await isForeignFlowThere(), 'while that of another stays')
})

await t.test('fail_mode and the flows that go with its change', async (t) => {
  const before = await flows()
  await sandbox.vsctl('set-fail-mode', 'br0', 'standalone')
  await until('the bridge is mended', async () => (await sandbox.vsctl('get-fail-mode', 'br0')) === 'secure')
  await until('the flows are back', async () => (await flows()) === before)
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, REMOTE)), ['10.2.2.3 vni 33'])
})

await t.test('a tunnel port that somebody deletes is made again', async (t) => {
  const port =
    (await sandbox.vsctl('list-ports', 'br0')).split('\n').find((name) => name.startsWith('vtep-')) ?? ''
  await sandbox.vsctl('del-port', 'br0', port)
  await until(
    'frames are tunnelled again',
    async () => (await sandbox.exitsOf('p0', uniqueFrame(A, REMOTE))).join() === '10.2.2.3 vni 33',
  )
  t.ok((await sandbox.vsctl('list-ports', 'br0')).includes(port))
})

await t.test('a quarrel is not carried on at full speed', async (t) => {
  const remove = () => openflow('del-flows', 'br0', `table=20,dl_dst=${REMOTE}`)
  const isThere = async (): Promise<boolean> => (await flows()).includes(`dl_dst=${REMOTE}`)
  for (let round = 0; round < 3; round++) {
    await remove()
    await until('it is back', isThere)
  }
  // its patience counts from when it planned last, so a slow machine has to ask for it more often
  await until('the daemon waits', async () => {
    if (await isThere()) await remove()
    return /undone by another again and again, so it waits/.test(await status())
  })
  t.match(daemon.output(), /BackedOff.*undone by another/)
  await controller.write('add-ucast-remote ls0 02:00:00:00:0e:02 10.2.2.3')
  t.pass('others are served meanwhile')
  await until('it is back nevertheless', isThere)
})
