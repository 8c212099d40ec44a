/** An Ethernet frame; `tags` are its 802.1Q tags, outermost first, none for an untagged one. */
export interface Frame {
  readonly dst: string
  readonly src: string
  readonly tags: readonly VlanTag[]
  readonly etherType: number
  readonly payload: Buffer
}

/** VID 0 is a priority tag; `priority` is the PCP, 0–7; `tpid` is 0x8100 unless it says 0x88a8 (IEEE 802.1ad). */
export interface VlanTag {
  readonly tpid?: number
  readonly vid: number
  readonly priority: number
}

export const BROADCAST = 'ff:ff:ff:ff:ff:ff'
const ETHERTYPE_VLAN = 0x8100
const ETHERTYPE_EXPERIMENT = 0x88b5 // IEEE 802 Local Experimental Ethertype 1
const SHORTEST_PAYLOAD_BYTES = 46

export function encodeFrame(frame: Frame): Buffer {
  const tags = frame.tags.map(({ tpid = ETHERTYPE_VLAN, vid, priority }) =>
    uint16s(tpid, (priority << 13) | vid),
  )
  return Buffer.concat([
    macBytes(frame.dst),
    macBytes(frame.src),
    ...tags,
    uint16s(frame.etherType),
    frame.payload,
  ])
}

/** Throws when `bytes` end inside the header. */
export function decodeFrame(bytes: Buffer): Frame {
  const tags: VlanTag[] = []
  let at = 12
  while (bytes.readUInt16BE(at) === ETHERTYPE_VLAN) {
    const tci = bytes.readUInt16BE(at + 2)
    tags.push({ vid: tci & 0xfff, priority: tci >> 13 })
    at += 4
  }
  return {
    dst: macText(bytes.subarray(0, 6)),
    src: macText(bytes.subarray(6, 12)),
    tags,
    etherType: bytes.readUInt16BE(at),
    payload: bytes.subarray(at + 2),
  }
}

let framesMade = 0

/** An untagged frame like no other of this process: its payload is numbered, so it is known again wherever it comes out. */
export function uniqueFrame(src: string, dst: string): Frame {
  const payload = Buffer.alloc(SHORTEST_PAYLOAD_BYTES)
  payload.write(`frame ${++framesMade} of ${process.pid}`)
  return { dst, src, tags: [], etherType: ETHERTYPE_EXPERIMENT, payload }
}

export function tagged(frame: Frame, vid: number, priority = 0): Frame {
  return { ...frame, tags: [{ vid, priority }, ...frame.tags] }
}

export function macBytes(mac: string): Buffer {
  const bytes = Buffer.from(mac.replaceAll(':', ''), 'hex')
  if (bytes.length !== 6) throw new Error(`not a MAC: ${mac}`)
  return bytes
}

function macText(bytes: Buffer): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

function uint16s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, i) => bytes.writeUInt16BE(value, i * 2))
  return bytes
}
