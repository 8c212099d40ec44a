import { accessSync, constants, lstatSync, readlinkSync, statSync, type Stats } from 'node:fs'
import { JournalError } from './format.js'

/** The file that is to be read. Throws JournalError, with the one reason why it can't be. */
export function readableFile(file: string): Stats {
  const found = fileAt(file)
  if (found === null) throw new JournalError(`${file}: ${missingReason(file)}`)
  try {
    accessSync(file, constants.R_OK)
  } catch (error) {
    throw new JournalError(`${file}: ${reasonOf(error)}`)
  }
  return found
}

/** What is there; null: nothing. Throws JournalError where it is no file, or can't be looked at. */
export function fileAt(file: string): Stats | null {
  let found: Stats | undefined
  try {
    found = statSync(file, { throwIfNoEntry: false })
  } catch (error) {
    throw new JournalError(`${file}: ${reasonOf(error)}`)
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

/** What the system said of a path, in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  return reasons.get(code) ?? (code === '' ? String(error) : code)
}

const reasons = new Map([
  ['ENOENT', 'no such file or directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ELOOP', 'a loop of links'],
  ['ENOTDIR', 'what should be a directory is none'],
  ['EISDIR', 'not a file but a directory'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space is left'],
  ['EIO', 'the disk can not be read'],
])

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory'
  if (found.isFIFO()) return 'a FIFO'
  return found.isSocket() ? 'a socket' : 'a device'
}

/** What the system calls an error; empty: nothing. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
