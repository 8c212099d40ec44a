import { differingRows } from '../reduce/differing-rows.js'
import type { Event, OvsRowUpdate, VtepRowUpdate } from '../model/event.js'
import type { Source } from '../model/settings.js'
import { ovsTables } from '../schema/open-vswitch.js'
import {
  emptyOvsTables,
  emptyVtepTables,
  type OvsTables,
  type State,
  type VtepTables,
} from '../model/state.js'
import { vtepTables } from '../schema/hardware-vtep.js'
import { changed, type FlowChange } from './changes.js'
import { observe, observed } from './flows.js'
import { afterImages, differences, type WireContents, type WireUpdates } from './updates.js'

/**
 * Something that came in from outside: given what is known at its turn, the events it amounts to, none
 * where it says nothing new. Intakes must be taken in the order in which they came. Throws WireError.
 */
export type Intake = (state: State) => readonly Event[]

export function vtepContents(contents: WireContents): Intake {
  return ({ vtep }) => {
    const updates = differences(vtepTables, vtep, contents) as VtepRowUpdate[]
    return [{ type: 'VtepUpdated', isCatchUp: true, updates }]
  }
}

/** `isCatchUp`: with these changes a server that kept history brought us up to date. */
export function vtepUpdates(changes: WireUpdates, isCatchUp = false): Intake {
  return ({ vtep }) => {
    const updates = afterImages(vtepTables, vtep ?? emptyVtepTables(), changes) as VtepRowUpdate[]
    return updates.length === 0 && !isCatchUp ? [] : [{ type: 'VtepUpdated', isCatchUp, updates }]
  }
}

/** The full contents, of somebody who has them typed already. */
export function vtepTablesAre(tables: VtepTables): Intake {
  return ({ vtep }) => {
    const updates = afterImagesOf(vtep ?? {}, tables) as VtepRowUpdate[]
    return [{ type: 'VtepUpdated', isCatchUp: true, updates }]
  }
}

/** As vtepTablesAre. */
export function ovsTablesAre(tables: OvsTables): Intake {
  return ({ ovs }) => {
    const updates = afterImagesOf(ovs ?? {}, tables) as OvsRowUpdate[]
    return [{ type: 'OvsUpdated', isCatchUp: true, updates }]
  }
}

function afterImagesOf(...sides: Parameters<typeof differingRows>): object[] {
  return [...differingRows(...sides)].map(({ table, uuid, after }) => ({ table, uuid, row: after }))
}

export function ovsContents(contents: WireContents): Intake {
  return ({ ovs }) => {
    const updates = differences(ovsTables, ovs, contents) as OvsRowUpdate[]
    return [{ type: 'OvsUpdated', isCatchUp: true, updates }]
  }
}

/** As vtepUpdates. */
export function ovsUpdates(changes: WireUpdates, isCatchUp = false): Intake {
  return ({ ovs }) => {
    const updates = afterImages(ovsTables, ovs ?? emptyOvsTables(), changes) as OvsRowUpdate[]
    return updates.length === 0 && !isCatchUp ? [] : [{ type: 'OvsUpdated', isCatchUp, updates }]
  }
}

/**
 * The bridge's flows, as `ovs-ofctl dump-flows` printed them. While a batch is under way nobody can say
 * whether the dump was made before it or after: such a dump says nothing, its outcome asks for another.
 */
export function flowDump(text: string): Intake {
  const observation = observe(text)
  return (state) => (state.lanes.switch.inFlight === null ? observed(state, observation) : [])
}

/** Lines of the flow monitor, in their order. */
export function flowChanges(changes: readonly FlowChange[]): Intake {
  return (state) => changed(state, changes)
}

export function sourceLost(source: Source, reason: string): Intake {
  return ({ knowledge }) => (knowledge[source] === 'current' ? [{ type: 'SourceLost', source, reason }] : [])
}

export function event(happened: Event): Intake {
  return () => [happened]
}
