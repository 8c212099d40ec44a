import { closeSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'

/** A file that lines are appended to at once, so that none is lost in a crash; moved away by logrotate at will. */
export class LogFile {
  #path: string | undefined
  #fd: number | undefined

  /** Absolute path last opened, undefined before. */
  get path(): string | undefined {
    return this.#path
  }

  /** Opens `path` instead of what was open. Throws the system's error; nothing is open then, reopen() retries. */
  open(path: string): void {
    this.close()
    this.#path = resolve(path)
    this.#fd = openSync(this.#path, 'a', 0o640)
  }

  /** Closes the file. reopen() opens the same path again; closing a closed one is not an error. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  /** Appends to the open file, if any; a full disk loses the line, not the daemon. */
  write(line: string): void {
    if (this.#fd !== undefined) writeOrDrop(this.#fd, line)
  }
}

/** Writes at once; what can't be written (full disk, reader gone, pipe full) is lost without a sound. */
export function writeOrDrop(fd: number, line: string): void {
  try {
    writeSync(fd, line)
  } catch {
    // a log that can't be written has nowhere to complain
  }
}
