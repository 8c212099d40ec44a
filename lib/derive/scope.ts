import type { Patch } from 'immer'
import type { Buckets } from '../model/buckets.js'
import type { Settings } from '../model/event.js'
import type { State } from '../model/state.js'

/** Keys of one table whose rows may differ between two states. */
export interface Scope {
  /** Unsure, or too much changed: derive everything. */
  readonly isEverything: boolean
  /** `vtep/Ucast_Macs_Remote` → row UUIDs; `learned` → learned keys; `ovs` → nothing more precise. */
  readonly touched: ReadonlyMap<string, ReadonlySet<string>>
}

/** Where two states differ, by Immer's patches: these say where something changed, never how. */
export function scopeOf(patches: readonly Patch[], before: State, after: State): Scope {
  const touched = new Map<string, Set<string>>()
  let isEverything = false
  for (const { path } of patches) {
    const [root, ...rest] = path
    if (root === 'vtep') {
      if (rest.length < 2 || before.vtep === null) isEverything = true
      else touch(touched, `vtep/${rest[0]}`, rest.slice(1), tableOf(before, rest[0]), tableOf(after, rest[0]))
    } else if (root === 'learned') {
      // that learned MACs are known from now on concerns none but them
      if (after.learned === null) isEverything = true
      else touch(touched, 'learned', rest, before.learned, after.learned)
    } else if (root === 'ovs') touched.set('ovs', new Set())
    else if (root === 'settings' && !isSame(before.settings, after.settings)) isEverything = true
  }
  return { isEverything, touched }
}

/** Every start says them again. */
function isSame(before: Settings | null, after: Settings | null): boolean {
  return JSON.stringify(before) === JSON.stringify(after)
}

function tableOf(state: State, table: string | number | undefined): Buckets<unknown> | null {
  return (state.vtep as Readonly<Record<string, Buckets<unknown>>> | null)?.[String(table)] ?? null
}

/** A path inside buckets: [shelf, group, bucket, key, …], or shorter when a whole one of them came or went. */
function touch(
  touched: Map<string, Set<string>>,
  name: string,
  path: readonly (string | number)[],
  before: Buckets<unknown> | null,
  after: Buckets<unknown> | null,
): void {
  const keys = touched.get(name) ?? new Set<string>()
  touched.set(name, keys)
  const [, , , key] = path
  if (key !== undefined) keys.add(String(key))
  else
    for (const buckets of [before, after])
      for (const member of keysIn(buckets ?? none, path)) keys.add(member)
}

const none: Buckets<never> = new Map()

function* keysIn(
  buckets: Buckets<unknown>,
  [shelf, group, bucket]: readonly (string | number)[],
): Generator<string> {
  for (const groups of some(buckets, shelf))
    for (const all of some(groups, group)) for (const entries of some(all, bucket)) yield* entries.keys()
}

/** The member of that number, or all where none is named. */
function some<V>(members: ReadonlyMap<number, V>, number: string | number | undefined): Iterable<V> {
  if (number === undefined) return members.values()
  const member = members.get(Number(number))
  return member === undefined ? [] : [member]
}
