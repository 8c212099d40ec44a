import type { Batch, Lane } from '../model/batch.js'
import { isConfigKey, partsOf, type Quarantined } from '../model/quarantine.js'
import { type Part } from '../model/batch.js'
import { aclInUnit, unitOf } from '../pipeline/acl-unit.js'
import type { LaneState, State } from '../model/state.js'

type Searched = Pick<LaneState, 'search'> & Pick<State, 'quarantined'>

/**
 * After a batch was rejected: half of it is next, or if it was a single change or changes of a single ACL, that goes
 * into quarantine.
 */
export function narrowed(
  { lanes, quarantined }: State,
  lane: Lane,
  batch: Batch | null,
  reason: string,
): Searched {
  const { search } = lanes[lane]
  const parts = batch === null ? [] : partsOf(batch)
  if (parts.length === 0) return { search, quarantined }
  const units = new Set(parts.map(({ key }) => unitOf(key)))
  if (units.size === 1) {
    const refused = leftOut(parts).map((part) => ({ lane, ...part, reason, isDue: false }))
    return {
      search: cleared(search, parts, 1),
      quarantined: [...without(quarantined, lane, parts), ...refused],
    }
  }
  const suspects = search?.suspects ?? parts.map(({ key }) => key)
  return { search: { largest: Math.floor(units.size / 2), suspects }, quarantined }
}

/** What of one unit is left out of plans: of an ACL of which something was to be made the ACL, else each change. */
function leftOut(parts: readonly Part[]): readonly Part[] {
  const made = parts.find(({ content }) => content !== '')
  const unit = made === undefined ? '' : unitOf(made.key)
  return aclInUnit(unit) === undefined ? parts : [{ key: unit, content: '' }]
}

/** After a batch was made: what was in it is beyond suspicion, and the next may be twice as large. */
export function widened({ lanes, quarantined }: State, lane: Lane, batch: Batch | null): Searched {
  const { search } = lanes[lane]
  if (batch === null || (search === null && quarantined.length === 0)) return { search, quarantined }
  const parts = partsOf(batch)
  return { search: cleared(search, parts, 2), quarantined: without(quarantined, lane, parts) }
}

/** The search once a batch is planned that has nothing to do with it: what was searched is not wanted any more. */
export function searchAt(search: LaneState['search'], batch: Batch): LaneState['search'] {
  if (search === null) return null
  // of an ovs-vsctl, flows that are searched say nothing
  if (batch.kind === 'config' && !search.suspects.some(isConfigKey)) return search
  const suspects = new Set(search.suspects)
  return partsOf(batch).some(({ key }) => suspects.has(key)) ? search : null
}

/** All of a lane's that are refused are tried again. Those that were to be and were not, because something else is desired, go. */
export function quarantineDue(quarantined: readonly Quarantined[], lane: Lane): readonly Quarantined[] {
  return released(quarantined, lane, null)
    .filter((one) => one.lane !== lane || !one.isDue)
    .map((one) => (one.lane === lane ? { ...one, isDue: true } : one))
}

/** Those of `keys` in `batch` wait. */
export function heldBack(
  quarantined: readonly Quarantined[],
  lane: Lane,
  batch: Batch,
  keys: readonly string[],
): readonly Quarantined[] {
  const waiting = new Set(keys)
  const parts = partsOf(batch).filter(({ key }) => waiting.has(key))
  const reason = 'somebody undoes it again and again'
  return [
    ...without(quarantined, lane, parts),
    ...parts.map((part) => ({ lane, ...part, reason, isDue: false, isContested: true as const })),
  ]
}

/** Of what somebody undoes, `keys` have waited; null: all of the lane. */
export function released(
  quarantined: readonly Quarantined[],
  lane: Lane,
  keys: readonly string[] | null,
): readonly Quarantined[] {
  const due = keys === null ? null : new Set(keys)
  return quarantined.filter(
    (one) => one.isContested !== true || one.lane !== lane || due?.has(one.key) === false,
  )
}

function cleared(search: LaneState['search'], parts: readonly Part[], growth: number): LaneState['search'] {
  if (search === null) return null
  const made = new Set(parts.map(({ key }) => key))
  const suspects = search.suspects.filter((key) => !made.has(key))
  return suspects.length === 0 ? null : { largest: search.largest * growth, suspects }
}

function without(
  quarantined: readonly Quarantined[],
  lane: Lane,
  parts: readonly Part[],
): readonly Quarantined[] {
  if (quarantined.length === 0) return quarantined
  const keys = new Set(parts.flatMap(({ key, content }) => (content === '' ? [key] : [key, unitOf(key)])))
  return quarantined.filter((one) => one.lane !== lane || !keys.has(one.key))
}
