import { closeSync, constants, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { LineWriter } from './line-writer.js'

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants

/** A file that lines are appended to at once, so that none is lost in a crash; moved away by logrotate at will. */
export class LogFile {
  readonly #lostLine: (count: number) => string
  #path: string | undefined
  #fd: number | undefined
  #writer: LineWriter | undefined

  /** `lostLine`: what stands in the place of so many lines, where the file is a pipe that nobody reads. */
  constructor(lostLine: (count: number) => string) {
    this.#lostLine = lostLine
  }

  /** Absolute path last opened, undefined before. */
  get path(): string | undefined {
    return this.#path
  }

  /** Opens `path` instead of what was open. Throws the system's error; nothing is open then, reopen() retries. */
  open(path: string): void {
    this.close()
    this.#path = resolve(path)
    this.#fd = openSync(this.#path, O_APPEND | O_CREAT | O_NONBLOCK | O_WRONLY, 0o640)
    this.#writer = new LineWriter(this.#fd, this.#lostLine)
  }

  /** Closes the file. reopen() opens the same path again; closing a closed one is not an error. */
  close(): void {
    this.#writer?.close()
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#writer = undefined
    this.#fd = undefined
  }

  /** Appends to the open file, if any; a full disk loses the line, not the daemon. */
  write(line: string): void {
    this.#writer?.write(line)
  }
}
