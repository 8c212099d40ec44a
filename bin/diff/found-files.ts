import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { systemErrorText } from '../../adapters/error-code.js'
import { remedyFor } from '../../lib/compare/sources/plain-text.js'
import { recognise, type SourceKind } from '../../lib/compare/sources/recognise.js'
import { TroubleError } from '../command-line/trouble-error.js'
import { isTar, tarEntries } from './tar.js'

/** A file that others made of a switch. */
export interface FoundFile {
  /** Of one in an archive the archive's, a slash and its own. */
  readonly path: string
  /** All of it, unpacked. Throws TroubleError. */
  readonly bytes: () => Buffer
  readonly is: SourceKind
  /** Found in a directory or an archive, so that it may be of something else. */
  readonly isGuessed: boolean
}

const headBytes = 4096

/** The file, or all in the directory or tar archive that look like ours. Throws TroubleError. */
export function filesAt(path: string): readonly FoundFile[] {
  if (isDirectory(path)) return readable(path, () => within(path, path))
  const head = headOf(path)
  if (isTar(Buffer.from(head, 'latin1'))) return inArchive(path)
  const is = recognise(path, head)
  if (is === undefined)
    throw new TroubleError(`${path}: ${remedyFor(head) ?? 'line 1: none of the files that are understood'}`)
  return [{ path, is, isGuessed: false, bytes: () => bytesOf(path) }]
}

function inArchive(archive: string): readonly FoundFile[] {
  try {
    return [...tarEntries(bytesOf(archive))].flatMap(({ name, bytes }) => {
      const path = `${archive}/${name}`
      if (!likely.test(name)) return []
      const is = recognise(path, utf8Head(unpacked(path, bytes).subarray(0, headBytes)))
      return is === undefined ? [] : [{ path, is, isGuessed: true, bytes: () => unpacked(path, bytes) }]
    })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new TroubleError(`${archive}: ${error.message}`)
  }
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
  return unpacked(
    path,
    readable(path, () => readFileSync(path)),
  )
}

function unpacked(path: string, bytes: Buffer): Buffer {
  if (!bytes.subarray(0, 2).equals(gzip)) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: mostUnpackedBytes })
  } catch (error) {
    throw new TroubleError(`${path}: gzip: ${error instanceof Error ? error.message : String(error)}`)
  }
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

/** Its text: UTF-16 where a byte order mark says so, or where every other byte is 0 as in ASCII, else UTF-8. */
export function decoded(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes)
}

function encodingOf(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 8)
  if (start.startsWith('\xff\xfe') || /^(?:[^\0]\0){4}$/.test(start)) return 'utf-16le'
  if (start.startsWith('\xfe\xff') || /^(?:\0[^\0]){4}$/.test(start)) return 'utf-16be'
  return 'utf-8'
}

/** A byte a letter, of a text in UTF-16 or with a byte order mark as if it were without. */
function utf8Head(bytes: Buffer): string {
  const isOther = encodingOf(bytes) !== 'utf-8' || bytes.toString('latin1', 0, 3) === '\xef\xbb\xbf'
  const plain = isOther ? Buffer.from(decoded(bytes).replace(/^\uFEFF/, '')) : bytes
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
      return is === undefined ? [] : [{ path, is, isGuessed: true, bytes: () => bytesOf(path) }]
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
