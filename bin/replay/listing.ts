import { localTime } from '../../lib/words/describe.js'
import { zoneText } from '../../lib/zone.js'
import type { Style, Terminal } from '../command-line/terminal.js'

/** How a change's line looks on a terminal, by its tone. */
export const tones = { bad: 'red', warm: 'yellow', plain: null, noted: 'cyan', good: 'green' } as const

/** Something that happened, as a line of a list. */
interface Happening {
  readonly seq: number
  readonly atMs: number
  readonly label: string
  readonly style: Style | null
  readonly text: string
  /** What matters less, and is cut first. */
  readonly rest?: string
}

interface Columns {
  readonly label: string
  readonly labelWidth: number
  readonly text: string
}

/** A list by time. On a terminal it has a header and the date in a line of its own, so that a line has room for what happened. */
export class Listing {
  readonly #out: Terminal
  readonly #columns: Columns
  #date = ''

  constructor(out: Terminal, columns: Columns) {
    this.#out = out
    this.#columns = columns
  }

  line({ seq, atMs, label, style, text, rest = '' }: Happening): void {
    if (this.#out.width !== null) this.#head(atMs)
    this.#out.pieces([
      { text: `${String(seq).padStart(6)}  `, style: 'dim' },
      { text: `${this.#time(atMs)}  `, style: null },
      { text: `${label.padEnd(this.#columns.labelWidth)}  `, style },
      { text, style: null },
      ...(rest === '' ? [] : [{ text: ` · ${rest}`, style: 'dim' } as const]),
    ])
  }

  /** What belongs to the line before. */
  below({ seq, atMs, label, text }: Omit<Happening, 'style' | 'rest'>): void {
    const start = `${' '.repeat(8)}${String(seq).padStart(6)}  ${this.#time(atMs)}`
    this.#out.pieces([{ text: `${start}  ${label.padEnd(14)}  ${text}`, style: 'dim' }])
  }

  #time(atMs: number): string {
    const time = localTime(atMs)
    return this.#out.width === null ? time : time.slice(11)
  }

  #head(atMs: number): void {
    const [date = ''] = localTime(atMs).split('T')
    if (date === this.#date) return
    const { label, labelWidth, text } = this.#columns
    const heading = `${'entry'.padStart(6)}  ${'time'.padEnd(12)}  ${label.padEnd(labelWidth)}  ${text}`
    if (this.#date === '') this.#out.pieces([{ text: heading, style: 'bold' }])
    this.#date = date
    this.#out.pieces([{ text: `        ${date}, ${zoneText(atMs)}`, style: 'dim' }])
  }
}
