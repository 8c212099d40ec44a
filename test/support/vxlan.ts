import { decodeFrame, encodeFrame, type Frame } from './frame.js'
import { type Datagram, decodeUdp, decodeUdp6, encodeUdp, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ipv4.js'

const VXLAN_PORT = 4789
const SOURCE_PORT = 50_000
const HEADER_BYTES = 8
const FLAG_VNI_IS_VALID = 0x08

/** A frame inside a tunnel between two VTEPs (RFC 7348). */
export interface TunnelFrame {
  readonly srcIp: string
  readonly dstIp: string
  readonly vni: number
  readonly inner: Frame
}

/** What travels in the underlay, between stations with these MACs, when `frame` is tunnelled. */
export function encapsulate(frame: TunnelFrame, srcMac: string, dstMac: string): Frame {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(FLAG_VNI_IS_VALID, 0)
  header.writeUIntBE(frame.vni, 4, 3)
  const payload = encodeUdp({
    srcIp: frame.srcIp,
    dstIp: frame.dstIp,
    srcPort: SOURCE_PORT,
    dstPort: VXLAN_PORT,
    data: Buffer.concat([header, encodeFrame(frame.inner)]),
  })
  return { dst: dstMac, src: srcMac, tags: [], etherType: ETHERTYPE_IPV4, payload }
}

/** Null when `outer` is not VXLAN; throws when it is VXLAN but its VNI is not marked valid. */
export function decapsulate(outer: Frame): TunnelFrame | null {
  const datagram = datagramIn(outer)
  if (datagram?.dstPort !== VXLAN_PORT) return null
  const { srcIp, dstIp, data } = datagram
  if ((data.readUInt8(0) & FLAG_VNI_IS_VALID) === 0) throw new Error('VXLAN header without a valid VNI')
  return { srcIp, dstIp, vni: data.readUIntBE(4, 3), inner: decodeFrame(data.subarray(HEADER_BYTES)) }
}

function datagramIn({ etherType, payload }: Frame): Datagram | null {
  if (etherType === ETHERTYPE_IPV6) return decodeUdp6(payload)
  return etherType === ETHERTYPE_IPV4 ? decodeUdp(payload) : null
}
