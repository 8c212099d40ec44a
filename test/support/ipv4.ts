/** The two payloads of the IPv4 world that the rigs send: UDP datagrams and ARP requests. */
import { parseAddress } from '../../lib/model/address.js'
import { macBytes } from './frame.js'

export const ETHERTYPE_IPV4 = 0x0800
export const ETHERTYPE_IPV6 = 0x86dd
export const ETHERTYPE_ARP = 0x0806
export const PROTOCOL_UDP = 17
const IPV4_HEADER_BYTES = 20
const IPV6_HEADER_BYTES = 40
const UDP_HEADER_BYTES = 8
const ZERO_MAC = '00:00:00:00:00:00'

export interface Datagram {
  readonly srcIp: string
  readonly dstIp: string
  readonly srcPort: number
  readonly dstPort: number
  readonly data: Buffer
}

/** An IPv4 packet without options; the UDP checksum is 0, which means none (RFC 768). */
export function encodeUdp({ srcIp, dstIp, srcPort, dstPort, data }: Datagram): Buffer {
  const packet = Buffer.alloc(IPV4_HEADER_BYTES + UDP_HEADER_BYTES)
  packet.writeUInt8(0x45, 0)
  packet.writeUInt16BE(packet.length + data.length, 2)
  packet.writeUInt8(64, 8)
  packet.writeUInt8(PROTOCOL_UDP, 9)
  ipBytes(srcIp).copy(packet, 12)
  ipBytes(dstIp).copy(packet, 16)
  packet.writeUInt16BE(internetChecksum(packet.subarray(0, IPV4_HEADER_BYTES)), 10)
  packet.writeUInt16BE(srcPort, 20)
  packet.writeUInt16BE(dstPort, 22)
  packet.writeUInt16BE(UDP_HEADER_BYTES + data.length, 24)
  return Buffer.concat([packet, data])
}

/** The same over IPv6, without extension headers. */
export function decodeUdp6(packet: Buffer): Datagram | null {
  if (packet.readUInt8(0) >> 4 !== 6 || packet.readUInt8(6) !== PROTOCOL_UDP) return null
  const [srcIp, dstIp] = [8, 24].map((at) => ipv6Text(packet.subarray(at, at + 16)))
  return udpIn(packet.subarray(IPV6_HEADER_BYTES), srcIp ?? '', dstIp ?? '')
}

/** Null when `packet` is not UDP over IPv4. */
export function decodeUdp(packet: Buffer): Datagram | null {
  if (packet.readUInt8(0) >> 4 !== 4 || packet.readUInt8(9) !== PROTOCOL_UDP) return null
  const udp = packet.subarray((packet.readUInt8(0) & 0xf) * 4, packet.readUInt16BE(2))
  return udpIn(udp, ipText(packet.subarray(12, 16)), ipText(packet.subarray(16, 20)))
}

function udpIn(udp: Buffer, srcIp: string, dstIp: string): Datagram {
  return {
    srcIp,
    dstIp,
    srcPort: udp.readUInt16BE(0),
    dstPort: udp.readUInt16BE(2),
    data: udp.subarray(UDP_HEADER_BYTES, udp.readUInt16BE(4)),
  }
}

/** "Who has `wantedIp`? Tell `ip`", padded to the shortest Ethernet payload. */
export function encodeArpRequest(mac: string, ip: string, wantedIp: string): Buffer {
  const request = Buffer.concat([
    Buffer.from('0001080006040001', 'hex'),
    macBytes(mac),
    ipBytes(ip),
    macBytes(ZERO_MAC),
    ipBytes(wantedIp),
  ])
  return Buffer.concat([request, Buffer.alloc(46 - request.length)])
}

function ipBytes(ip: string): Buffer {
  return Buffer.from(ip.split('.').map(Number))
}

/** In the form of RFC 5952. */
function ipv6Text(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g) ?? []
  return parseAddress(groups.join(':')) ?? groups.join(':')
}

function ipText(bytes: Buffer): string {
  return [...bytes].join('.')
}

/** RFC 1071, for an even number of bytes. */
function internetChecksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16)
  return ~sum & 0xffff
}
