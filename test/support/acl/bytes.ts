import { type Frame, macBytes } from '../frame.js'
import type { Packet } from './packet.js'

let count = 0

/** The packet as a frame, like no other by what stands behind its headers. */
export function frameOf(packet: Packet, vlan: number): Frame {
  const tags = vlan === 0 ? [] : [{ vid: vlan, priority: 0 }]
  const trailer = Buffer.from(`packet ${++count} of ${process.pid}`.padEnd(40))
  macBytes(packet.source)
  return {
    dst: packet.dest,
    src: packet.source,
    tags,
    etherType: packet.ethertype,
    payload: payloadOf(packet, trailer),
  }
}

function payloadOf(packet: Packet, trailer: Buffer): Buffer {
  const { ip, ethertype } = packet
  if (ip === undefined) return trailer
  const upper = Buffer.concat([headerOf(packet), trailer])
  return ethertype === 0x86dd ? ipv6(ip, upper) : ipv4(ip, upper)
}

/** RFC 791; nobody looks at the checksum. */
function ipv4({ source, dest, protocol, isLater }: NonNullable<Packet['ip']>, upper: Buffer): Buffer {
  const header = Buffer.alloc(20)
  header[0] = 0x45
  header.writeUInt16BE(20 + upper.length, 2)
  header.writeUInt16BE(isLater ? 100 : 0, 6)
  header[8] = 64
  header[9] = protocol
  Buffer.from(source.split('.').map(Number)).copy(header, 12)
  Buffer.from(dest.split('.').map(Number)).copy(header, 16)
  return Buffer.concat([header, upper])
}

/** RFC 8200; a later fragment has a header of 8 bytes for that. */
function ipv6({ source, dest, protocol, isLater }: NonNullable<Packet['ip']>, upper: Buffer): Buffer {
  const fragment = isLater ? Buffer.from([protocol, 0, 0x03, 0x20, 0, 0, 0, 1]) : Buffer.alloc(0)
  const header = Buffer.alloc(40)
  header[0] = 0x60
  header.writeUInt16BE(fragment.length + upper.length, 4)
  header[6] = isLater ? 44 : protocol
  header[7] = 64
  groups(source).forEach((group, i) => header.writeUInt16BE(group, 8 + 2 * i))
  groups(dest).forEach((group, i) => header.writeUInt16BE(group, 24 + 2 * i))
  return Buffer.concat([header, fragment, upper])
}

function groups(address: string): readonly number[] {
  const [head = '', tail = ''] = address.split('::')
  const words = (text: string) => (text === '' ? [] : text.split(':').map((word) => parseInt(word, 16)))
  const [before, after] = [words(head), words(tail)]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}

/** Of TCP (RFC 9293), UDP, SCTP or ICMP. */
function headerOf({ ports, flags, icmp, ip }: Packet): Buffer {
  if (icmp !== undefined) return Buffer.from([icmp.type, icmp.code, 0, 0, 0, 0, 0, 0])
  if (ports === undefined) return Buffer.alloc(0)
  const header = Buffer.alloc(ip?.protocol === 6 ? 20 : ip?.protocol === 17 ? 8 : 12)
  header.writeUInt16BE(ports.source, 0)
  header.writeUInt16BE(ports.dest, 2)
  if (ip?.protocol === 6) header.writeUInt16BE(0x5000 | (flags ?? 0), 12)
  if (ip?.protocol === 17) header.writeUInt16BE(48, 4)
  return header
}
