import { tellsOfStations } from '../../words/narrator.js'
import type { HistoryChange } from '../../history/changes/change.js'
import { localTime } from '../../words/describe.js'
import { Names } from '../../words/names.js'
import { fitted, wrapped } from './cells.js'
import { oneLine } from '../../words/one-line.js'
import { changeLine } from '../page/change-view.js'
import { entryLine } from './texts.js'
import { keysInWords, type Pane, type Walkthrough } from './walkthrough.js'

export type FrameStyle = 'plain' | 'bold' | 'dim' | 'inverse'

/** A piece of a line, free of control characters. */
export interface FrameSpan {
  readonly text: string
  readonly style: FrameStyle
}

/** One line of the screen, exactly as wide as it is. */
export type FrameLine = readonly FrameSpan[]

export interface Size {
  readonly columns: number
  readonly rows: number
}

const least: Size = { columns: 30, rows: 8 }

/** How the rows of a screen are shared out: title, list, titles of the panes, panes, last line. */
function layout({ rows }: Size): { readonly list: number; readonly panes: number } {
  const list = Math.min(12, Math.max(3, Math.floor((rows - 3) / 3)))
  return { list, panes: rows - 3 - list }
}

/** How many lines `PgDn` goes. */
export function pageLength(view: Walkthrough, size: Size): number {
  const { list, panes } = layout(size)
  if (view.focus === 'list') return Math.max(1, (view.isZoomed ? list + panes + 1 : list) - 1)
  return Math.max(1, panes - 1)
}

/** What a screen of this size shows: as many lines as it has rows. Throws the errors of where the recording is kept. */
export function frame(view: Walkthrough, size: Size): readonly FrameLine[] {
  const { columns, rows } = size
  if (columns < least.columns || rows < least.rows)
    return blank([span('too small a window')], size).slice(0, rows)
  if (view.isHelp) return blank([span('Keys', 'bold'), ...keysInWords.map((line) => span(`  ${line}`))], size)
  return [title(view, columns), ...body(view, size), lastLine(view, columns)]
}

function blank(spans: readonly FrameSpan[], { columns, rows }: Size): readonly FrameLine[] {
  return Array.from({ length: rows }, (_, row) => [fit(spans[row] ?? span(''), columns)])
}

function title({ walk, changes, isOfChanges }: Walkthrough, columns: number): FrameLine {
  const { entry, recording } = walk
  const { filter } = isOfChanges ? changes : walk
  const place = isOfChanges
    ? `change ${changes.place + 1} of ${changes.length}, entry ${entry.seq}`
    : `entry ${entry.seq} of ${recording.last}`
  const where = ` ${place}  ${localTime(entry.atMs)}`
  return [fit(span(filter === '' ? where : `${where}  only: ${filter}`, 'inverse'), columns)]
}

function lastLine(view: Walkthrough, columns: number): FrameLine {
  const prompt = view.prompt()
  // its end is what is being typed
  if (prompt !== null) return [fit(span(wrapped(`${prompt}_`, columns).at(-1) ?? '', 'bold'), columns)]
  if (view.message !== '') return [fit(span(view.message, 'bold'), columns)]
  return [
    fit(
      span(
        `←→ step  Enter ${view.isOfChanges ? 'entries' : 'changes'}  u until  : jump  f filter  z zoom  ? keys  q quit`,
        'dim',
      ),
      columns,
    ),
  ]
}

function body(view: Walkthrough, size: Size): readonly FrameLine[] {
  const { columns } = size
  const { list, panes } = layout(size)
  const { focus, isZoomed } = view
  const rowsOf = view.isOfChanges ? changeList : entryList
  if (isZoomed && focus === 'list') return rowsOf(view, columns, list + panes + 1)
  const lines = rowsOf(view, columns, list)
  if (isZoomed && focus !== 'list') {
    const shown = paneLines(view, focus, columns, panes)
    return [...lines, [heading(view, focus, columns)], ...shown.map((line) => [line])]
  }
  const left = Math.floor((columns - 1) / 2)
  const right = columns - 1 - left
  const state = paneLines(view, 'state', right, panes)
  const beside = paneLines(view, 'entry', left, panes).map((line, row) => [
    line,
    span('│', 'dim'),
    state[row] ?? span(''),
  ])
  return [
    ...lines,
    [heading(view, 'entry', left), span('│', 'dim'), heading(view, 'state', right)],
    ...beside,
  ]
}

function entryList(view: Walkthrough, columns: number, rows: number): readonly FrameLine[] {
  const { walk } = view
  const entries = walk.around(rows - 1, rows - 1)
  const at = entries.findIndex(({ seq }) => seq === walk.entry.seq)
  const shown = windowOf(entries, at, rows)
  const isNamed = shown.some(({ event }) => tellsOfStations(event))
  const names = isNamed ? new Names(walk.after().state) : undefined
  return listed(
    view,
    shown.map((entry) => ({ text: entryLine(entry, names), isHere: entry.seq === walk.entry.seq })),
    columns,
    rows,
  )
}

function changeList(view: Walkthrough, columns: number, rows: number): readonly FrameLine[] {
  const { changes } = view
  const places = changes.around(rows - 1, rows - 1)
  const shown = windowOf(places, places.indexOf(changes.place), rows)
  const lines = shown.flatMap((place) => {
    const change = changes.at(place)
    return change === undefined ? [] : [{ text: changeRow(change, place), isHere: place === changes.place }]
  })
  return listed(view, lines, columns, rows)
}

/** So many around the one at `at`; at an end of the recording the other side fills the list. */
function windowOf<T>(all: readonly T[], at: number, rows: number): readonly T[] {
  const half = Math.floor((rows - 1) / 2)
  const start = Math.max(0, Math.min(at - half, all.length - rows))
  return all.slice(start, start + rows)
}

function listed(
  { focus }: Walkthrough,
  lines: readonly { readonly text: string; readonly isHere: boolean }[],
  columns: number,
  rows: number,
): readonly FrameLine[] {
  return Array.from({ length: rows }, (_, row) => {
    const line = lines[row]
    if (line === undefined) return [fit(span(''), columns)]
    const { text, isHere } = line
    const style = !isHere ? 'plain' : focus === 'list' ? 'inverse' : 'bold'
    return [fit(span(`${isHere ? '>' : ' '}${text}`, style), columns)]
  })
}

function changeRow(change: HistoryChange, place: number): string {
  const { atMs, kindName, text, outcome, writer } = changeLine(change, place)
  const rest = [outcome, writer === null ? '' : `by ${writer}`].filter((one) => one !== '')
  return `${localTime(atMs).slice(11)}  ${kindName.padEnd(16)}  ${[oneLine(text), ...rest].join(' · ')}`
}

const titles: Readonly<Record<Exclude<Pane, 'list'>, string>> = {
  entry: 'This entry',
  state: 'State after it',
}
const titlesOfChanges: typeof titles = { ...titles, entry: 'This change' }

function heading(view: Walkthrough, pane: Exclude<Pane, 'list'>, columns: number): FrameSpan {
  const text = ` ${(view.isOfChanges ? titlesOfChanges : titles)[pane]} `
  return fit(span(text.padEnd(columns, '─'), view.focus === pane ? 'inverse' : 'dim'), columns)
}

function paneLines(
  view: Walkthrough,
  pane: Exclude<Pane, 'list'>,
  columns: number,
  rows: number,
): readonly FrameSpan[] {
  const lines = view.texts()[pane].flatMap((line) => wrapped(line, columns))
  const first = Math.min(view.scroll[pane], Math.max(0, lines.length - rows))
  view.scroll[pane] = first
  return Array.from({ length: rows }, (_, row) => fit(span(lines[first + row] ?? ''), columns))
}

function span(text: string, style: FrameStyle = 'plain'): FrameSpan {
  return { text, style }
}

function fit({ text, style }: FrameSpan, columns: number): FrameSpan {
  return { text: fitted(text, columns), style }
}
