import type { Patch } from 'immer'
import type { Buckets } from '../model/buckets.js'
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
      if (rest.length === 0 || before.learned === null) isEverything = true
      else touch(touched, 'learned', rest, before.learned, after.learned)
    } else if (root === 'ovs') touched.set('ovs', new Set())
    else if (root === 'settings') isEverything = true
  }
  return { isEverything, touched }
}

function tableOf(state: State, table: string | number | undefined): Buckets<unknown> | null {
  return (state.vtep as Readonly<Record<string, Buckets<unknown>>> | null)?.[String(table)] ?? null
}

/** A path inside buckets: [group] or [group, bucket] when such a one came or went whole, else [group, bucket, key, …]. */
function touch(
  touched: Map<string, Set<string>>,
  name: string,
  [group, bucket, key]: readonly (string | number)[],
  before: Buckets<unknown> | null,
  after: Buckets<unknown> | null,
): void {
  const keys = touched.get(name) ?? new Set<string>()
  touched.set(name, keys)
  if (key !== undefined) {
    keys.add(String(key))
    return
  }
  for (const buckets of [before, after]) {
    const members = buckets?.get(Number(group)) ?? new Map<never, never>()
    const whole = bucket === undefined ? members.values() : [members.get(Number(bucket))]
    for (const one of whole) for (const member of one?.keys() ?? []) keys.add(member)
  }
}
