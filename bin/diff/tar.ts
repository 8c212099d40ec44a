/** A plain file of a tar archive. */
export interface TarEntry {
  readonly name: string
  readonly bytes: Buffer
}

const blockBytes = 512

/** Whether bytes begin as a tar archive does. */
export function isTar(bytes: Buffer): boolean {
  return bytes.toString('latin1', 257, 262) === 'ustar'
}

/**
 * The plain files of a tar archive as tar(5) has it, POSIX's and GNU's; links and devices are passed over. Throws RangeError where
 * it is cut off or none.
 */
export function* tarEntries(archive: Buffer): Generator<TarEntry> {
  let longName: string | null = null
  for (let at = 0; at + blockBytes <= archive.length;) {
    const header = archive.subarray(at, at + blockBytes)
    if (header.every((byte) => byte === 0)) return
    if (!isTar(header)) throw new RangeError(`byte ${at}: no header of tar`)
    const size = numberIn(header.subarray(124, 136))
    const start = at + blockBytes
    const bytes = archive.subarray(start, start + size)
    if (bytes.length < size) throw new RangeError(`byte ${at}: the archive ends within this file`)
    at = start + Math.ceil(size / blockBytes) * blockBytes
    const type = header.toString('latin1', 156, 157)
    if (type === 'L') longName = textIn(bytes)
    else if (type === 'x') longName = pathIn(bytes.toString()) ?? longName
    else if (type !== 'g') {
      const name = longName ?? nameIn(header)
      longName = null
      if (type === '0' || type === '\0') yield { name, bytes }
    }
  }
}

function nameIn(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? textIn(header.subarray(345, 500)) : ''
  const name = textIn(header.subarray(0, 100))
  return prefix === '' ? name : `${prefix}/${name}`
}

/** A record of pax: its length, a key and a value. */
function pathIn(records: string): string | null {
  return /^\d+ path=(.*)$/m.exec(records)?.[1] ?? null
}

function textIn(field: Buffer): string {
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? field.length : end)
}

/** Octal digits; of what is too large for them the bits. */
function numberIn(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(textIn(field).trim(), 8) || 0
  return Number(field.readBigUInt64BE(4))
}
