import t from 'tap'
import type { ControllerSession, Row } from '../support/controller-session.js'
import { BROADCAST, tagged, uniqueFrame } from '../support/frame.js'
import { startL2gw } from '../support/networking-l2gw.js'
import { startOpenDaylight, type OpenDaylight } from '../support/opendaylight.js'
import { remove, uuid, where } from '../support/operations.js'
import type { Owner } from '../support/ovs.js'
import { startSandbox, type Sandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const UNKNOWN = '02:00:00:00:00:ee'
const TUNNEL_IP = '10.2.2.1'
const QUIET_MS = 2000

/** A gateway with two ports and a running daemon. */
async function startGateway(owner: Owner): Promise<Sandbox> {
  const remotes = ['10.2.2.2', '10.2.2.3', '10.2.2.4', '10.2.2.5']
  const sandbox = await startSandbox(owner, { ports: ['p0', 'p1'], tunnelIp: TUNNEL_IP, remotes })
  await sandbox.addPhysicalSwitch()
  await sandbox.startDaemon()
  await until('the ports are in the database', async () =>
    (await sandbox.vtepctl('list-ports', 'br0')).includes('p1'),
  )
  return sandbox
}

/** Resolves when `exits` gives just `expected`. */
async function comeOutAt(
  expected: readonly string[],
  exits: () => Promise<readonly string[]>,
): Promise<void> {
  let last = ''
  await until(`frames come out at [${expected.join(', ')}]`, async () => {
    last = (await exits()).join()
    if (last !== expected.join()) throw new Error(`they come out at [${last}]`)
    return true
  })
}

/** How often the server told of changes while frames of known stations passed for some seconds. */
async function updatesWhileIdle(
  { updates, told }: ControllerSession,
  frames: () => Promise<unknown>,
): Promise<number> {
  await told()
  const before = updates.length
  const endMs = performance.now() + QUIET_MS
  while (performance.now() < endMs) await frames()
  await told()
  return updates.length - before
}

function rowsOf(session: ControllerSession, table: string, logicalSwitch: string): readonly Row[] {
  const isOfSwitch = ({ columns }: Row): boolean =>
    JSON.stringify(columns.logical_switch) === JSON.stringify(uuid(logicalSwitch))
  return session.rows(table).filter(isOfSwitch)
}

function localMacs(session: ControllerSession, logicalSwitch: string): readonly unknown[] {
  return rowsOf(session, 'Ucast_Macs_Local', logicalSwitch)
    .map(({ columns }) => columns.MAC)
    .sort()
}

function switchNamed(session: ControllerSession, name: string): string {
  const row = session.rows('Logical_Switch').find(({ columns }) => columns.name === name)
  if (row === undefined) throw new Error(`no logical switch ${name}`)
  return row.uuid
}

/** The end points that we announce for unknown destinations; null when we announce none. */
function announced(session: ControllerSession, logicalSwitch: string): readonly unknown[] | null {
  const [row, ...others] = rowsOf(session, 'Mcast_Macs_Local', logicalSwitch)
  if (others.length > 0) throw new Error('announced more than once')
  if (row?.columns.MAC !== 'unknown-dst') return null
  const isReferredTo = (reference: unknown) => (other: Row) =>
    JSON.stringify(reference) === JSON.stringify(uuid(other.uuid))
  const locatorSet = session.rows('Physical_Locator_Set').find(isReferredTo(row.columns.locator_set))
  return session
    .rows('Physical_Locator')
    .filter(isReferredTo(locatorSet?.columns.locators))
    .map(({ columns }) => columns.dst_ip)
}

/** How many rows of `table` were inserted since update number `from`. */
function insertions({ updates }: ControllerSession, table: string, from: number): number {
  return updates
    .slice(from)
    .flatMap((update) => Object.values(update[table] ?? {}))
    .filter((change) => 'insert' in change).length
}

await t.test('networking-l2gw', async (t) => {
  const sandbox = await startGateway(t)
  const global = await sandbox.vtepctl('--columns=_uuid', 'list', 'Global')
  const l2gw = await startL2gw(t, sandbox)
  const network = { id: '7f2a1c5e-0f4e-4f4b-9c8e-2d1b6a1f9e01', name: 'tenant net', vni: 5001 }
  const segments = [
    { port: 'p0', vlan: 0 },
    { port: 'p1', vlan: 100 },
  ]
  const vm1 = { mac: 'fa:16:3e:00:00:01', ip: '192.0.2.1', host: '10.2.2.2' }
  const vm2 = { mac: 'fa:16:3e:00:00:02', ip: '192.0.2.2', host: '10.2.2.3' }
  const vm3 = { mac: 'fa:16:3e:00:00:03', ip: '192.0.2.3', host: '10.2.2.2' }
  const from = (port: 'p0' | 'p1', dst: string) => (): Promise<readonly string[]> => {
    const frame = uniqueFrame(port === 'p0' ? A : B, dst)
    return sandbox.exitsOf(port, port === 'p0' ? frame : tagged(frame, 100))
  }

  await t.test('finds the gateway as it wants it', async (t) => {
    const [gateway] = l2gw.rows('Physical_Switch')
    t.equal(l2gw.rows('Physical_Switch').length, 1)
    t.match(gateway?.columns, { name: 'br0', tunnel_ips: TUNNEL_IP }, 'one tunnel IP, a bare atom')
    t.strictSame(gateway?.columns.switch_fault_status, ['set', []], 'anything else would block it')
    t.strictSame(
      l2gw
        .rows('Physical_Port')
        .map(({ columns }) => columns.name)
        .sort(),
      ['p0', 'p1'],
    )
    for (const { columns } of l2gw.rows('Physical_Port')) t.strictSame(columns.port_fault_status, ['set', []])
  })

  await t.test('creates a connection in one transaction', async (t) => {
    const before = l2gw.updates.length
    await l2gw.createConnection(network, [vm1, vm2], segments)
    await comeOutAt(['10.2.2.2 vni 5001'], from('p0', vm1.mac))
    t.strictSame(await from('p1', vm2.mac)(), ['10.2.2.3 vni 5001'])
    t.strictSame(await from('p0', BROADCAST)(), ['p1 vlan 100'], 'without unknown-dst it stays local')
    t.strictSame(await from('p1', UNKNOWN)(), ['p0'])
    t.strictSame(await sandbox.exitsOfVxlan('10.2.2.2', 5001, uniqueFrame(vm1.mac, B)), ['p1 vlan 100'])

    const logicalSwitch = switchNamed(l2gw, network.id)
    await until('the hosts behind the ports are announced', () => localMacs(l2gw, logicalSwitch).length === 2)
    t.strictSame(localMacs(l2gw, logicalSwitch), [A, B], 'in canonical form')
    for (const { columns } of rowsOf(l2gw, 'Ucast_Macs_Local', logicalSwitch)) {
      const [, locator] = columns.locator as readonly unknown[]
      const row = l2gw.rows('Physical_Locator').find(({ uuid }) => uuid === locator)
      t.match(row?.columns, { dst_ip: TUNNEL_IP, encapsulation_type: 'vxlan_over_ipv4' })
      t.equal(columns.ipaddr, '')
    }
    t.strictSame(announced(l2gw, logicalSwitch), [TUNNEL_IP])
    t.equal(insertions(l2gw, 'Mcast_Macs_Local', before), 1, 'each announced once')
    t.equal(insertions(l2gw, 'Ucast_Macs_Local', before), 2)
  })

  await t.test('a port comes up, migrates and goes down', async (t) => {
    await l2gw.portUp(network, vm3)
    await comeOutAt(['10.2.2.2 vni 5001'], from('p0', vm3.mac))

    const rowBefore = l2gw.rows('Ucast_Macs_Remote').find(({ columns }) => columns.MAC === vm2.mac)?.uuid
    await l2gw.migrate(vm2.mac, '10.2.2.4')
    await comeOutAt(['10.2.2.4 vni 5001'], from('p0', vm2.mac))
    const rowAfter = l2gw.rows('Ucast_Macs_Remote').find(({ columns }) => columns.MAC === vm2.mac)?.uuid
    t.equal(rowAfter, rowBefore, 'in place')
    t.strictSame(await sandbox.exitsOfVxlan('10.2.2.4', 5001, uniqueFrame(vm2.mac, A)), ['p0'])
    t.strictSame(
      await sandbox.exitsOfVxlan('10.2.2.3', 5001, uniqueFrame(vm2.mac, A)),
      [],
      'the host that it left is a stranger',
    )
    t.strictSame(await from('p1', vm1.mac)(), ['10.2.2.2 vni 5001'], 'the others stay')

    await l2gw.portDown(network, vm3.mac)
    await comeOutAt(['p1 vlan 100'], from('p0', vm3.mac))
  })

  await t.test('hears nothing while nothing changes', async (t) => {
    const frames = async (): Promise<void> => {
      await from('p0', B)()
      await from('p1', vm1.mac)()
      await sandbox.exitsOfVxlan('10.2.2.2', 5001, uniqueFrame(vm1.mac, A))
    }
    t.equal(await updatesWhileIdle(l2gw, frames), 0)
  })

  await t.test('announcements that others delete come back, once', async (t) => {
    const logicalSwitch = switchNamed(l2gw, network.id)
    const before = l2gw.updates.length
    const condition = where('logical_switch', uuid(logicalSwitch))
    await l2gw.transact([remove('Ucast_Macs_Local', condition), remove('Mcast_Macs_Local', condition)])
    await until(
      'they are back',
      () => localMacs(l2gw, logicalSwitch).length === 2 && announced(l2gw, logicalSwitch) !== null,
    )
    t.strictSame(localMacs(l2gw, logicalSwitch), [A, B])
    t.equal(await updatesWhileIdle(l2gw, from('p0', B)), 0)
    t.equal(insertions(l2gw, 'Ucast_Macs_Local', before), 2)
    t.equal(insertions(l2gw, 'Mcast_Macs_Local', before), 1)
  })

  await t.test('deletes the connection', async (t) => {
    const logicalSwitch = switchNamed(l2gw, network.id)
    const [first, second] = segments.map((segment) => [segment])
    await l2gw.unbind(network, first ?? [])
    await comeOutAt([], from('p0', vm1.mac))
    t.strictSame(await from('p1', vm1.mac)(), ['10.2.2.2 vni 5001'], 'the other binding goes on')
    t.strictSame(announced(l2gw, logicalSwitch), [TUNNEL_IP])
    await until(
      'what was learned at the first is withdrawn',
      () => localMacs(l2gw, logicalSwitch).join() === B,
    )

    await l2gw.unbind(network, second ?? [])
    await until(
      'nothing is announced any more',
      () => localMacs(l2gw, logicalSwitch).length === 0 && announced(l2gw, logicalSwitch) === null,
    )
    const before = l2gw.updates.length
    await comeOutAt([], from('p1', vm1.mac))
    await l2gw.deleteMacs(network)
    await l2gw.deleteSwitch(network)
    t.strictSame(await from('p0', vm1.mac)(), [])
    t.strictSame(await from('p1', vm1.mac)(), [])
    t.strictSame(await sandbox.exitsOfVxlan('10.2.2.2', 5001, uniqueFrame(vm1.mac, A)), [])
    await l2gw.told()
    t.equal(insertions(l2gw, 'Ucast_Macs_Local', before) + insertions(l2gw, 'Mcast_Macs_Local', before), 0)
    t.strictSame(l2gw.rows('Logical_Switch'), [])
    t.strictSame(l2gw.rows('Physical_Locator'), [], 'the locators went with the last reference')
  })

  t.equal(await sandbox.vtepctl('--columns=_uuid', 'list', 'Global'), global, 'the Global row has stayed')
})

await t.test('OpenDaylight', async (t) => {
  const sandbox = await startGateway(t)
  // another gateway of the same database, with a port of the same name
  await sandbox.vtepctl('add-ps', 'br9', '--', 'set', 'Physical_Switch', 'br9', 'tunnel_ips=10.2.2.9')
  await sandbox.vtepctl('add-port', 'br9', 'p0')
  const odl = await startOpenDaylight(t, sandbox)
  const red = { name: 'elan-red', segmentationId: 6001 }
  const blue = { name: 'elan-blue', segmentationId: 6002 }
  const vm1 = 'fa:16:3e:00:01:01'
  const vm2 = 'fa:16:3e:00:01:02'
  const sent = (port: 'p0' | 'p1', vlan: number, dst: string) => (): Promise<readonly string[]> => {
    const frame = uniqueFrame(port === 'p0' ? A : B, dst)
    return sandbox.exitsOf(port, vlan === 0 ? frame : tagged(frame, vlan))
  }
  const tunnelColumns = {
    bfd_params: ['map', [['enable', 'false']]],
    bfd_config_local: ['map', [['bfd_dst_ip', '169.254.1.9']]],
    bfd_config_remote: ['map', [['bfd_dst_ip', '169.254.1.7']]],
  }
  let tunnel = ''
  const ownPorts = (): readonly Row[] => {
    const gateway = odl.rows('Physical_Switch').find(({ columns }) => columns.name === 'br0')
    const [, ports] = gateway?.columns.ports as readonly [string, readonly (readonly [string, string])[]]
    return odl.rows('Physical_Port').filter((port) => ports.some(([, own]) => own === port.uuid))
  }

  await t.test('a network, what depends on it after its echo, and a tunnel of its own', async (t) => {
    await odl.createSwitch(red)
    await odl.bind('p0', [{ vlan: 0, elan: red }])
    await odl.bind('p1', [{ vlan: 20, elan: red }])
    await odl.replicateTo(red, ['10.2.2.2', '10.2.2.3'])
    await odl.addMac(red, vm1, '198.51.100.1', '10.2.2.2')
    const isOwn = ({ columns }: Row): boolean => columns.dst_ip === TUNNEL_IP
    await until('our own end point is known', () => odl.rows('Physical_Locator').some(isOwn))
    tunnel = await odl.addTunnel('br0', TUNNEL_IP, '10.2.2.2', tunnelColumns)

    await comeOutAt(['10.2.2.2 vni 6001'], sent('p0', 0, vm1))
    const everywhere = ['10.2.2.2 vni 6001', '10.2.2.3 vni 6001', 'p1 vlan 20']
    t.strictSame(await sent('p0', 0, BROADCAST)(), everywhere, 'source_node')
    t.strictSame(await sandbox.exitsOfVxlan('10.2.2.3', 6001, uniqueFrame(vm2, BROADCAST)), [
      'p0',
      'p1 vlan 20',
    ])
    const logicalSwitch = switchNamed(odl, red.name)
    await until('A is announced', () => localMacs(odl, logicalSwitch).join() === A)
    t.strictSame(announced(odl, logicalSwitch), [TUNNEL_IP])
  })

  await t.test('many replication targets, a new set of locators each time', async (t) => {
    const row = (): Row | undefined => odl.rows('Mcast_Macs_Remote')[0]
    const before = row()
    await odl.replicateTo(red, ['10.2.2.5', '10.2.2.4', '10.2.2.3', '10.2.2.2'])
    const all = ['10.2.2.2', '10.2.2.3', '10.2.2.4', '10.2.2.5'].map((ip) => `${ip} vni 6001`)
    await comeOutAt([...all, 'p1 vlan 20'], sent('p0', 0, BROADCAST))
    await odl.replicateTo(red, ['10.2.2.4', '10.2.2.5'])
    await comeOutAt([...all.slice(2), 'p1 vlan 20'], sent('p0', 0, UNKNOWN))
    t.equal(row()?.uuid, before?.uuid)
    t.notSame(row()?.columns.locator_set, before?.columns.locator_set)
    t.strictSame(await sent('p0', 0, vm1)(), ['10.2.2.2 vni 6001'], 'known MACs as before')
  })

  await t.test('whole maps of bindings, by the name of the port', async (t) => {
    await odl.createSwitch(blue)
    await odl.bind('p0', [
      { vlan: 0, elan: red },
      { vlan: 30, elan: blue },
    ])
    await odl.bind('p1', [
      { vlan: 20, elan: red },
      { vlan: 30, elan: blue },
    ])
    await odl.replicateTo(blue, ['10.2.2.3'])
    await comeOutAt(['10.2.2.3 vni 6002', 'p1 vlan 30'], sent('p0', 30, BROADCAST))
    t.strictSame(await sent('p0', 0, BROADCAST)(), ['10.2.2.4 vni 6001', '10.2.2.5 vni 6001', 'p1 vlan 20'])

    await odl.bind('p1', [{ vlan: 30, elan: blue }])
    await comeOutAt(['10.2.2.4 vni 6001', '10.2.2.5 vni 6001'], sent('p0', 0, BROADCAST))
    t.strictSame(await sent('p0', 30, BROADCAST)(), ['10.2.2.3 vni 6002', 'p1 vlan 30'])
    t.equal(odl.rows('Physical_Port').length, 3)
    t.equal(ownPorts().length, 2, 'the port of the other gateway stays its own')
  })

  await t.test('hears nothing while nothing changes', async (t) => {
    t.equal(await updatesWhileIdle(odl, sent('p0', 0, vm1)), 0)
  })

  await t.test('its Tunnel row is as it wrote it, and the only one for its end points', async (t) => {
    const rows = odl.rows('Tunnel')
    const mine = rows.find((row) => row.uuid === tunnel)
    t.strictSame(mine?.columns.bfd_params, tunnelColumns.bfd_params)
    t.match(
      JSON.stringify(mine?.columns.bfd_config_local),
      '["bfd_dst_ip","169.254.1.9"]',
      'more keys may have come, none has changed',
    )
    t.strictSame(mine?.columns.bfd_config_remote, tunnelColumns.bfd_config_remote)
    const ends = ({ columns }: Row): string => JSON.stringify([columns.local, columns.remote])
    t.equal(new Set(rows.map(ends)).size, rows.length)
    const gateway = odl.rows('Physical_Switch').find(({ columns }) => columns.name === 'br0')
    t.ok(JSON.stringify(gateway?.columns.tunnels).includes(tunnel), 'and listed')
  })

  await t.test('deletes a bound switch: refused, stripped, deleted', async (t) => {
    const logicalSwitch = switchNamed(odl, blue.name)
    await comeOutAt(['p0 vlan 30'], async () => sandbox.exitsOf('p1', tagged(uniqueFrame(B, A), 30)))
    await until('the announcements stand', () => localMacs(odl, logicalSwitch).join() === [A, B].join())
    await t.rejects(odl.deleteSwitch(blue), /referential integrity violation/)
    t.strictSame(localMacs(odl, logicalSwitch), [A, B], 'nothing happened')
    t.strictSame(await sent('p0', 30, BROADCAST)(), ['10.2.2.3 vni 6002', 'p1 vlan 30'])

    const before = odl.updates.length
    await odl.stripSwitch(blue)
    await odl.deletePlainSwitch(blue)
    await comeOutAt([], sent('p0', 30, BROADCAST))
    t.equal(insertions(odl, 'Ucast_Macs_Local', before) + insertions(odl, 'Mcast_Macs_Local', before), 0)
    t.strictSame(
      await sent('p0', 0, BROADCAST)(),
      ['10.2.2.4 vni 6001', '10.2.2.5 vni 6001'],
      'the other network goes on',
    )
  })

  await t.test('deletes an unbound switch with our rows in one transaction', async (t) => {
    const logicalSwitch = switchNamed(odl, red.name)
    await odl.bind('p0', [])
    await until('nothing is announced any more', () => localMacs(odl, logicalSwitch).length === 0)
    await odl.deleteSwitch(red)
    await comeOutAt([], sent('p0', 0, BROADCAST))
    t.strictSame(odl.rows('Logical_Switch'), [])
  })

  await t.test('deletion while hosts are being learned', async (t) => {
    for (let round = 0; round < 5; round++) {
      const elan = { name: `elan-${round}`, segmentationId: 7000 + round }
      await odl.createSwitch(elan)
      await odl.bind('p0', [{ vlan: 40, elan }])
      await odl.replicateTo(elan, ['10.2.2.2'])
      const at = [`10.2.2.2 vni ${elan.segmentationId}`]
      await comeOutAt(at, sent('p0', 40, BROADCAST))
      const newcomer = `02:00:00:00:0f:0${round}`
      await sandbox.inject('p0', tagged(uniqueFrame(newcomer, BROADCAST), 40))
      await odl.stripSwitch(elan)
      await deleteAsOften(odl, elan)
    }
    await odl.told()
    t.strictSame(odl.rows('Logical_Switch'), [])
    t.strictSame(odl.rows('Ucast_Macs_Local'), [])
  })

  const [global] = odl.rows('Global')
  t.equal(global?.uuid, odl.nodeId, 'the Global row has stayed')
  t.ok(
    odl.updates.every((update) => Object.values(update.Global ?? {}).every((change) => 'replace' in change)),
    'and was never re-created',
  )
})

/** Again and again as OpenDaylight does, at most ten times: a row of ours may have been on its way. */
async function deleteAsOften(
  odl: OpenDaylight,
  elan: { name: string; segmentationId: number },
): Promise<void> {
  for (let tries = 10; tries > 0; tries--) {
    const isGone = await odl.deleteSwitch(elan).then(
      () => true,
      () => false,
    )
    if (isGone) return
  }
  throw new Error(`${elan.name} could not be deleted`)
}
