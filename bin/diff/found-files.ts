import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { systemErrorText } from '../../adapters/error-code.js'
import { remedyFor } from '../../lib/compare/sources/plain-text.js'
import { recognise, type SourceKind } from '../../lib/compare/sources/recognise.js'
import { TroubleError } from '../command-line/trouble-error.js'

/** A file that others made of a switch. */
export interface FoundFile {
  readonly path: string
  readonly is: SourceKind
  /** Found in a directory, so that it may be of something else. */
  readonly isGuessed: boolean
}

const headBytes = 4096

/** The file, or all in the directory and below it that look like ours. Throws TroubleError. */
export function filesAt(path: string): readonly FoundFile[] {
  if (isDirectory(path)) return readable(path, () => within(path, path))
  const head = headOf(path)
  const is = recognise(path, head)
  if (is === undefined)
    throw new TroubleError(`${path}: ${remedyFor(head) ?? 'line 1: none of the files that are understood'}`)
  return [{ path, is, isGuessed: false }]
}

/** Throws TroubleError. */
export function isDirectory(path: string): boolean {
  return readable(path, () => statSync(path).isDirectory())
}

/** How a file begins, a byte a letter. Throws TroubleError. */
export function headOf(path: string): string {
  return readable(path, () => {
    if (!statSync(path).isFile()) throw new TroubleError(`${path}: not a file`)
    if (isPacked(path)) return utf8Head(bytesOf(path).subarray(0, headBytes))
    const head = Buffer.alloc(headBytes)
    const descriptor = openSync(path, 'r')
    try {
      return utf8Head(head.subarray(0, readSync(descriptor, head)))
    } finally {
      closeSync(descriptor)
    }
  })
}

/** All bytes of a file, unpacked where it is packed with gzip. Throws TroubleError. */
export function bytesOf(path: string): Buffer {
  return readable(path, () => {
    const bytes = readFileSync(path)
    if (!bytes.subarray(0, 2).equals(gzip)) return bytes
    try {
      return gunzipSync(bytes, { maxOutputLength: mostUnpackedBytes })
    } catch (error) {
      throw new TroubleError(`${path}: gzip: ${error instanceof Error ? error.message : String(error)}`)
    }
  })
}

const gzip = Buffer.of(0x1f, 0x8b)
const mostUnpackedBytes = 1 << 29

function isPacked(path: string): boolean {
  const descriptor = openSync(path, 'r')
  try {
    const magic = Buffer.alloc(2)
    return readSync(descriptor, magic) === 2 && magic.equals(gzip)
  } finally {
    closeSync(descriptor)
  }
}

/** Its text: UTF-16 where a byte order mark says so, else UTF-8. */
export function decoded(bytes: Buffer): string {
  const mark = bytes.toString('latin1', 0, 2)
  if (mark === '\xff\xfe') return new TextDecoder('utf-16le').decode(bytes)
  if (mark === '\xfe\xff') return new TextDecoder('utf-16be').decode(bytes)
  return bytes.toString('utf8')
}

/** A byte a letter, of a text in UTF-16 or with a byte order mark as if it were without. */
function utf8Head(bytes: Buffer): string {
  const isMarked = /^(\xff\xfe|\xfe\xff|\xef\xbb\xbf)/.test(bytes.toString('latin1', 0, 3))
  const plain = isMarked ? Buffer.from(decoded(bytes).replace(/^\uFEFF/, '')) : bytes
  return plain.toString('latin1')
}

/** Lists and JSON are much else, too, in an archive of a whole machine. */
const likely = /ovs|vtep|openvswitch|flows|\.db$/i

function within(root: string, directory: string): FoundFile[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name)
      // a link in an archive may lead to files of this machine
      const stat = lstatSync(path)
      if (stat.isDirectory()) return within(root, path)
      if (!stat.isFile() || !likely.test(path.slice(root.length))) return []
      const is = recognise(path, headOf(path))
      return is === undefined ? [] : [{ path, is, isGuessed: true }]
    })
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof TroubleError) throw error
    throw new TroubleError(`${path}: ${systemErrorText(error)}`)
  }
}
