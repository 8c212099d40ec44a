import { writeSync } from 'node:fs'
import { styleText } from 'node:util'
import { hasCode } from '../../adapters/error-code.js'
import { oneLine } from '../../lib/words/one-line.js'
import { cellsOf, fitted } from '../../lib/screens/step/cells.js'
import { progress } from '../replay/progress.js'
import { type ExitStatus, exitStatus } from './exit-status.js'

const bufferLength = 1 << 16

/** Stands out where colours are seen. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** A part of a line. */
export interface Piece {
  readonly text: string
  readonly style: Style | null
}

/** Where a command of vtep-replay prints, and the exit status it comes to. */
export class Terminal {
  status: ExitStatus = exitStatus.done
  readonly isJson: boolean
  /** Cells in a line; null: no line is cut. */
  readonly width: number | null
  readonly #isColoured: boolean
  #pending = ''

  constructor(isJson: boolean, isColoured: boolean, width: number | null = null) {
    this.isJson = isJson
    this.width = width
    this.#isColoured = isColoured
  }

  /** One line, whatever is in `text`: this is the one place where texts of files and peers get onto a terminal. */
  line(text = '', style: Style | null = null): void {
    this.#add(this.#styled(oneLine(text), style))
  }

  /** One line of several pieces, cut where the terminal ends. */
  pieces(pieces: readonly Piece[]): void {
    let left = this.width ?? Infinity
    const shown = pieces.map(({ text, style }) => {
      const line = oneLine(text)
      const cells = cellsOf(line)
      const part = cells <= left ? line : fitted(line, left)
      left = Math.max(0, left - cells)
      return this.#styled(part, style)
    })
    this.#add(shown.join(''))
  }

  #styled(line: string, style: Style | null): string {
    if (style === null || line === '' || !this.#isColoured) return line
    return styleText(style, line, { validateStream: false })
  }

  #add(line: string): void {
    this.#pending += `${line}\n`
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
