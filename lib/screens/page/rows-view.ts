import type { Entry } from '../../model/event.js'
import type { State } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import { oneLine } from '../../words/one-line.js'
import { mentionsIn } from '../../history/mentions.js'
import { Names } from '../../words/names.js'
import { columnValueText } from '../../history/column-text.js'
import type { RowView } from './api.js'

/** The rows that an entry says are other than in the state before it, column by column; at most `most`. */
export function rowsView(entry: Entry, before: State, most: number): readonly RowView[] {
  const rows = [...mentionsIn(entry)].filter((mention) => mention.what === 'row').slice(0, most)
  if (rows.length === 0) return []
  const names = new Names(before)
  const former = rows.map(({ key }) => names.row(key)?.row ?? null)
  for (const row of rows) names.hear(row)
  return rows.map(({ table, key, value }, i) =>
    rowViewOf(
      { table, uuid: key, name: names.of(key), before: former[i] ?? null, after: value },
      names,
      names,
    ),
  )
}

interface Differing {
  readonly table: string
  readonly uuid: Uuid
  readonly name: string
  readonly before: object | null
  readonly after: object | null
}

/** `was`, `is`: what things were called on each side. */
export function rowViewOf({ table, uuid, name, before, after }: Differing, was: Names, is: Names): RowView {
  const [former, later] = [textsOf(before, was), textsOf(after, is)]
  return {
    table,
    uuid,
    name: oneLine(name),
    how: after === null ? 'delete' : before === null ? 'insert' : 'modify',
    columns: [...new Set([...former.keys(), ...later.keys()])].map((column) => ({
      name: column,
      before: former.get(column) ?? null,
      after: later.get(column) ?? null,
    })),
  }
}

function textsOf(row: object | null, names: Names): ReadonlyMap<string, string> {
  const columns: readonly (readonly [string, unknown])[] = Object.entries(row ?? {})
  return new Map(columns.map(([name, value]) => [name, oneLine(columnValueText(value, names))]))
}
