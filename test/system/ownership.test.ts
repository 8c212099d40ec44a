import t, { type Test } from 'tap'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { becomes } from '../support/becomes.js'
import { words } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { addNeighbour } from '../support/neighbour.js'
import { insert, mutate, named, remove, set, update, uuid, where } from '../support/operations.js'
import { startSandbox } from '../support/sandbox.js'

const OURS = '10.2.2.1'
const REMOTE = '10.2.2.2'
const A = '02:00:00:00:00:0a'
/** Announced by the neighbour, too. */
const B = '02:00:00:00:00:0b'
const STRAY = '02:00:00:00:00:ee'
const ALL = [`ls0 ${A} at ${OURS}`, `ls0 ${B} at ${OURS}`, `ls0 unknown-dst at ${OURS}`]
const PORTS = ['p0', 'p1']

t.test('in a database with another gateway', async (t) => {
  const sandbox = await startSandbox(t, { ports: PORTS, tunnelIp: OURS, remotes: [REMOTE] })
  const vtep = (commands: string): Promise<string> => sandbox.vtepctl(...words(commands))
  await sandbox.addPhysicalSwitch()
  await vtep(`
    add-ls ls0
    set Logical_Switch ls0 tunnel_key=33
    add-ls ls1
    add-mcast-remote ls0 unknown-dst ${REMOTE}
  `)
  const neighbour = await addNeighbour(t, sandbox, B, OURS, REMOTE)
  const { session } = neighbour

  const announces = (t: Test, what: string, expected: readonly string[]): Promise<void> =>
    becomes(t, what, async () => neighbour.others(), expected)
  const hasPorts = (t: Test): Promise<void> =>
    becomes(t, 'the ports', async () => (await sandbox.vtepctl('list-ports', 'br0')).split('\n'), PORTS)
  const tunnels = async (): Promise<readonly unknown[]> => {
    const ours = session.rows('Tunnel').filter((row) => !neighbour.isForeign(row))
    return ours.map(({ columns: { local, remote } }) => [local, remote])
  }
  const hasTunnel = (t: Test): Promise<void> =>
    becomes(t, 'the tunnel', tunnels, [[neighbour.locator(OURS), neighbour.locator(REMOTE)]])
  /** Both hosts are at p0, and go on speaking: what a binding learned may go with it while it is made anew. */
  const hostsSpeak = async (t: Test): Promise<void> => {
    const says = (mac: string): Promise<readonly string[]> =>
      sandbox.exitsOf('p0', uniqueFrame(mac, BROADCAST))
    const heard = async (): Promise<readonly string[]> => {
      for (const mac of [A, B]) await says(mac)
      return neighbour.others()
    }
    await hasTunnel(t)
    await becomes(t, 'in sync', async () => (await daemon.control('status')).includes('in sync: yes'), true)
    await becomes(t, 'what is behind our ports', heard, ALL)
    await becomes(t, 'a broadcast', () => says(A), [`${REMOTE} vni 33`, 'p1 vlan 10'])
  }

  let daemon = await sandbox.startDaemon()
  await t.test('our rows stand beside its rows', async (t) => {
    await hasPorts(t)
    await vtep('bind-ls br0 p0 0 ls0\nbind-ls br0 p1 10 ls0')
    await hostsSpeak(t)
    await neighbour.isUntouched(t)
  })

  const logicalSwitch = (name: string) => uuid(neighbour.row('Logical_Switch', name).uuid)
  await t.test('what others write at our end point is put right', async (t) => {
    const [ls0, ls1, locator] = [logicalSwitch('ls0'), logicalSwitch('ls1'), neighbour.locator(OURS)]
    await session.transact([
      insert('Ucast_Macs_Local', { MAC: STRAY, logical_switch: ls0, locator }),
      insert('Ucast_Macs_Local', { MAC: A, logical_switch: ls1, locator }),
      insert('Ucast_Macs_Local', { MAC: A, logical_switch: ls0, locator }),
      insert('Physical_Locator_Set', { locators: set([locator]) }, 'set'),
      insert('Mcast_Macs_Local', { MAC: 'unknown-dst', logical_switch: ls0, locator_set: named('set') }),
      insert('Mcast_Macs_Local', { MAC: 'unknown-dst', logical_switch: ls1, locator_set: named('set') }),
    ])
    await session.told()
    await announces(t, 'what is true, once', ALL)

    const [row] = session.rows('Ucast_Macs_Local').filter(({ columns }) => columns.MAC === A)
    await session.transact([
      update('Ucast_Macs_Local', where('_uuid', uuid(row?.uuid ?? '')), { MAC: STRAY }),
    ])
    await announces(t, 'the same after a change of a row', ALL)
    await neighbour.isUntouched(t)
  })

  await t.test('our rows that others delete come back, once', async (t) => {
    const before = session.updates.length
    const remaining = ['Ucast_Macs_Local', 'Mcast_Macs_Local'].flatMap((table) =>
      session
        .rows(table)
        .filter((row) => !neighbour.isForeign(row))
        .map((row) => remove(table, where('_uuid', uuid(row.uuid)))),
    )
    const br0 = where('name', 'br0')
    await session.transact([
      ...remaining,
      mutate('Physical_Switch', br0, [
        'tunnels',
        'delete',
        neighbour.row('Physical_Switch', 'br0').columns.tunnels,
      ]),
      update('Physical_Switch', br0, { description: '' }),
    ])
    const description = async (): Promise<unknown> =>
      neighbour.row('Physical_Switch', 'br0').columns.description
    await becomes(t, 'the description', description, 'OVS VTEP Emulator')
    await announces(t, 'the announcements', ALL)
    await hasTunnel(t)
    const inserted = (table: string): number =>
      session.updates
        .slice(before)
        .flatMap((update) => Object.values(update[table] ?? {}))
        .filter((change) => 'insert' in change).length
    t.strictSame(['Ucast_Macs_Local', 'Mcast_Macs_Local', 'Tunnel'].map(inserted), [2, 1, 1])
    await neighbour.isUntouched(t)
  })

  await t.test('a port that others delete comes back, and what is bound to it then', async (t) => {
    await vtep('del-port br0 p0')
    await announces(t, 'without its bindings', [`ls0 unknown-dst at ${OURS}`])
    await hasPorts(t)
    await vtep('bind-ls br0 p0 0 ls0')
    await hostsSpeak(t)
    await neighbour.isUntouched(t)
  })

  await t.test('our switch deleted and made anew is furnished again', async (t) => {
    await vtep('del-ps br0')
    await announces(t, 'nothing without it', [])
    await sandbox.addPhysicalSwitch()
    await hasPorts(t)
    await vtep('bind-ls br0 p0 0 ls0\nbind-ls br0 p1 10 ls0')
    await hostsSpeak(t)
    await neighbour.isUntouched(t)
  })

  await t.test('a start without a journal takes over what is ours and nothing else', async (t) => {
    await daemon.stop()
    await rm(join(sandbox.directory, 'vtep'), { recursive: true })
    await session.told()
    const before = session.updates.length
    daemon = await sandbox.startDaemon()
    await becomes(t, 'in sync', async () => (await daemon.control('status')).includes('in sync: yes'), true)
    await neighbour.isUntouched(t)
    const tables = session.updates.slice(before).flatMap((update) => Object.keys(update))
    t.notOk(
      tables.some((table) => table.endsWith('_Local')),
      'nothing is announced anew',
    )
    t.strictSame(neighbour.others(), ALL)
  })

  await t.test('its rows stay when ours go', async (t) => {
    await vtep('unbind-ls br0 p0 0\nunbind-ls br0 p1 10')
    await announces(t, 'nothing without bindings', [])
    await becomes(t, 'no tunnel', tunnels, [])
    await vtep('bind-ls br0 p0 0 ls0')
    await announces(t, 'bound again', [`ls0 unknown-dst at ${OURS}`])
    await hasTunnel(t)
    await daemon.control('exit', '--cleanup')
    t.equal(await daemon.ended, 0)
    await neighbour.isUntouched(t)
    t.strictSame(neighbour.others(), [])
    t.strictSame(await tunnels(), [])
  })
})
