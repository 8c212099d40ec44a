import type { Core } from '../../daemon/core.js'
import { nothingObserved } from '../../ingest/flows.js'
import { type Batch, isSameBatch, type Lane, lanes } from '../../model/batch.js'
import type { Event } from '../../model/event.js'
import type { NewUuid } from '../../model/uuid.js'
import { transacted } from './transact.js'
import { configured } from './vsctl.js'

/** A batch that would be made. */
export interface Step {
  readonly lane: Lane
  readonly batch: Batch
}

/** Everything that would be made until nothing is left to do, in this order. */
export interface Forecast {
  readonly steps: readonly Step[]
  /** Why more may follow once these are made; null: nothing will. */
  readonly more: string | null
}

/** No state needs so many. */
const mostSteps = 10_000

/** As UUIDs that no server makes (RFC 4122, 4.1.1: a variant of nobody's). */
const inventedPrefix = '00000000-0000-0000-0000-'

/**
 * Plans on as if every batch did just what it is to do, and folds that into `core`: what would be there is its state then. A
 * transaction that names a row of one before it can't be told yet: the database gives the row its UUID.
 * `without`: lanes that are left alone.
 */
export function forecast(core: Core, without: readonly Lane[] = []): Forecast {
  const steps: Step[] = []
  const newUuid = inventor()
  const blocked = new Set<Lane>()
  const record = (event: Event) => core.fold({ seq: core.state.seq + 1, atMs: 0, event })
  const asked = lanes.filter((lane) => !without.includes(lane))
  for (let isBusy = true; isBusy;) {
    isBusy = false
    for (const lane of asked) {
      const batch = blocked.has(lane) ? null : core.plan(lane)
      if (batch === null) continue
      const last = steps.findLast((step) => step.lane === lane)
      const isVain = last !== undefined && isSameBatch(last.batch, batch)
      if (isVain || steps.length === mostSteps || namesInvented(batch)) {
        blocked.add(lane)
        continue
      }
      steps.push({ lane, batch })
      record({ type: 'Planned', lane, batch })
      for (const event of effects(core, batch, newUuid)) record(event)
      record({ type: 'Applied', lane, tookMs: 0 })
      // after a change of fail_mode the switch is looked at, and is as it should be
      if (core.state.knowledge.flows === 'unknown') record(nothingObserved)
      isBusy = true
    }
  }
  return { steps, more: moreOf(core, blocked) }
}

function effects({ state }: Core, batch: Batch, newUuid: NewUuid): readonly Event[] {
  if (batch.kind === 'config' && state.ovs !== null)
    return [{ type: 'OvsUpdated', isCatchUp: false, updates: configured(state.ovs, batch, newUuid) }]
  if (batch.kind === 'rows' && state.vtep !== null)
    return [{ type: 'VtepUpdated', isCatchUp: false, updates: transacted(state.vtep, batch, newUuid) }]
  return []
}

function moreOf(core: Core, blocked: ReadonlySet<Lane>): string | null {
  const view = core.derived()?.view
  const ports = [...(view?.sessions.values() ?? []), ...(view?.tunnelPorts.map(({ row }) => row) ?? [])]
  const unnumbered = ports.filter(({ ofport }) => ofport === null).map(({ name }) => name)
  if (unnumbered.length > 0)
    return `the switch has yet to give ${unnumbered.join(', ')} an OpenFlow port: flows that name it come then`
  if (blocked.has('vtep')) return 'further rows name some of these, and can be written when those are there'
  return blocked.size > 0 ? 'the same would be done again' : null
}

function inventor(): NewUuid {
  let count = 0
  return () => `${inventedPrefix}${(++count).toString(16).padStart(12, '0')}`
}

function namesInvented(batch: Batch): boolean {
  return batch.kind === 'rows' && JSON.stringify(batch.operations).includes(inventedPrefix)
}
