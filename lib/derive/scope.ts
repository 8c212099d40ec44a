import { type Change, changesBetween } from '../model/diff.js'
import type { Claim } from '../model/claim.js'
import { type Collection, none } from '../model/collection.js'
import type { Settings } from '../model/settings.js'
import type { State, VtepTables } from '../model/state.js'
import type { VtepTable } from '../schema/hardware-vtep.js'
import type { RowChange } from './indexes.js'

/** Where two states differ, as far as deriving is concerned. */
export interface Scope {
  /** So much that everything is to be derived. */
  readonly isEverything: boolean
  readonly rows: readonly RowChange[]
  /** Bindings of learned MACs: `desired` those after, `actual` those before. */
  readonly learned: readonly Change<number, number>[]
  /** Who claims addresses. */
  readonly claims: readonly Change<Claim, Claim>[]
  /** Something in Open_vSwitch. */
  readonly isOvsTouched: boolean
}

/** What both states share is not read, so the cost follows what has changed. */
export function scopeOf(before: State, after: State): Scope {
  const isEverything =
    before.vtep === null ||
    after.vtep === null ||
    // that learned MACs are known from now on concerns none but them
    (before.learned !== null && after.learned === null) ||
    !isSame(before.settings, after.settings)
  return {
    isEverything,
    rows: isEverything ? [] : rowChanges(before.vtep, after.vtep),
    learned: isEverything ? [] : changed<number>(before.learned ?? none, after.learned ?? none),
    claims: isEverything ? [] : changed<Claim>(before.claims ?? none, after.claims ?? none),
    isOvsTouched: before.ovs !== after.ovs,
  }
}

/** Every start says them again. */
function isSame(before: Settings | null, after: Settings | null): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after)
}

function rowChanges(before: VtepTables | null, after: VtepTables | null): readonly RowChange[] {
  const rows: RowChange[] = []
  if (before === after || before === null || after === null) return rows
  for (const table of Object.keys(after) as VtepTable[])
    for (const change of changed<unknown>(before[table], after[table]))
      rows.push({ table, uuid: change.key, before: change.actual, after: change.desired } as RowChange)
  return rows
}

function changed<T>(before: Collection<T>, after: Collection<T>): readonly Change<T, T>[] {
  return changesBetween(after, before, Object.is)
}
