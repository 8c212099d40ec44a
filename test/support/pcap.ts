const MAGIC_MICROSECONDS = 0xa1b2c3d4
const LINKTYPE_ETHERNET = 1
const FILE_HEADER_BYTES = 24
const RECORD_HEADER_BYTES = 16

/**
 * The packets of a classic pcap file of Ethernet frames, oldest first.
 *
 * A record still being written at the end is left out; anything else that is not such a file throws.
 */
export function packetsOf(file: Buffer): readonly Buffer[] {
  if (file.length < FILE_HEADER_BYTES) return []
  const isLittleEndian = file.readUInt32LE(0) === MAGIC_MICROSECONDS
  if (!isLittleEndian && file.readUInt32BE(0) !== MAGIC_MICROSECONDS) throw new Error('not a pcap file')
  const uint32 = (at: number): number => (isLittleEndian ? file.readUInt32LE(at) : file.readUInt32BE(at))
  if (uint32(20) !== LINKTYPE_ETHERNET) throw new Error(`pcap of link type ${uint32(20)}, not Ethernet`)

  const packets: Buffer[] = []
  let at = FILE_HEADER_BYTES
  while (at + RECORD_HEADER_BYTES <= file.length) {
    const capturedBytes = uint32(at + 8)
    const originalBytes = uint32(at + 12)
    if (capturedBytes !== originalBytes) throw new Error(`pcap record at ${at} is cut short`)
    const end = at + RECORD_HEADER_BYTES + capturedBytes
    if (end > file.length) break
    packets.push(file.subarray(at + RECORD_HEADER_BYTES, end))
    at = end
  }
  return packets
}
