import t, { type Test } from 'tap'
import { becomes } from '../support/becomes.js'
import { startController } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { addDummyPort } from '../support/underlay.js'
import { until } from '../support/until.js'
import { usualUnderlay, writeUsualNetwork } from '../support/usual-network.js'

const A = '02:00:00:00:00:0a'
const REMOTE = '02:00:00:00:0e:01'
const OTHER_VTEP = '10.2.2.2'

const sandbox = await startSandbox(t, usualUnderlay)
const { vsctl, vtepctl } = sandbox
await sandbox.addPhysicalSwitch()
// without audits: what is noticed here is noticed by event
const start = () => sandbox.startDaemon(['--audit-interval=0', 'br0'])
let daemon = await start()
const controller = await startController(sandbox)
await writeUsualNetwork(controller, REMOTE)

const ports = async (): Promise<readonly string[]> => (await vsctl('list-ports', 'br0')).split('\n').sort()
const marksOf = (port: string): Promise<string> => vsctl('get', 'Port', port, 'external_ids')
const tunnelPort = async (): Promise<string> => {
  const marked = ['--bare', '--columns=name', 'find', 'Port', 'external_ids:vtep_tunnel_ip="10.2.2.1"']
  return until('there is one tunnel port', async () => /^vtep-\w+$/.exec(await vsctl(...marked))?.[0])
}
const inSync = (t: Test): Promise<void> =>
  becomes(t, 'in sync', async () => /^in sync: yes/m.test(await daemon.control('status')), true)

/** Frames go both ways; `t` has one failure where they do not. */
async function forwards(t: Test): Promise<void> {
  await inSync(t)
  await becomes(t, 'a frame leaves', () => sandbox.exitsOf('p0', uniqueFrame(A, REMOTE)), ['10.2.2.3 vni 33'])
  const arrives = () => sandbox.exitsOfVxlan(OTHER_VTEP, 33, uniqueFrame(REMOTE, BROADCAST))
  await becomes(t, 'a frame arrives', arrives, ['p0', 'p1 vlan 10'])
  t.equal(await vsctl('get-fail-mode', 'br0'), 'secure')
}

/** What `change` did is mended while the daemon runs, and by a start where it did not run then. */
async function isMended(
  t: Test,
  change: () => Promise<unknown>,
  check: (t: Test) => Promise<void>,
): Promise<void> {
  await change()
  await check(t)
  await forwards(t)
  await daemon.stop()
  await change()
  daemon = await start()
  await check(t)
  await forwards(t)
  const before = await ports()
  await daemon.stop()
  daemon = await start()
  await forwards(t)
  t.strictSame(await ports(), before, 'a start on an unchanged world changes nothing')
}

await t.test('before', forwards)

const marked = /vtep_physical_switch=br0, vtep_tunnel_ip="10.2.2.1"/
for (const [what, words] of [
  ['lost', ['clear', 'Port', 'PORT', 'external_ids']],
  ['lost in part', ['remove', 'Port', 'PORT', 'external_ids', 'vtep_tunnel_ip']],
  ['another', ['set', 'Port', 'PORT', 'external_ids:vtep_physical_switch=br7']],
] as const)
  await t.test(`the mark of the tunnel port is ${what}`, async (t) => {
    const port = await tunnelPort()
    await isMended(
      t,
      () => vsctl(...words.map((word) => (word === 'PORT' ? port : word))),
      async (t) => {
        await becomes(t, 'it is marked again', async () => marked.test(await marksOf(port)), true)
        t.notOk((await vtepctl('list-ports', 'br0')).includes(port), 'it is no port of the physical switch')
      },
    )
  })

await t.test('the mark of a BFD port is lost', async (t) => {
  const tunnel = async (): Promise<string> => {
    const listed = ['--bare', '--columns=tunnels', 'list', 'Physical_Switch', 'br0']
    return (await vtepctl(...listed)).split(' ')[0] ?? ''
  }
  await vtepctl('set', 'Tunnel', await tunnel(), 'bfd_params:enable=true')
  const bfdPort = () =>
    until('there is a BFD port', async () => (await ports()).find((name) => /^bfd-/.test(name)))
  const port = await bfdPort()
  const before = await marksOf(port)
  for (const words of [
    ['clear', 'Port', port, 'external_ids'],
    ['remove', 'Port', port, 'external_ids', 'vtep_bfd'],
  ])
    await isMended(
      t,
      () => vsctl(...words),
      async (t) => {
        await becomes(t, 'it is marked again', () => marksOf(port), before)
        t.equal((await ports()).filter((name) => /^bfd-/.test(name)).length, 1)
      },
    )
  await vtepctl('clear', 'Tunnel', await tunnel(), 'bfd_params')
  await becomes(t, 'it goes', async () => (await ports()).includes(port), false)
})

await t.test('a port of somebody else has our mark', async (t) => {
  await isMended(
    t,
    () => vsctl('set', 'Port', 'p1', 'external_ids:vtep_physical_switch=br0'),
    async (t) => {
      t.ok((await vtepctl('list-ports', 'br0')).includes('p1'))
      t.equal(await vsctl('get', 'Interface', 'p1', 'type'), 'dummy')
    },
  )
  await vsctl('clear', 'Port', 'p1', 'external_ids')
})

await t.test('somebody else has a port of our name', async (t) => {
  const port = await tunnelPort()
  const taken = ['--', '--if-exists', 'del-port', port, '--']
  await vsctl(...taken, 'add-port', 'br0', port, '--', 'set', 'Interface', port, 'type=dummy')
  await until('ours has another', async () => (await tunnelPort()) !== port)
  await forwards(t)
  t.equal(await vsctl('get', 'Interface', port, 'type'), 'dummy', 'theirs stays')
  t.equal(await marksOf(port), '{}')
  await daemon.stop()
  daemon = await start()
  await forwards(t)
  await vsctl('del-port', 'br0', port)
  await forwards(t)
})

await t.test('what the bridge says of itself is lost', async (t) => {
  const former = () => vsctl('get', 'Bridge', 'br0', 'external_ids')
  await isMended(
    t,
    () => vsctl('clear', 'Bridge', 'br0', 'external_ids'),
    (t) => becomes(t, 'it is there again', former, '{vtep_former_fail_mode=none}'),
  )
})

await t.test('another bridge has a port of our name and with our marks', async (t) => {
  await vsctl('add-br', 'br9', '--', 'set', 'Bridge', 'br9', 'datapath_type=dummy')
  await addDummyPort(sandbox, 'br9', 'q0')
  const port = await tunnelPort()
  const marks = ['external_ids:vtep_physical_switch=br0', 'external_ids:vtep_tunnel_ip="10.2.2.1"']
  const added = ['--', 'add-port', 'br9', port, '--', 'set', 'Port', port, ...marks]
  const tunnel = ['type=vxlan', 'options:key=flow', 'options:remote_ip=flow']
  await vsctl('--', 'del-port', port, ...added, '--', 'set', 'Interface', port, ...tunnel)
  // tied to an end point then: a dummy datapath encapsulates nothing for such a port before Open vSwitch 3.4
  const arrives = async (): Promise<void> => {
    await inSync(t)
    const frame = () => sandbox.exitsOfVxlan(OTHER_VTEP, 33, uniqueFrame(REMOTE, BROADCAST))
    await becomes(t, 'a frame arrives', frame, ['p0', 'p1 vlan 10'])
  }
  await until('ours is made anew', async () => (await ports()).some((name) => /^vtep-/.test(name)))
  await arrives()
  t.match(await vsctl('list-ports', 'br9'), port, 'theirs stays')
  t.notOk((await ports()).includes(port))
  await daemon.stop()
  daemon = await start()
  await arrives()
  await vsctl('del-br', 'br9')
})

await t.test('the bridge is deleted and made anew in one transaction', async (t) => {
  const added = ['p0', 'p1'].flatMap((name) => [
    ...['--', 'add-port', 'br0', name],
    ...['--', 'set', 'Interface', name, 'type=dummy'],
  ])
  const settings = ['--', 'set', 'Bridge', 'br0', 'datapath_type=dummy']
  await vsctl('--', 'del-br', 'br0', '--', 'add-br', 'br0', ...settings, ...added)
  const hasAll = async (): Promise<boolean> =>
    (await vsctl('get-fail-mode', 'br0')) === 'secure' &&
    (await ports()).some((name) => /^vtep-/.test(name)) &&
    (await sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', 'br0')).includes(`dl_dst=${REMOTE}`)
  await becomes(t, 'it is furnished', hasAll, true)
  await inSync(t)
})

await t.test('and everything goes when it is to go', async (t) => {
  await daemon.control('exit', '--cleanup')
  t.equal(await daemon.ended, 0)
  t.strictSame(await ports(), ['p0', 'p1'])
  t.equal(await vsctl('get-fail-mode', 'br0'), '')
})
