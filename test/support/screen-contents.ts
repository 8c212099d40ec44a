import { cellsOf } from '../../lib/screens/step/cells.js'

const sequence = /^\x1b(?:\[(\??)([\d;]*)([A-Za-z])|[=>])/

/** What a terminal shows after what it was sent: as much of ECMA-48 and xterm as `step` uses; throws at anything else. */
export class ScreenContents {
  isAlternate = false
  isCursorSeen = true
  #cells: string[][] = []
  #columns = 0
  #row = 0
  #column = 0
  #pending = ''

  constructor(columns: number, rows: number) {
    this.resize(columns, rows)
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns
    this.#cells = Array.from({ length: rows }, (_, row) => this.#cells[row]?.slice(0, columns) ?? [])
  }

  /** Without the blanks at their ends. */
  lines(): readonly string[] {
    return this.#cells.map((cells) =>
      Array.from(cells, (cell: string | undefined) => cell ?? ' ')
        .join('')
        .trimEnd(),
    )
  }

  take(text: string): void {
    this.#pending += text
    while (this.#pending !== '') {
      const length = this.#pending.startsWith('\x1b') ? this.#sequence() : this.#character()
      if (length === 0) return
      this.#pending = this.#pending.slice(length)
    }
  }

  /** Its length; 0: it is not all there yet. */
  #sequence(): number {
    const [whole, isPrivate, parameters = '', final] = sequence.exec(this.#pending) ?? []
    if (whole === undefined) {
      if (this.#pending.length > 20) throw new Error(`unknown ${JSON.stringify(this.#pending.slice(0, 20))}`)
      return 0
    }
    const numbers = parameters.split(';').map(Number)
    if (isPrivate === '?') this.#mode(numbers[0] ?? 0, final === 'h')
    else if (final === 'H') [this.#row, this.#column] = [(numbers[0] || 1) - 1, (numbers[1] || 1) - 1]
    else if (final === 'K') this.#cells[this.#row]?.splice(this.#column)
    else if (final === 'J') this.#cells = this.#cells.map(() => [])
    else if (final !== 'm') throw new Error(`unknown ${JSON.stringify(whole)}`)
    return whole.length
  }

  #mode(number: number, isSet: boolean): void {
    if (number === 1049) this.isAlternate = isSet
    else if (number === 25) this.isCursorSeen = isSet
    else if (number !== 7) throw new Error(`unknown mode ${number}`)
  }

  #character(): number {
    const character = String.fromCodePoint(this.#pending.codePointAt(0) ?? 0)
    if (character === '\r') this.#column = 0
    else if (character === '\n') this.#row++
    else this.#print(character)
    return character.length
  }

  #print(character: string): void {
    const cells = this.#cells[this.#row]
    const column = this.#column
    const width = cellsOf(character)
    if (cells === undefined) return
    if (width === 0) cells[column - 1] = `${cells[column - 1] ?? ''}${character}`
    else cells.splice(column, width, character, ...Array<string>(width - 1).fill(''))
    while (cells.length < column) cells.push(' ')
    // wrapping at the margin is switched off: there the cursor stays in the last column
    this.#column = Math.min(this.#column + width, this.#columns - 1)
  }
}
