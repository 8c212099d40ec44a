import t from 'tap'
import { becomes } from '../support/becomes.js'
import { startDirectController } from '../support/direct-controller.js'
import { BROADCAST, encodeFrame, tagged, uniqueFrame } from '../support/frame.js'
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, encodeArpRequest, encodeUdp } from '../support/ipv4.js'
import { insert, locator, map, named, remove, set, update, uuid, where } from '../support/operations.js'
import { startSandbox } from '../support/sandbox.js'

const A = '02:00:00:00:00:0a'
const GROUP = '01:00:5e:00:00:05'
const ETHERTYPE_IPV6 = 0x86dd
const ETHERTYPE_MPLS = 0x8847
/** The controller that writes gives its canary a MAC that begins so. */
const CANARY = '02:ca:'
const TARGETS = 2000
const VLANS = 600

const address = (i: number): string => `10.9.${i >> 8}.${i & 255}`
const targets = Array.from({ length: TARGETS }, (_, i) => address(i))

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.250'],
})
await sandbox.addPhysicalSwitch()
// one router before them all
await sandbox.appctl('ovs-vswitchd', 'ovs/route/add', '10.9.0.0/16', 'underlay', '10.2.2.250')
const daemon = await sandbox.startDaemon()
const controller = await startDirectController(t, sandbox)
const { exitsOf, exitsOfVxlan } = sandbox
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33 replication_mode=source_node
  bind-ls br0 p0 0 ls0
  bind-ls br0 p1 0 ls0
`)
const ls0 = uuid(await controller.switchNamed('ls0'))

const everywhere = (...others: string[]): string[] =>
  [...targets.map((ip) => `${ip} vni 33`), ...others].sort()

/** The controller's row for MAC in ls0 leads to all of `addresses`. */
async function replicate(MAC: string, addresses: readonly string[]): Promise<void> {
  const listing = await sandbox.vtepctl('--format=json', '--columns=_uuid,dst_ip', 'list', 'Physical_Locator')
  const { data } = JSON.parse(listing) as { data: [[string, string], string][] }
  const known = new Map(data.map(([[, id], ip]) => [ip, id]))
  const name = (ip: string): string => `at_${ip.replaceAll('.', '_')}`
  const added = addresses.filter((ip) => !known.has(ip))
  const members = addresses.map((ip) => (known.has(ip) ? uuid(known.get(ip) ?? '') : named(name(ip))))
  await controller.transact([
    remove('Mcast_Macs_Remote', where('MAC', MAC)),
    ...added.map((ip) => locator(ip, name(ip))),
    insert('Physical_Locator_Set', { locators: set(members) }, 'everybody'),
    insert('Mcast_Macs_Remote', { MAC, logical_switch: ls0, locator_set: named('everybody') }),
  ])
}

const ipv4 = encodeUdp({
  srcIp: '10.0.0.1',
  dstIp: '10.255.255.255',
  srcPort: 1,
  dstPort: 9,
  data: Buffer.from('data'),
})
/** No next header, from fd00::1 to ff02::1, eight bytes. */
const ipv6 = Buffer.from(`6123456700083b40fd${'0'.repeat(29)}1ff02${'0'.repeat(27)}1${'ab'.repeat(8)}`, 'hex')
const mpls = Buffer.concat([Buffer.from('0001013f', 'hex'), ipv4])
const kinds = [
  { kind: 'ARP', etherType: ETHERTYPE_ARP, payload: encodeArpRequest(A, '10.0.0.1', '10.0.0.2') },
  { kind: 'IPv4', etherType: ETHERTYPE_IPV4, payload: ipv4 },
  { kind: 'IPv6', etherType: ETHERTYPE_IPV6, payload: ipv6 },
]

await t.test('one broadcast reaches each of 2,000 VTEPs and each binding once', async (t) => {
  await replicate('unknown-dst', targets)
  for (const { kind, etherType, payload } of kinds) {
    const frame = { ...uniqueFrame(A, BROADCAST), etherType, payload }
    t.strictSame(await exitsOf('p0', frame), everywhere('p1'), kind)
    const copies = (await sandbox.tunnelFramesOut()).map(({ inner }) => inner)
    const [copy, ...others] = copies
      .filter((inner) => inner.payload.equals(payload))
      .map((inner) => encodeFrame(inner))
    t.strictSame(copy, encodeFrame(frame), 'as it was')
    t.ok(others.every((other) => copy?.equals(other)))
  }
  t.strictSame(
    await exitsOfVxlan(address(7), 33, uniqueFrame(A, BROADCAST)),
    ['p0', 'p1'],
    'theirs reaches no VTEP',
  )
  const trace = await sandbox.appctl(
    'ovs-vswitchd',
    'ofproto/trace',
    'br0',
    `in_port=1,dl_src=${A},dl_dst=${BROADCAST}`,
  )
  t.match(trace, /Datapath actions: .*,recirc\(/)
  t.notMatch(trace, />>>>/, 'the switch meets no limit of its own')
})

await t.test('of an MPLS frame the copies end where the switch ends, bindings come first', async (t) => {
  const exits = await exitsOf('p0', {
    ...uniqueFrame(A, BROADCAST),
    etherType: ETHERTYPE_MPLS,
    payload: mpls,
  })
  t.ok(exits.includes('p1'))
  t.ok(exits.length > 500, `${exits.length} copies`)
  t.equal(new Set(exits).size, exits.length, 'none twice')
})

await t.test('one VTEP for another changes their links and nothing else', async (t) => {
  const before = (await sandbox.recorder.changingCommands()).length
  const [gone = '', ...others] = targets
  await replicate('unknown-dst', [...others, address(TARGETS)])
  const commands = (await sandbox.recorder.changingCommands()).slice(before)
  const lines = commands.flatMap(({ stdin }) => (stdin ?? '').split('\n'))
  const changes = lines.filter((line) => line !== '' && !line.includes(CANARY))
  t.strictSame(changes.map((line) => line.replace(/^flow (\w+) .*?table=(\d+),.*/, '$1 $2')).sort(), [
    'add 1',
    'add 30',
    'add 30',
    'delete_strict 1',
  ])
  const expected = everywhere('p1', `${address(TARGETS)} vni 33`).filter(
    (exit) => !exit.startsWith(`${gone} `),
  )
  t.strictSame(await exitsOf('p0', uniqueFrame(A, BROADCAST)), expected)
})

await t.test('a group of as many', async (t) => {
  await replicate(GROUP, targets.slice(1))
  t.strictSame(
    await exitsOf('p1', uniqueFrame(A, GROUP)),
    everywhere('p0').filter((exit) => !exit.startsWith(`${address(0)} `)),
  )
})

await t.test('more bindings than one flow reaches', async (t) => {
  const vlans = Array.from({ length: VLANS }, (_, i) => i + 1)
  await controller.transact([
    insert('Logical_Switch', { name: 'trunk' }, 'trunk'),
    update('Physical_Port', where('name', 'p1'), {
      vlan_bindings: map(vlans.map((vlan) => [vlan, named('trunk')])),
    }),
    update('Physical_Port', where('name', 'p0'), { vlan_bindings: map([[9, named('trunk')]]) }),
  ])
  const everyVlan = vlans.map((vlan) => `p1 vlan ${vlan}`).sort()
  t.strictSame(await exitsOf('p0', tagged(uniqueFrame(A, BROADCAST), 9)), everyVlan)
})

await t.test('more VTEPs than the switch reaches', async (t) => {
  await controller.transact([
    remove('Mcast_Macs_Remote', where('MAC', GROUP)),
    update('Physical_Port', where('name', 'p0'), { vlan_bindings: map([[0, ls0]]) }),
    update('Physical_Port', where('name', 'p1'), { vlan_bindings: map([[0, ls0]]) }),
  ])
  const many = Array.from({ length: 3900 }, (_, i) => address(i))
  const faults = async () =>
    (await sandbox.vtepctl('--bare', 'get', 'Physical_Switch', 'br0', 'switch_fault_status')).trim()
  const problems = async () =>
    (await daemon.control('status')).split('\n').filter((line) => line.startsWith('problem:'))
  const reached = (dst: string) => exitsOf('p0', uniqueFrame(A, dst))
  const lead = (MAC: string, count: number) => replicate(MAC, many.slice(0, count))

  await lead('unknown-dst', 3300)
  t.equal((await reached(BROADCAST)).length, 3301, 'all are reached')
  await becomes(t, 'which is no fault', faults, '[]')
  for (const [MAC, row, frames] of [
    ['unknown-dst', 'Logical_Switch ls0', 'flooded frames'],
    [GROUP, `Mcast_Macs_Remote ${GROUP} in ls0`, `frames to ${GROUP} in logical switch ls0`],
  ] as const) {
    await lead(MAC, 3900)
    const exits = await reached(MAC === GROUP ? GROUP : BROADCAST)
    t.equal(new Set(exits).size, exits.length, 'none twice')
    t.ok(exits.includes('p1'), 'bindings are reached before VTEPs')
    t.ok(exits.length > 3300 && exits.length < 3901, `${exits.length} are reached`)
    await becomes(t, 'a fault of the switch', faults, '[tunnel_exhaustion]')
    // one copy is for the binding that the frame came from
    const says = `problem: ${row}: ${frames} ask for 3902 copies, of which ${exits.length + 1} can be made`
    await becomes(t, 'both numbers are said', problems, [says])
    await lead(MAC, 3300)
    await becomes(t, 'the fault ends', faults, '[]')
    t.equal((await reached(MAC === GROUP ? GROUP : BROADCAST)).length, 3301, 'all are reached again')
  }
})
