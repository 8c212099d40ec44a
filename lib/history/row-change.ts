import type { Mention } from './mentions.js'
import type { Names } from '../words/names.js'

/** What an entry makes of a row, by columns whose values differ; `names` may be asked for what they are called. */
export interface RecordedRowChange {
  readonly did: 'insert' | 'modify' | 'delete'
  readonly columns: readonly { readonly column: string; readonly before: unknown; readonly after: unknown }[]
}

/** Of a mention that `names` has not heard yet. */
export function rowChange({ key, value }: Mention & { what: 'row' }, names: Names): RecordedRowChange {
  const known = names.row(key)
  const before = known === undefined || known.isGone ? null : known.row
  return changeOf(before, value)
}

/** Null: there is no row. */
export function changeOf(before: object | null, after: object | null): RecordedRowChange {
  if (after === null) return { did: 'delete', columns: [] }
  const former = new Map<string, unknown>(Object.entries(before ?? {}))
  const columns = Object.entries(after).flatMap(([column, value]: [string, unknown]) => {
    const was = former.get(column) ?? null
    return JSON.stringify(was) === JSON.stringify(value) ? [] : [{ column, before: was, after: value }]
  })
  return { did: before === null ? 'insert' : 'modify', columns }
}

/** A line for each column that differs. */
export function columnTexts({ did, columns }: RecordedRowChange, names: Names): readonly string[] {
  return columns.map(({ column, before, after }) => {
    const is = names.value(after)
    return `${column}: ${did === 'insert' ? is : `${names.value(before)} → ${is}`}`
  })
}
