import { writeSync } from 'node:fs'
import { styleText } from 'node:util'
import { hasCode } from '../../adapters/error-code.js'
import { progress } from './progress.js'
import { type ExitStatus, exitStatus } from '../exit-status.js'

const bufferLength = 1 << 16

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

  line(text = ''): void {
    this.#pending += `${text}\n`
    if (this.#pending.length >= bufferLength) this.flush()
  }

  /** A value as one line of JSON. */
  json(value: unknown): void {
    this.line(JSON.stringify(value))
  }

  /** Text that stands out where colours are seen. */
  styled(style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string): string {
    return this.#isColoured ? styleText(style, text, { validateStream: false }) : text
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
