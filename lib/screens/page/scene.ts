import type { Entry } from '../../model/event.js'
import { lookup, sizeOf } from '../../model/collection.js'
import type { State } from '../../model/state.js'
import type { CensusCounts } from './census.js'
import type { SceneView } from './api.js'
import { type DrawingWish, drawingOf } from './drawing.js'
import { type Focus } from './kinds.js'
import { litBy } from './lit.js'
import { rowsView } from './rows-view.js'
import { ownSwitch, thingsOf, tunnelFacts } from './things.js'

const mostRows = 100

/** The switch after `entry`, and what of it the entry changed; `counts`: of the state after it. */
export function sceneOf(
  entry: Entry,
  before: State,
  after: State,
  counts: CensusCounts,
  wish: DrawingWish,
): SceneView {
  const { event } = entry
  const own = ownSwitch(after)
  const rows = rowsView(entry, before, mostRows)
  const changed = event.type === 'VtepUpdated' || event.type === 'OvsUpdated' ? event.updates.length : 0
  const { focus } = wish
  return {
    seq: entry.seq,
    switch: after.settings?.physicalSwitch ?? '',
    phase: after.phase,
    tunnelIps: own?.tunnel_ips ?? [],
    faults: own?.switch_fault_status ?? [],
    flows: after.flows && sizeOf(after.flows),
    drawing: drawingOf(thingsOf(after, counts, litBy(entry, before, after)), wish),
    focusName: focus && focusName(focus, after),
    tunnel: focus?.kind === 'remote' ? tunnelFacts(after, focus.id) : [],
    rows,
    rowsLeftOut: changed - rows.length,
  }
}

function focusName({ kind, id }: Focus, { vtep }: State): string {
  if (kind !== 'switch' || id.startsWith('group:')) return id.replace(/^group:/, '')
  return (vtep && lookup(vtep.Logical_Switch, id)?.name) ?? id.slice(0, 8)
}
