import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import type { Terminal } from './terminal.js'
import { TroubleError } from './trouble-error.js'

/** To a new file (`-` is none), which goes again when not all of it could be written, else to the terminal. */
export function writeLines(lines: Iterable<string>, file: string | undefined, out: Terminal): void {
  if (file === undefined || file === '-') {
    for (const line of lines) out.lines(line)
    return
  }
  const descriptor = newFile(file)
  try {
    for (const line of lines) writeAll(descriptor, Buffer.from(`${line}\n`))
  } catch (error) {
    rmSync(file, { force: true })
    if (error instanceof Error && 'syscall' in error) throw new TroubleError(`${file}: ${error.message}`)
    throw error
  } finally {
    closeSync(descriptor)
  }
}

function newFile(file: string): number {
  try {
    return openSync(file, 'wx', 0o600)
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new TroubleError(isThere ? `${file}: exists already` : String(error))
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
}
