import { type Collection, lookup, none } from '../model/collection.js'
import type { RowUpdate } from '../model/event.js'
import type { State } from '../model/state.js'
import { own } from '../model/own.js'

/** The row as it stood in a state; undefined: there was none. */
export function rowIn(state: State, { table, uuid }: Pick<RowUpdate, 'table' | 'uuid'>): object | undefined {
  const tables: Readonly<Record<string, Collection<object>>> = { ...state.vtep, ...state.ovs }
  return lookup(own(tables, table) ?? none, uuid)
}
