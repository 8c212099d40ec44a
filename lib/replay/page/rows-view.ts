import type { Entry } from '../../model/event.js'
import type { State } from '../../model/state.js'
import { oneLine } from '../../one-line.js'
import { mentionsIn } from '../mentions.js'
import { Names } from '../names.js'
import type { RowView } from './api.js'

/** The rows that an entry says are other than in the state before it, column by column; at most `most`. */
export function rowsView(entry: Entry, before: State, most: number): readonly RowView[] {
  const rows = [...mentionsIn(entry)].filter((mention) => mention.what === 'row').slice(0, most)
  if (rows.length === 0) return []
  const names = new Names(before)
  const former = rows.map(({ key }) => names.row(key)?.row)
  for (const row of rows) names.hear(row)
  return rows.map(({ table, key, value }, i) => {
    const [was, is] = [textsOf(former[i], names), textsOf(value ?? undefined, names)]
    return {
      table,
      uuid: key,
      name: oneLine(names.of(key)),
      how: value === null ? 'delete' : former[i] === undefined ? 'insert' : 'modify',
      columns: [...new Set([...was.keys(), ...is.keys()])].map((name) => ({
        name,
        before: was.get(name) ?? null,
        after: is.get(name) ?? null,
      })),
    }
  })
}

function textsOf(row: object | undefined, names: Names): ReadonlyMap<string, string> {
  const columns: readonly (readonly [string, unknown])[] = Object.entries(row ?? {})
  return new Map(columns.map(([name, value]) => [name, oneLine(names.value(value))]))
}
