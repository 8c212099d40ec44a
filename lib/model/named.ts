import { type Collection, entriesOf } from './collection.js'
import type { Uuid } from './uuid.js'

/** The row of a name; undefined: there is none. */
export function rowNamed<R extends { readonly name: string }>(
  rows: Collection<R> | undefined,
  name: string | undefined,
): { readonly uuid: Uuid; readonly row: R } | undefined {
  if (rows !== undefined)
    for (const [uuid, row] of entriesOf(rows)) if (row.name === name) return { uuid, row }
  return undefined
}
