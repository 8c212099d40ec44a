import { Core } from '../../daemon/core.js'
import { entriesOf, type Collection, none } from '../../model/collection.js'
import type { Entry, Event, OvsRowUpdate, VtepRowUpdate } from '../../model/event.js'
import type { Settings } from '../../model/settings.js'
import { snapshotOf } from '../../model/snapshot.js'
import type { Flow } from '../../model/flow.js'
import { initialState, type State } from '../../model/state.js'

/** As an Intake; may ask which flows are desired by what came in before. */
export type SideIntake = (state: State, desired: () => Collection<Flow> | undefined) => readonly Event[]

/** What is asked for, or what is there: as it came in. */
export interface Side {
  readonly intakes: readonly SideIntake[]
  /** What a journal remembers of it that can't be read off; null: there is none. */
  readonly memory: State | null
}

/** What the databases asked for when a history came to this state. */
export function desiredIn(state: State): Side {
  const updates = listed(state.vtep ?? {}) as VtepRowUpdate[]
  return { intakes: [() => [{ type: 'VtepUpdated', isCatchUp: true, updates }]], memory: state }
}

/** What the switch was last known to hold then. */
export function actualIn(state: State): Side {
  const { ovs, flows, foreign, learned } = state
  const updates = listed(ovs ?? {}) as OvsRowUpdate[]
  const present = [...entriesOf(flows ?? none)].map(([, flow]) => flow)
  const bindings = [...entriesOf(learned ?? none)].map(([key, binding]) => ({
    key,
    binding,
  }))
  const events: readonly Event[] = [
    { type: 'OvsUpdated', isCatchUp: true, updates },
    { type: 'FlowsObserved', isDrift: false, present, absent: [], foreign },
    { type: 'MacsLearned', isCatchUp: true, updates: bindings },
  ]
  return { intakes: [() => events], memory: state }
}

/** A history that knows both sides and nothing else, as a daemon that starts finds them. Throws WireError. */
export function together(
  program: string,
  settings: Settings,
  atMs: number,
  desired: Side,
  actual: Side,
): { readonly entries: readonly Entry[]; readonly core: Core } {
  const entries: Entry[] = []
  const core = new Core()
  const record = (event: Event): void => {
    const lost = event.type === 'JournalResumed' ? event.lost : 0
    const entry = { seq: core.state.seq + lost + 1, atMs, event }
    core.fold(entry)
    entries.push(entry)
  }
  const remembered = memoryOf(desired.memory, actual.memory)
  if (remembered !== null)
    record({ type: 'JournalResumed', lost: remembered.seq, snapshot: snapshotOf(remembered) })
  record({ type: 'Started', version: program, settings })
  for (const intake of [...desired.intakes, ...actual.intakes])
    for (const event of intake(core.state, () => core.derived()?.desired.flows)) record(event)
  return { entries, core }
}

/** Which rows came first, and whose addresses and flows there were. */
function memoryOf(desired: State | null, actual: State | null): State | null {
  if (desired === null && actual === null) return null
  const { seen, announcedAddresses } = desired ?? initialState
  const { displaced, replaced } = actual ?? initialState
  const seq = Math.max(desired?.seq ?? 0, actual?.seq ?? 0)
  return { ...initialState, seq, seen, announcedAddresses, displaced, replaced }
}

function listed(tables: object): object[] {
  return Object.entries(tables).flatMap(([table, rows]) =>
    [...entriesOf(rows as Collection<object>)].map(([uuid, row]) => ({ table, uuid, row })),
  )
}
