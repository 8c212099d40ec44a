import type { Random } from '../differential/random.js'
import type { EntryColumns } from './evaluator.js'
import type { Packet } from './packet.js'

/** Nobody is sent to who sends, so that all that passes is flooded. */
const sources = ['02:00:00:00:0a:01', '02:00:00:00:0a:02', '02:00:00:00:0A:3']
const dests = ['02:00:00:00:0b:01', '02:00:00:00:0b:02', '02:00:00:00:0B:3', '33:33:00:00:00:01']
const addresses4 = [
  '10.0.0.1',
  '10.0.1.1',
  '10.1.0.1',
  '192.0.2.77',
  '224.0.0.5',
  '255.255.255.255',
  '0.0.0.0',
]
const masks4 = [
  '255.0.0.0',
  '255.255.255.0',
  '255.255.255.255',
  '0.0.0.255',
  '255.0.255.0',
  '0.0.0.1',
  '0.0.0.0',
  '128.0.0.0',
  '254.0.0.0',
]
const addresses6 = ['fd00::1', 'fd00::1:1', 'fd00:0:1::1', 'FD01::77', 'ff02::5', '::']
const masks6 = [
  'ffff::',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '::ffff',
  'ffff::ff',
  '::',
  'fe00::',
  '8000::',
]
/** Which bits count: of nobody. */
export const everyMask: readonly string[] = [...masks4, ...masks6]

const protocols = [1, 6, 6, 6, 17, 17, 132, 58, 47, 2, 200, 255]
const types = ['0x0800', '0x86dd', '0x0806', '0x88cc', '0x86DD']
const sequences = [
  0,
  1,
  2,
  5,
  10,
  10,
  20,
  30,
  100,
  59_997,
  59_998,
  60_000,
  65_535,
  1_000_000,
  -1,
  -20,
  2 ** 40,
  -(2 ** 40),
]

/** Entries that meet each other often; `chance` of a value that can't be. */
export function randomEntries(random: Random, count: number, oddity: number): EntryColumns[] {
  // now and then many with one sequence
  const some = random.chance(0.3) ? [7, 7, 8] : sequences
  return Array.from({ length: count }, () => ({
    ...randomEntry(random, oddity),
    sequence: random.pick(some),
  }))
}

function randomEntry(random: Random, oddity: number): EntryColumns {
  const maybe = <T>(chance: number, name: string, value: () => T): Record<string, T> =>
    random.chance(chance) ? { [name]: value() } : {}
  const family = random.pick([4, 4, 6, 6, 0])
  const base = {
    sequence: 0,
    direction: random.pick(['ingress', 'egress'] as const),
    action: random.pick(['permit', 'deny'] as const),
    ...maybe(0.1, 'source_mac', () => random.pick(sources)),
    ...maybe(0.1, 'dest_mac', () => random.pick(dests)),
  }
  if (random.chance(0.25)) return { ...base, ...maybe(0.7, 'ethertype', () => random.pick(types)) }
  return {
    ...base,
    ...ipColumns(random, family),
    ...upperColumns(random, family),
    ...(random.chance(oddity) ? random.pick(oddities) : {}),
  }
}

/** Values that fit nowhere, or not with others. */
const oddities: readonly Partial<EntryColumns>[] = [
  { protocol: 256 },
  { protocol: -1 },
  { protocol: 44 },
  { source_port_min: 2, source_port_max: 1 },
  { dest_port_max: 65_536 },
  { dest_port_min: -1 },
  { tcp_flags: 4096, tcp_flags_mask: 2 },
  { icmp_type: 256 },
  { icmp_type: 3, dest_port_min: 4 },
  { ethertype: '0x0806', source_ip: '10.0.0.1' },
  { ethertype: '0x1' },
  { ethertype: '0x8100' },
  { source_ip: '10.0.0.1', source_mask: 'ffff::' },
  { source_ip: '10.0.0.1', dest_ip: 'fd00::1' },
]

function ipColumns(random: Random, family: number): Partial<EntryColumns> {
  if (family === 0) return random.chance(0.3) ? { ethertype: random.pick(['0x0800', '0x86dd']) } : {}
  const [addresses, masks] = family === 4 ? [addresses4, masks4] : [addresses6, masks6]
  const end = (name: 'source' | 'dest'): Partial<EntryColumns> => {
    if (random.chance(0.4)) return {}
    const mask = random.chance(0.6) ? { [`${name}_mask`]: random.pick(masks) } : {}
    return { [`${name}_ip`]: random.pick(addresses), ...mask }
  }
  return { ...end('source'), ...end('dest') }
}

function upperColumns(random: Random, family: number): Partial<EntryColumns> {
  const named = (protocol: number) => (random.chance(0.7) ? { protocol } : {})
  switch (random.int(6)) {
    case 0:
      return {}
    case 1:
      return { protocol: random.pick(protocols) }
    case 2: {
      const version = family === 0 ? random.pick([4, 6]) : family
      const code = random.chance(0.5) ? { icmp_code: random.int(3) } : {}
      return {
        ...named(version === 4 ? 1 : 58),
        ...(random.chance(0.8) ? { icmp_type: random.pick([0, 8, 128]) } : { icmp_code: 1 }),
        ...code,
      }
    }
    case 3: {
      const mask = random.chance(0.8)
        ? { tcp_flags_mask: random.pick([0x02, 0x12, 0x17, 0xfff, 0, 0x1ff]) }
        : {}
      return { ...named(6), tcp_flags: random.pick([0, 2, 0x12, 0x10, 0xfff, 0x100]), ...mask }
    }
    default:
      return {
        ...named(random.pick([6, 17, 132])),
        ...portColumns(random, 'source', 0.4),
        ...portColumns(random, 'dest', 0.8),
      }
  }
}

const edges = [0, 1, 2, 21, 22, 23, 80, 1023, 1024, 1025, 5000, 32_767, 32_768, 65_534, 65_535]

function portColumns(random: Random, end: 'source' | 'dest', chance: number): Partial<EntryColumns> {
  if (!random.chance(chance)) return {}
  const [a, b] = [random.pick(edges), random.chance(0.5) ? random.pick(edges) : random.int(65_536)]
  const [min, max] = [Math.min(a, b), Math.max(a, b)]
  return {
    ...(random.chance(0.9) ? { [`${end}_port_min`]: min } : {}),
    ...(random.chance(0.9) ? { [`${end}_port_max`]: random.chance(0.2) ? min : max } : {}),
  }
}

/** A packet that one of the entries may be about. */
export function randomPacket(random: Random, entries: readonly EntryColumns[]): Packet {
  const about: Partial<EntryColumns> = entries.length > 0 && random.chance(0.8) ? random.pick(entries) : {}
  const is6 = random.chance(0.85)
    ? [about.source_ip, about.dest_ip].some((text) => text?.includes(':')) ||
      about.ethertype?.toLowerCase() === '0x86dd' ||
      about.protocol === 58
    : random.chance(0.5)
  const plain = (text: string | undefined, others: readonly string[]) =>
    random.chance(0.6) && text !== undefined ? lower(text) : lower(random.pick(others))
  const ends = { source: plain(about.source_mac, sources), dest: plain(about.dest_mac, dests) }
  const type = about.ethertype === undefined ? null : Number(about.ethertype)
  const isOther =
    type !== null && ![0x0800, 0x86dd, 0x8100, 1].includes(type) && about.source_ip === undefined
  if (isOther || random.chance(0.05)) return { ...ends, ethertype: isOther ? type : 0x0806 }
  const protocol = protocolFor(random, about, is6)
  const isLater = random.chance(0.12)
  const address = (text: string | undefined) => {
    const own =
      text?.includes(':') === is6 && random.chance(0.6) ? text : random.pick(is6 ? addresses6 : addresses4)
    return own.toLowerCase()
  }
  const ip = { source: address(about.source_ip), dest: address(about.dest_ip), protocol, isLater }
  const packet = { ...ends, ethertype: is6 ? 0x86dd : 0x0800, ip }
  return isLater ? packet : { ...packet, ...headerFor(random, about, protocol, is6) }
}

function lower(mac: string): string {
  return mac
    .split(':')
    .map((octet) => octet.toLowerCase().padStart(2, '0'))
    .join(':')
}

function protocolFor(random: Random, about: Partial<EntryColumns>, is6: boolean): number {
  const able = (protocol: number) => protocol >= 0 && protocol < 256 && protocol !== 44
  if (about.protocol !== undefined && able(about.protocol) && random.chance(0.85)) return about.protocol
  if (about.icmp_type !== undefined || about.icmp_code !== undefined) return is6 ? 58 : 1
  if (about.tcp_flags !== undefined) return 6
  return random.pick(protocols)
}

function headerFor(
  random: Random,
  about: Partial<EntryColumns>,
  protocol: number,
  is6: boolean,
): Partial<Packet> {
  const port = (min?: number, max?: number) => {
    const [low, high] = [min ?? 0, max ?? 65_535]
    const within = low <= high ? low + random.int(high - low + 1) : low
    const near = [min, max, low - 1, high + 1, within, within, within, within].filter(
      (edge) => edge !== undefined && edge >= 0 && edge < 65_536,
    )
    return random.chance(0.8) && near.length > 0
      ? (random.pick(near) ?? 0)
      : random.chance(0.5)
        ? random.pick(edges)
        : random.int(65_536)
  }
  const ports = {
    source: port(about.source_port_min, about.source_port_max),
    dest: port(about.dest_port_min, about.dest_port_max),
  }
  if (protocol === 6) {
    const flags = random.chance(0.6)
      ? ((about.tcp_flags ?? 2) ^ (random.chance(0.3) ? 1 << random.int(12) : 0)) & 0xfff
      : random.pick([0, 2, 0x12, 0x10, 0x18, 0xfff, 0x100])
    return { ports, flags }
  }
  if (protocol === 17 || protocol === 132) return { ports }
  if (protocol !== (is6 ? 58 : 1)) return {}
  const octet = (value: number | undefined) =>
    value !== undefined && value < 256 && random.chance(0.7) ? value : random.pick([0, 1, 2, 8, 128])
  return { icmp: { type: octet(about.icmp_type), code: octet(about.icmp_code) } }
}
