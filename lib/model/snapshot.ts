import { amend, type Collection, entriesOf, none } from './collection.js'
import type { Claim } from './claim.js'
import { emptyOvsTables, emptyVtepTables, type OvsTables, type State, type VtepTables } from './state.js'

type Listed<T> = readonly (readonly [string, T])[]

type Tables<T> = { readonly [Name in keyof T]: T[Name] extends Collection<infer Row> ? Listed<Row> : never }

type Keyed = 'vtep' | 'ovs' | 'seen' | 'flows' | 'learned' | 'claims'

/** A whole state as plain JSON: keyed collections are lists of pairs, in their order. */
export interface Snapshot extends Omit<State, Keyed> {
  readonly vtep: Tables<VtepTables> | null
  readonly ovs: Tables<OvsTables> | null
  readonly seen: Listed<number>
  readonly flows: State['flows'] extends Collection<infer F> | null ? Listed<F> | null : never
  readonly learned: Listed<number> | null
  readonly claims?: Listed<Claim>
}

export function snapshotOf(state: State): Snapshot {
  const { vtep, ovs, seen, flows, learned, claims, ...rest } = state
  return {
    ...rest,
    vtep: vtep && (listedTables(vtep) as Tables<VtepTables>),
    ovs: ovs && (listedTables(ovs) as Tables<OvsTables>),
    seen: [...entriesOf(seen)],
    flows: flows && [...entriesOf(flows)],
    learned: learned && [...entriesOf(learned)],
    ...(claims && { claims: [...entriesOf(claims)] }),
  }
}

/** The state that `snapshotOf` was given. */
export function restored(snapshot: Snapshot): State {
  const { vtep, ovs, seen, flows, learned, claims, ...rest } = snapshot
  return {
    ...rest,
    vtep: vtep && (keyedTables(vtep, emptyVtepTables()) as VtepTables),
    ovs: ovs && (keyedTables(ovs, emptyOvsTables()) as OvsTables),
    seen: keyed(seen),
    flows: flows && keyed(flows),
    learned: learned && keyed(learned),
    ...(claims && { claims: keyed(claims) }),
  }
}

function listedTables(tables: object): object {
  return Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [name, [...entriesOf(rows as Collection<unknown>)]]),
  )
}

/** The tables that there are, and no others. */
function keyedTables(tables: Readonly<Record<string, Listed<unknown> | undefined>>, empty: object): object {
  return Object.fromEntries(Object.keys(empty).map((name) => [name, keyed(tables[name] ?? [])]))
}

function keyed<T>(pairs: Listed<T>): Collection<T> {
  return amend<T>(none, pairs)
}
