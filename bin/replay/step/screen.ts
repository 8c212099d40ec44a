import { styleText } from 'node:util'
import { oneLine } from '../../../lib/words/one-line.js'
import type { FrameLine, Size } from '../../../lib/screens/step/frame.js'

/** ECMA-48 and xterm's: alternate screen, cursor hidden, no wrapping at the right margin; and back. */
const entering = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
const leaving = '\x1b[?7h\x1b[?25h\x1b[?1049l'

/** The terminal at standard output and input, as a page to draw on; as it was before once it is left. */
export class Screen {
  #shown: readonly string[] = []
  #isEntered = false

  get size(): Size {
    const { columns, rows } = process.stdout
    return { columns: columns || 80, rows: rows || 24 }
  }

  enter(): void {
    if (this.#isEntered) return
    this.#isEntered = true
    process.stdin.setRawMode(true)
    process.stdout.write(entering)
    this.#shown = []
  }

  /** Can be called again and again. */
  leave(): void {
    if (!this.#isEntered) return
    this.#isEntered = false
    process.stdout.write(leaving)
    process.stdin.setRawMode(false)
  }

  /**
   * Lines that are as before stay as they are. A line is erased before it is written: behind its last column, where the
   * terminal does not wrap, the cursor stands on it.
   */
  draw(lines: readonly FrameLine[]): void {
    const texts = lines.map(textOf)
    const changes = texts.flatMap((text, row) =>
      text === this.#shown[row] ? [] : [`\x1b[${row + 1};1H\x1b[K${text}`],
    )
    if (changes.length > 0) process.stdout.write(changes.join(''))
    this.#shown = texts
  }

  /** What is on it is not what was drawn: its size has changed. */
  forget(): void {
    process.stdout.write('\x1b[2J')
    this.#shown = []
  }
}

function textOf(line: FrameLine): string {
  return line
    .map(({ text, style }) => ({ text: oneLine(text), style }))
    .map(({ text, style }) => (style === 'plain' ? text : styleText(style, text, { validateStream: false })))
    .join('')
}
