import { type Packet, seenProtocol } from './packet.js'

/** A row of ACL_entry as a controller writes it; what it does not say is not there. */
export interface EntryColumns {
  readonly sequence: number
  readonly direction: 'ingress' | 'egress'
  readonly action: 'permit' | 'deny'
  readonly source_mac?: string
  readonly dest_mac?: string
  readonly ethertype?: string
  readonly source_ip?: string
  readonly source_mask?: string
  readonly dest_ip?: string
  readonly dest_mask?: string
  readonly protocol?: number
  readonly source_port_min?: number
  readonly source_port_max?: number
  readonly dest_port_min?: number
  readonly dest_port_max?: number
  readonly tcp_flags?: number
  readonly tcp_flags_mask?: number
  readonly icmp_type?: number
  readonly icmp_code?: number
}

/**
 * Reads ACLs by the words of vtep(5), one packet at a time, and knows nothing of flows: "Lower numbered entries are matched
 * before higher numbered entries." "Packets that are not matched by any entry in the ACL are allowed by default."
 */
export function isAllowed(
  entries: readonly (EntryColumns & { readonly uuid: string })[],
  direction: 'ingress' | 'egress',
  packet: Packet,
): boolean {
  const asked = entries.filter((entry) => entry.direction === direction)
  asked.sort((a, b) => (a.sequence !== b.sequence ? a.sequence - b.sequence : a.uuid < b.uuid ? -1 : 1))
  // what can't be told wholly is not told in part: the ACL lets nothing pass
  if (asked.length > 0 && !entries.every(isPossible)) return false
  for (const entry of asked) if (isMatch(entry, packet)) return entry.action === 'permit'
  return true
}

/** "Any of the columns may be empty": what is not said is not compared. */
export function isMatch(entry: EntryColumns, packet: Packet): boolean {
  const { ip, ports, flags, icmp } = packet
  if (entry.source_mac !== undefined && !isSameMac(entry.source_mac, packet.source)) return false
  if (entry.dest_mac !== undefined && !isSameMac(entry.dest_mac, packet.dest)) return false
  if (entry.ethertype !== undefined && Number(entry.ethertype) !== packet.ethertype) return false
  if (!isWithin(entry.source_ip, entry.source_mask, ip?.source)) return false
  if (!isWithin(entry.dest_ip, entry.dest_mask, ip?.dest)) return false
  if (
    entry.protocol !== undefined &&
    (ip === undefined || entry.protocol !== seenProtocol(packet.ethertype, ip))
  )
    return false
  // a later fragment has no header behind that of IP
  const isWhole = ip !== undefined && !ip.isLater
  const seen = {
    ports: isWhole ? ports : undefined,
    flags: isWhole ? flags : undefined,
    icmp: isWhole ? icmp : undefined,
  }
  if (!isBetween(entry.source_port_min, entry.source_port_max, seen.ports?.source)) return false
  if (!isBetween(entry.dest_port_min, entry.dest_port_max, seen.ports?.dest)) return false
  if (entry.tcp_flags !== undefined) {
    const mask = entry.tcp_flags_mask ?? 0b1111_1111_1111
    if (seen.flags === undefined || (seen.flags & mask) !== (entry.tcp_flags & mask)) return false
  }
  if (entry.icmp_type !== undefined && entry.icmp_type !== seen.icmp?.type) return false
  if (entry.icmp_code !== undefined && entry.icmp_code !== seen.icmp?.code) return false
  return true
}

function isBetween(min: number | undefined, max: number | undefined, port: number | undefined): boolean {
  if (min === undefined && max === undefined) return true
  return port !== undefined && port >= (min ?? 0) && port <= (max ?? 65535)
}

function isSameMac(a: string, b: string): boolean {
  const octets = (text: string) => text.split(':').map((octet) => parseInt(octet, 16))
  return octets(a).join() === octets(b).join()
}

/** Bit by bit. */
function isWithin(address?: string, mask?: string, given?: string): boolean {
  if (address === undefined) return true
  if (given === undefined) return false
  const [wanted, is] = [bitsOf(address), bitsOf(given)]
  const compared = mask === undefined ? wanted.map(() => 1) : bitsOf(mask)
  return wanted.length === is.length && wanted.every((bit, i) => compared[i] === 0 || bit === is[i])
}

function bitsOf(address: string): number[] {
  const octets = address.includes(':') ? octetsOf6(address) : address.split('.').map(Number)
  return octets.flatMap((octet) => [128, 64, 32, 16, 8, 4, 2, 1].map((bit) => (octet & bit ? 1 : 0)))
}

function octetsOf6(address: string): number[] {
  const words = (text: string) => (text === '' ? [] : text.split(':')).map((word) => parseInt(word, 16))
  const [head = '', tail] = address.split('::')
  const [before, after] = [words(head), words(tail ?? '')]
  const zeros = Array<number>(8 - before.length - after.length).fill(0)
  return [...before, ...zeros, ...after].flatMap((word) => [word >> 8, word & 255])
}

/** Whether some packet could have all that an entry names, and every value fits where it stands in a packet. */
export function isPossible(entry: EntryColumns): boolean {
  const within = (value: number | undefined, most: number) =>
    value === undefined || (value >= 0 && value <= most)
  const fits =
    within(entry.protocol, 255) &&
    [entry.source_port_min, entry.source_port_max, entry.dest_port_min, entry.dest_port_max].every((port) =>
      within(port, 65535),
    ) &&
    [entry.tcp_flags, entry.tcp_flags_mask].every((flags) => within(flags, 4095)) &&
    [entry.icmp_type, entry.icmp_code].every((octet) => within(octet, 255))
  const isOrdered = (min?: number, max?: number) => (min ?? 0) <= (max ?? 65535)
  const hasBase =
    (entry.source_mask === undefined || entry.source_ip !== undefined) &&
    (entry.dest_mask === undefined || entry.dest_ip !== undefined) &&
    (entry.tcp_flags_mask === undefined || entry.tcp_flags !== undefined)
  if (!fits || !hasBase) return false
  if (!isOrdered(entry.source_port_min, entry.source_port_max)) return false
  if (!isOrdered(entry.dest_port_min, entry.dest_port_max)) return false
  const type = entry.ethertype === undefined ? null : Number(entry.ethertype)
  if (type !== null && (type < 0x600 || type === 0x8100 || type === 0x88a8)) return false
  const able = shapes.filter((shape) => canBe(entry, type, shape))
  // docs/acls.md: the switch passes over the extension headers of IPv6, so an entry for one is refused
  return (
    able.length > 0 && !(able.every(isExtension) || (entry.protocol !== undefined && able.some(isExtension)))
  )
}

function isExtension({ family, protocol }: ShapeOfPacket): boolean {
  return family === 6 && [0, 43, 44, 51, 60].includes(protocol ?? -1)
}

/** A shape of packets: what comes behind the Ethernet header. */
interface ShapeOfPacket {
  readonly family: 4 | 6 | null
  readonly protocol: number | null
}

const shapes: readonly ShapeOfPacket[] = [
  { family: null, protocol: null },
  ...([4, 6] as const).flatMap((family) =>
    Array.from({ length: 256 }, (_, protocol) => ({ family, protocol })),
  ),
]

function canBe(entry: EntryColumns, type: number | null, { family, protocol }: ShapeOfPacket): boolean {
  const ofFamily = (text?: string) => text === undefined || (text.includes(':') ? 6 : 4) === family
  const typeOf = { 4: 0x0800, 6: 0x86dd }
  const texts = [entry.source_ip, entry.source_mask, entry.dest_ip, entry.dest_mask]
  const hasIcmp = entry.icmp_type !== undefined || entry.icmp_code !== undefined
  const hasPorts = [
    entry.source_port_min,
    entry.source_port_max,
    entry.dest_port_min,
    entry.dest_port_max,
  ].some((port) => port !== undefined)
  return (
    (type === null || (family === null ? type !== 0x0800 && type !== 0x86dd : typeOf[family] === type)) &&
    texts.every(ofFamily) &&
    (entry.protocol === undefined || entry.protocol === protocol) &&
    (!hasPorts || [6, 17, 132].includes(protocol ?? -1)) &&
    (entry.tcp_flags === undefined || protocol === 6) &&
    (!hasIcmp || (family === 4 ? protocol === 1 : family === 6 && protocol === 58))
  )
}
