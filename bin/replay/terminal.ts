import { writeSync } from 'node:fs'
import { styleText } from 'node:util'
import { hasCode } from '../../adapters/error-code.js'
import { oneLine } from '../../lib/one-line.js'
import { progress } from './progress.js'
import { type ExitStatus, exitStatus } from '../exit-status.js'

const bufferLength = 1 << 16

/** Stands out where colours are seen. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Where a command of vtep-replay prints, and the exit status it comes to. */
export class Terminal {
  status: ExitStatus = exitStatus.done
  readonly isJson: boolean
  readonly #isColoured: boolean
  #pending = ''

  constructor(isJson: boolean, isColoured: boolean) {
    this.isJson = isJson
    this.#isColoured = isColoured
  }

  /** One line, whatever is in `text`: this is the one place where texts of files and peers get onto a terminal. */
  line(text = '', style: Style | null = null): void {
    const line = oneLine(text)
    const shown =
      style === null || line === '' || !this.#isColoured
        ? line
        : styleText(style, line, { validateStream: false })
    this.#pending += `${shown}\n`
    if (this.#pending.length >= bufferLength) this.flush()
  }

  /** A text whose ends of lines are ours. */
  lines(text: string): void {
    for (const line of text.split('\n')) this.line(line)
  }

  /** A value as one line of JSON; what a terminal must not see is escaped there as JSON has it. */
  json(value: unknown): void {
    this.line(JSON.stringify(value))
  }

  /** To standard output. Throws what writing throws. */
  flush(): void {
    const bytes = Buffer.from(this.#pending)
    if (bytes.length > 0) progress.makeWay(process.stdout.isTTY)
    this.#pending = ''
    for (let at = 0; at < bytes.length;) at += writtenFrom(bytes, at)
  }
}

const pauseMs = 5

/** How many bytes went; 0 after a pause where a pipe is full, for Node.js has pipes that do not wait. */
function writtenFrom(bytes: Buffer, at: number): number {
  try {
    return writeSync(process.stdout.fd, bytes, at)
  } catch (error) {
    if (!hasCode(error, 'EAGAIN')) throw error
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
    return 0
  }
}
