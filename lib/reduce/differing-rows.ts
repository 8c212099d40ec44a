import { changesBetween } from '../model/diff.js'
import { type Collection, none } from '../model/collection.js'

type Tables = Readonly<Record<string, Collection<object>>>

/** A row that is not the same in two sets of tables; null: it is not there. */
export interface DifferingRow {
  readonly table: string
  readonly uuid: string
  readonly before: object | null
  readonly after: object | null
}

/** Table by table. */
export function* differingRows(before: Tables, after: Tables): Generator<DifferingRow> {
  for (const table of new Set([...Object.keys(before), ...Object.keys(after)]))
    for (const change of changesBetween(after[table] ?? none, before[table] ?? none, isSame))
      yield { table, uuid: change.key, before: change.actual ?? null, after: change.desired ?? null }
}

function isSame(one: object, other: object): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
