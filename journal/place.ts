import { accessSync, constants, lstatSync, readlinkSync, statSync, type Stats } from 'node:fs'
import { getSystemErrorMap } from 'node:util'
import { JournalError } from './format.js'

/** The file that is to be read. Throws JournalError, with the one reason why it can't be. */
export function readableFile(file: string): Stats {
  const found = fileAt(file)
  if (found === null) throw new JournalError(`${file}: ${missingReason(file)}`)
  try {
    accessSync(file, constants.R_OK)
  } catch (error) {
    throw new JournalError(`${file}: ${placeReasonOf(error)}`)
  }
  return found
}

/** What is there; null: nothing. Throws JournalError where it is no file, or can't be looked at. */
export function fileAt(file: string): Stats | null {
  let found: Stats | undefined
  try {
    found = statSync(file, { throwIfNoEntry: false })
  } catch (error) {
    throw new JournalError(`${file}: ${placeReasonOf(error)}`)
  }
  if (found !== undefined && !found.isFile())
    throw new JournalError(`${file}: not a file but ${kindOf(found)}`, 'foreign')
  return found ?? null
}

function missingReason(file: string): string {
  const link = lstatSync(file, { throwIfNoEntry: false })
  return link?.isSymbolicLink() === true
    ? `a link to ${readlinkSync(file)}, where no such file is`
    : 'no such file'
}

/** What the system said of a path, in its words. */
export function placeReasonOf(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0
  return getSystemErrorMap().get(errno)?.[1] ?? (error instanceof Error ? error.message : String(error))
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory'
  if (found.isFIFO()) return 'a FIFO'
  return found.isSocket() ? 'a socket' : 'a device'
}

/** What the system calls an error; empty: nothing. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
