import fc from 'fast-check'
import t from 'tap'
import type { AclEntry } from '../../lib/model/acl/entry.js'
import { masked, parseIp, parseMaskedIp, printIp } from '../../lib/model/acl/ip.js'
import { parseEntry } from '../../lib/model/acl/parse-entry.js'
import { isEveryPort, masksOf } from '../../lib/model/acl/port-range.js'
import { prioritiesOf } from '../../lib/model/acl/priorities.js'
import { aclFlows, mostAclFlows } from '../../lib/pipeline/acl.js'
import { defaultOf } from '../../lib/schema/column.js'
import { type AclEntryRow, vtepTables } from '../../lib/schema/hardware-vtep.js'

const acl = '0badcafe-0002-4000-8000-00000000000b'

function rowOf(given: Partial<AclEntryRow>): AclEntryRow {
  const columns = Object.entries(vtepTables.ACL_entry).map(([name, column]) => [name, defaultOf(column)])
  const empty = Object.fromEntries(columns) as AclEntryRow
  return { ...empty, direction: 'ingress', action: 'deny', ...given }
}

let made = 0

function entryOf(given: Partial<AclEntryRow>): AclEntry {
  const uuid = `${(++made).toString(16).padStart(8, '0')}-0000-4000-8000-00000000000a`
  const entry = parseEntry(uuid, rowOf(given))
  if (typeof entry === 'string') throw new Error(entry)
  return entry
}

/** The matches of a deny entry's flows, without what tells the ACL. */
function matches(...given: readonly Partial<AclEntryRow>[]): readonly string[] {
  const flows = aclFlows(acl, given.map(entryOf))
  if (typeof flows === 'string') return [flows]
  return flows.flows
    .map(
      ({ key, actions }) =>
        `${key.replace(/^table=\d+,/, '').replace(/,reg9=0xbadcafe,reg10=0x24000/, '')} ${actions}`,
    )
    .filter((text) => !text.startsWith('priority=1'))
}

const refusals: readonly (readonly [Partial<AclEntryRow>, string])[] = [
  [{ protocol: 300 }, 'protocol 300 is not one of 0 to 255'],
  [{ protocol: -1 }, 'protocol -1 is not one of 0 to 255'],
  [{ dest_port_min: 70_000 }, 'dest_port_min 70000 is not one of 0 to 65535'],
  [{ source_port_max: -1 }, 'source_port_max -1 is not one of 0 to 65535'],
  [{ dest_port_min: 9, dest_port_max: 8 }, 'dest_port_min 9 is above dest_port_max 8'],
  [{ tcp_flags: 4096 }, 'tcp_flags 4096 is not one of 0 to 4095'],
  [{ tcp_flags_mask: 2 }, 'tcp_flags_mask without tcp_flags'],
  [{ icmp_code: 256 }, 'icmp_code 256 is not one of 0 to 255'],
  [{ source_mac: 'unknown-dst' }, 'source_mac is not an Ethernet address: "unknown-dst"'],
  [
    { dest_mac: '02:00:00:00:00:01/ff:00:00:00:00:00' },
    'dest_mac is not an Ethernet address: "02:00:00:00:00:01/ff:00:00:00:00:00"',
  ],
  [{ ethertype: '2048' }, 'ethertype is not hexadecimal as 0x0800: "2048"'],
  [{ ethertype: '0x08000' }, 'ethertype is not hexadecimal as 0x0800: "0x08000"'],
  [{ ethertype: '0x05ff' }, 'ethertype 0x05ff is a length: types begin at 0x0600'],
  [{ ethertype: '0x8100' }, 'ethertype 0x8100 is a tag: acl_bindings tell the VLANs that an ACL is for'],
  [{ source_ip: '10.0.0' }, 'source_ip is not an IP address: "10.0.0"'],
  [{ source_ip: '10.0.0.1,actions=NORMAL' }, 'source_ip is not an IP address: "10.0.0.1,actions=NORMAL"'],
  [{ source_ip: '10.0.0.0', source_mask: '8' }, 'source_mask is not an IP address: "8"'],
  [{ source_mask: '255.0.0.0' }, 'source_mask without source_ip'],
  [{ dest_ip: '10.0.0.1', dest_mask: 'ffff::' }, 'dest_ip is of IPv4, dest_mask of IPv6'],
  [{ source_ip: '10.0.0.1', dest_ip: 'fd00::1' }, 'source_ip is of IPv4, dest_ip of IPv6'],
  [
    { source_ip: '10.0.0.1', ethertype: '0x86dd' },
    'no packet has all of these: ethertype 0x86dd, IPv4 addresses',
  ],
  [
    { dest_ip: '10.0.0.1', ethertype: '0x0806' },
    'no packet has all of these: ethertype 0x0806, IPv4 addresses',
  ],
  [{ dest_port_min: 22, protocol: 47 }, 'no packet has all of these: protocol 47, ports'],
  [{ dest_port_min: 22, icmp_type: 8 }, 'no packet has all of these: ports, ICMP'],
  [{ tcp_flags: 2, protocol: 17 }, 'no packet has all of these: protocol 17, TCP flags'],
  [
    { icmp_type: 8, protocol: 1, source_ip: 'fd00::1' },
    'no packet has all of these: IPv6 addresses, protocol 1, ICMP',
  ],
  [{ protocol: 44 }, 'protocol 44 is an extension header of IPv6: name IPv4 by ethertype 0x0800'],
  [{ direction: 'both' }, 'direction is neither ingress nor egress'],
  [{ action: '' }, 'action is neither permit nor deny'],
]

t.test('columns that can not be, or not together, are refused with the reason', (t) => {
  for (const [given, reason] of refusals) t.equal(parseEntry(acl, rowOf(given)), reason)
  t.equal(typeof parseEntry(acl, rowOf({ protocol: 51, ethertype: '0x0800' })), 'object', 'IPv4 may bear AH')
  t.end()
})

const expansions: readonly (readonly [string, Partial<AclEntryRow>, readonly string[]])[] = [
  [
    'ports without a protocol are those of TCP, UDP and SCTP, of IPv4 and IPv6',
    { sequence: 5, dest_port_min: 80, dest_port_max: 80 },
    ['tcp', 'udp', 'sctp', 'tcp6', 'udp6', 'sctp6'].map(
      (word) => `priority=59995,${word},nw_frag=not_later,tp_dst=80 drop`,
    ),
  ],
  [
    'a family said by an address is the only one',
    { source_ip: '10.1.2.3', source_mask: '255.0.255.0', protocol: 6 },
    ['priority=60000,tcp,nw_src=10.0.2.0/255.0.255.0 drop'],
  ],
  [
    'no bit counts: any of the family',
    { source_ip: '10.1.2.3', source_mask: '0.0.0.0' },
    ['priority=60000,ip drop'],
  ],
  ['IPv6 with dots', { dest_ip: '::ffff:10.0.0.1' }, ['priority=60000,ipv6,ipv6_dst=::ffff:10.0.0.1 drop']],
  [
    'a whole range: any port, but not of later fragments',
    { protocol: 17, ethertype: '0x0800', dest_port_min: 0 },
    ['priority=60000,udp,nw_frag=not_later drop'],
  ],
  [
    'ICMP of both families',
    { icmp_type: 3 },
    ['icmp', 'icmp6'].map((word) => `priority=60000,${word},nw_frag=not_later,icmp_type=3 drop`),
  ],
  [
    'protocol 1 is one of IPv6, too',
    { protocol: 1 },
    ['priority=60000,icmp drop', 'priority=60000,ipv6,nw_proto=1 drop'],
  ],
  [
    'flags without a mask: all',
    { tcp_flags: 2, ethertype: '0x0800' },
    ['priority=60000,tcp,nw_frag=not_later,tcp_flags=syn drop'],
  ],
  [
    'flags under a mask',
    { tcp_flags: 0x12, tcp_flags_mask: 2, ethertype: '0x0800' },
    ['priority=60000,tcp,nw_frag=not_later,tcp_flags=+syn drop'],
  ],
  [
    'a type of its own',
    { ethertype: '0x88CC', source_mac: 'AA:BB:CC:0:0:1' },
    ['priority=60000,dl_src=aa:bb:cc:00:00:01,dl_type=0x88cc drop'],
  ],
]

for (const [name, given, expected] of expansions)
  t.test(name, (t) => {
    t.strictSame(matches(given), expected)
    t.end()
  })

t.test('an entry that matches everything leaves nothing for what no entry matches', (t) => {
  const flows = aclFlows(acl, [entryOf({ sequence: 7 })])
  t.strictSame(typeof flows === 'string' ? flows : flows.flows.map(({ key, actions }) => [key, actions]), [
    ['table=5,priority=59993,reg9=0xbadcafe,reg10=0x24000', 'drop'],
  ])
  t.end()
})

t.test('of entries that match the same the first is made, and the others are named', (t) => {
  const same = { protocol: 6, dest_port_min: 22, dest_port_max: 22, ethertype: '0x0800' }
  const [first, second] = [
    entryOf({ ...same, sequence: 10 }),
    entryOf({ ...same, sequence: 20, action: 'permit' }),
  ]
  const flows = aclFlows(acl, [second, first])
  if (typeof flows === 'string') throw new Error(flows)
  t.strictSame(flows.shadowed, [{ entry: second, by: first }])
  t.equal(flows.flows.length, 2)
  const twins = [entryOf({ sequence: 1, action: 'permit' }), entryOf({ sequence: 1 })]
  const both = aclFlows(acl, twins.toReversed())
  t.strictSame(
    typeof both === 'string' ? both : both.flows.map(({ actions }) => actions),
    ['resubmit(,10)'],
    'the lower UUID',
  )
  t.end()
})

const range = fc
  .tuple(fc.nat(0xffff), fc.nat(0xffff))
  .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }))

/** The fewest prefixes of a range, by trying: the largest that fits at each end, from the outside in. */
function fewest(min: number, max: number, bits = 16): number {
  if (min > max) return 0
  const size = 2 ** bits
  if (min === 0 && max === size - 1) return 1
  const half = size / 2
  const low = min < half ? fewest(min, Math.min(max, half - 1), bits - 1) : 0
  const high = max >= half ? fewest(Math.max(min - half, 0), max - half, bits - 1) : 0
  return low + high
}

t.test('a range becomes the fewest prefixes, which hold its ports and no other', (t) => {
  fc.assert(
    fc.property(range, fc.nat(0xffff), ({ min, max }, port) => {
      const masks = masksOf({ min, max })
      if (isEveryPort({ min, max })) return masks.length === 0
      const near = [port, min, max, min - 1, max + 1].filter((one) => one >= 0 && one <= 0xffff)
      const isIn = (one: number) => masks.filter(({ value, mask }) => (one & mask) === value).length
      return (
        masks.length === fewest(min, max) &&
        masks.length <= 30 &&
        near.every((one) => isIn(one) === (one >= min && one <= max ? 1 : 0))
      )
    }),
    { numRuns: 2000 },
  )
  t.equal(masksOf({ min: 1, max: 65_534 }).length, 30, 'the worst')
  t.end()
})

t.test('priorities: the sequence where that can be, else close to it, and always in order', (t) => {
  const of = (...sequences: number[]) => prioritiesOf(sequences.map((sequence) => entryOf({ sequence })))
  t.strictSame(of(10, 20, 30), [59_990, 59_980, 59_970])
  t.strictSame(of(10, 15, 20, 30), [59_990, 59_985, 59_980, 59_970], 'one more moves no other')
  t.strictSame(of(5, 5, 6), [59_996, 59_995, 59_994], 'two with one sequence')
  t.strictSame(of(4, 5, 5), [59_997, 59_996, 59_995], 'and the one above them')
  t.strictSame(of(-(2 ** 62), -5, 0), [60_002, 60_001, 60_000])
  t.strictSame(of(59_998, 10 ** 6, 2 ** 62), [4, 3, 2])
  t.equal(prioritiesOf(Array.from({ length: 6000 }, (_, i) => entryOf({ sequence: i - 6000 }))), null)
  const sequence = fc.oneof(
    fc.integer(),
    fc.integer({ min: -3, max: 12 }),
    fc.integer({ min: 59_990, max: 60_010 }),
  )
  fc.assert(
    fc.property(fc.array(sequence, { minLength: 1, maxLength: 60 }), (sequences) => {
      const all = of(...sequences.sort((a, b) => a - b)) ?? []
      return all.every((one, i) => one >= 2 && one <= 0xffff && one > (all[i + 1] ?? 1))
    }),
  )
  t.end()
})

t.test('two wide ranges are joined by a conjunction, and what is too much is said', (t) => {
  const wide = { source_port_min: 1, source_port_max: 65_534, dest_port_min: 1, dest_port_max: 65_534 }
  const joined = matches({ ...wide, protocol: 6, ethertype: '0x0800' })
  t.equal(joined.length, 61)
  t.ok(joined.includes('priority=60000,conj_id=60000,tcp,nw_frag=not_later drop'))
  t.ok(joined.includes('priority=60000,tcp,reg15=0/0xea60,nw_frag=not_later,tp_src=1 conjunction(60000,1/2)'))
  t.ok(joined.includes('priority=60000,tcp,reg15=0/0xea60,nw_frag=not_later,tp_dst=1 conjunction(60000,2/2)'))
  const twice = aclFlows(acl, [entryOf({ ...wide, sequence: 1 }), entryOf({ ...wide, sequence: 2 })])
  t.equal(typeof twice === 'string' ? twice : twice.shadowed.length, 1, 'the same again is not made')
  t.equal(typeof twice === 'string' ? twice : twice.flows.length, 61 * 6 + 1)
  const narrow = matches({ ...wide, source_port_max: 4, dest_port_max: 3, protocol: 6, ethertype: '0x0800' })
  t.equal(narrow.length, 3 * 2, 'small ones are multiplied')
  const count = Math.ceil(mostAclFlows / (61 * 6)) + 1
  t.match(
    matches(...Array.from({ length: count }, (_, sequence) => ({ ...wide, sequence })))[0],
    /^it takes \d+ flows: one ACL may have 16384$/,
  )
  t.end()
})

t.test('addresses: printed as inet_ntop does, read again as they were', (t) => {
  for (const [given, printed] of [
    ['::', '::'],
    ['::1', '::1'],
    ['::1.2.3.4', '::1.2.3.4'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['FD00:0:0:1::', 'fd00:0:0:1::'],
    ['255.255.255.255', '255.255.255.255'],
  ] as const) {
    const ip = parseIp(given)
    t.equal(ip && printIp(ip), printed)
  }
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    'fd00:::1',
    'fd00::%eth0',
    '1.2.3.4::',
    '::1.2.3',
  ])
    t.equal(parseIp(text), undefined, text)
  const bits = (family: 4 | 6) => fc.bigInt(0n, (1n << (family === 4 ? 32n : 128n)) - 1n)
  for (const family of [4, 6] as const)
    fc.assert(
      fc.property(bits(family), bits(family), (address, mask) => {
        const text = masked({ family, bits: address }, { family, bits: mask })
        const read = parseMaskedIp(text)
        return read?.ip.bits === (address & mask) && read.mask.bits === mask
      }),
    )
  t.end()
})
