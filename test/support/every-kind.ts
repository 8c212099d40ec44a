import { aclFlows, closedFlows, steeringFlows } from '../../lib/pipeline/acl.js'
import type { AclEntry } from '../../lib/model/acl/entry.js'
import { parseEntry } from '../../lib/model/acl/parse-entry.js'
import type { Binding } from '../../lib/model/binding.js'
import { defaultOf } from '../../lib/schema/column.js'
import { type AclEntryRow, vtepTables } from '../../lib/schema/hardware-vtep.js'
import { bindingFlows } from '../../lib/pipeline/binding.js'
import { pipelineFlows } from '../../lib/pipeline/always.js'
import { floodFlows, groupFlows } from '../../lib/pipeline/replication.js'
import { answerFlows } from '../../lib/pipeline/rules/answers.js'
import { claimingFlows } from '../../lib/pipeline/rules/claims.js'
import { arpSourceFlows } from '../../lib/pipeline/rules/arp-source.js'
import { joiningFlows, ownAddressFlows } from '../../lib/pipeline/rules/router.js'
import { neighbourFlow, routeFlow } from '../../lib/pipeline/rules/routes.js'
import { type MaskedIp, parseIp } from '../../lib/model/acl/ip.js'
import { parsePrefix, subnetOf } from '../../lib/model/routing/prefix.js'
import { remoteMacFlow } from '../../lib/pipeline/rules/remote-mac.js'
import { anySenderFlow, pairFlow } from '../../lib/pipeline/rules/sender.js'
import type { Target } from '../../lib/pipeline/target.js'
import { type Address, parseAddress } from '../../lib/model/address.js'
import type { Flow } from '../../lib/model/flow.js'
import { bindingOf } from '../../lib/model/identity.js'
import { parseMac } from '../../lib/model/mac.js'

const logicalSwitch = '00c0ffee-0001-4000-8000-00000000000a'
const row = '0badcafe-0002-4000-8000-00000000000b'

/** At least one flow of every kind that the pipeline can make, with values at both ends of their ranges. */
export function everyKind(): Flow[] {
  const bindings = [0, 1, 4094].map((vlan, i) => {
    const ofports = [[1], [2], [3, 65279]][i] ?? []
    return { number: bindingOf(ofports[0] ?? 0, vlan), ofports, vlan, port: row, logicalSwitch }
  })
  const many = Array.from({ length: 1200 }, (_, i) => to(`10.9.${i >> 8}.${i & 255}`, 0xffffff))
  const targets = [to('fd00::2', 33), to('fd00::3', 34, 60001), ...many]
  const replication = { logicalSwitch, bindings, targets, tunnelPort: 60000 }
  return [
    ...pipelineFlows([60000, 60001], true, true, true),
    ...everyRouting(),
    ...claimingFlows(logicalSwitch, 65535),
    ...['192.168.0.1', '223.255.255.254', 'fd00::1', 'fe80::ff:fe00:1'].flatMap((text) =>
      answerFlows(logicalSwitch, address(text), mac('02:00:00:00:00:0a'), row),
    ),
    ...bindings.flatMap((binding, i) => bindingFlows(binding, 65535, i === 0 ? null : 1000 * i)),
    ...floodFlows(replication).flows,
    ...groupFlows(replication, mac('01:00:5e:00:00:05')).flows,
    ...[to('10.2.2.2', 501), to('fd00::2', 501)].flatMap((target) => [
      pairFlow(target.address, target.vni, logicalSwitch),
      remoteMacFlow(logicalSwitch, mac(`00:00:00:00:00:0${target.address.length}`), target, row),
    ]),
    remoteMacFlow(logicalSwitch, mac('11:22:33:44:55:66'), to('10.2.2.2', 0, 60001), row),
    ...everyAcl(bindings),
    ...[0, 1, 9, 10, 0xffffff].map((vni) => anySenderFlow(vni, logicalSwitch)),
  ]
}

/** Addresses and routes of both IP versions, with the shortest and the longest prefixes, and neighbours. */
function everyRouting(): Flow[] {
  const virtual = mac('02:00:00:00:00:0b')
  const prefixes = ['0.0.0.0/0', '10.0.0.0/8', '192.168.0.1/32', '::/0', 'fd00::/8', 'fd00::1/128']
  const routes = prefixes.flatMap((text) => {
    const prefix = parsePrefix(text)
    if (prefix === undefined) throw new Error(text)
    const { family } = prefix.ip
    const route = { subnet: subnetOf(prefix), family, length: prefix.length, logicalSwitch }
    const nextHops = [null, parseIp(family === 4 ? '10.0.0.254' : 'fd00::fe') ?? null]
    // a subnet has one route in a router
    return nextHops.map((nextHop) =>
      routeFlow(nextHop === null ? row : logicalSwitch, virtual, { ...route, nextHop }),
    )
  })
  return [
    ...joiningFlows(row, logicalSwitch, virtual, 300),
    ...['192.168.0.1', '1.0.0.0', 'fd00::1', '2001:db8::ff:fe00:1'].flatMap((text) => [
      ...ownAddressFlows(row, logicalSwitch, virtual, String(address(text)) as MaskedIp),
      neighbourFlow(logicalSwitch, address(text), mac('02:00:00:00:00:0a'), row),
    ]),
    ...routes,
    ...arpSourceFlows(logicalSwitch, mac('02:00:00:00:00:0c'), to('10.2.2.2', 33), row),
    ...arpSourceFlows(logicalSwitch, mac('02:00:00:00:00:0d'), to('fd00::2', 33, 60001), row),
  ]
}

/** Entries of many kinds in both directions, and two ACLs at each binding. */
function everyAcl(bindings: readonly Binding[]): Flow[] {
  const rows: readonly Partial<AclEntryRow>[] = [
    {},
    { ethertype: '0x88cc', source_mac: '02:00:00:00:00:01', dest_mac: 'FF:FF:FF:FF:FF:FF' },
    { ethertype: '0x0806' },
    {
      source_ip: '10.1.2.3',
      source_mask: '255.0.0.0',
      dest_ip: '192.0.2.1',
      protocol: 6,
      dest_port_min: 22,
      dest_port_max: 22,
    },
    { source_ip: '10.1.2.3', source_mask: '255.0.255.0', protocol: 47 },
    {
      source_ip: 'fd00::1',
      source_mask: 'ffff::',
      dest_ip: '::ffff:10.0.0.1',
      dest_mask: 'ffff::ffff',
      icmp_type: 128,
      icmp_code: 0,
    },
    { protocol: 1, icmp_type: 8 },
    { dest_port_min: 1024, dest_port_max: 5000 },
    { protocol: 17, source_port_min: 1, source_port_max: 65534, dest_port_min: 1, dest_port_max: 65534 },
    { protocol: 6, tcp_flags: 2, tcp_flags_mask: 0x12 },
    { tcp_flags: 0x202 },
    { tcp_flags: 0 },
    { dest_ip: '::ffff:10.0.0.1' },
  ]
  const entries = (['ingress', 'egress'] as const).flatMap((direction, d) =>
    rows.map((given, i) =>
      aclEntry(`${d}${i}`, { sequence: i, direction, action: i % 2 === 0 ? 'permit' : 'deny', ...given }),
    ),
  )
  const made = aclFlows(row, entries)
  if (typeof made === 'string') throw new Error(made)
  return [
    ...made.flows,
    ...closedFlows(logicalSwitch, ['ingress', 'egress']),
    ...bindings.flatMap((binding) =>
      steeringFlows(binding, { ingress: [row, logicalSwitch], egress: [row] }),
    ),
  ]
}

function aclEntry(digits: string, given: Partial<AclEntryRow>): AclEntry {
  const columns = Object.entries(vtepTables.ACL_entry).map(([name, column]) => [name, defaultOf(column)])
  const uuid = `${digits.padStart(8, '0')}-0003-4000-8000-00000000000c`
  const entry = parseEntry(uuid, { ...(Object.fromEntries(columns) as AclEntryRow), ...given })
  if (typeof entry === 'string') throw new Error(entry)
  return entry
}

function to(text: string, vni: number, via: number | null = null): Target {
  return { address: address(text), vni, via }
}

function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

function mac(text: string) {
  const parsed = parseMac(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}
