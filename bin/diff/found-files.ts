import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemErrorText } from '../../adapters/error-code.js'
import { recognise, type SourceKind } from '../../lib/sources/recognise.js'
import { TroubleError } from '../trouble-error.js'

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
  const is = recognise(path, headOf(path))
  if (is === undefined) throw new TroubleError(`${path}: line 1: none of the files that are understood`)
  return [{ path, is, isGuessed: false }]
}

/** Throws TroubleError. */
export function isDirectory(path: string): boolean {
  return readable(path, () => statSync(path).isDirectory())
}

/** How a file begins, a byte a letter. Throws TroubleError. */
export function headOf(path: string): string {
  return readable(path, () => {
    const head = Buffer.alloc(headBytes)
    const descriptor = openSync(path, 'r')
    try {
      return head.toString('latin1', 0, readSync(descriptor, head))
    } finally {
      closeSync(descriptor)
    }
  })
}

/** All bytes of a file. Throws TroubleError. */
export function bytesOf(path: string): Buffer {
  return readable(path, () => readFileSync(path))
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
