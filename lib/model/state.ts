import type { Batch, ConfigBatch, Lane } from './batch.js'
import type { Claim } from './claim.js'
import { type Collection, none } from './collection.js'
import type { Departures } from './departure.js'
import type { Source } from './settings.js'
import type { Settings } from './settings.js'
import type { Flow, FlowKey } from './flow.js'
import type { Quarantined, Search } from './quarantine.js'
import { type OvsRow, type OvsTable, ovsTables } from '../schema/open-vswitch.js'
import { type VtepRow, type VtepTable, vtepTables } from '../schema/hardware-vtep.js'

/** Rows by UUID. */
export type VtepTables = { readonly [T in VtepTable]: Collection<VtepRow<T>> }
export type OvsTables = { readonly [T in OvsTable]: Collection<OvsRow<T>> }

/**
 * How far a source can be trusted: `unknown` since the start or since a command failed, `current` since
 * its full contents were read, `lost` since the connection broke (what it last said still stands).
 */
export type Knowledge = 'unknown' | 'current' | 'lost'

/** `leaving`: everything of ours is to go (`exit --cleanup`); `stopped`: nothing is planned. */
export type Phase = 'stopped' | 'running' | 'leaving'

export interface LaneState {
  /** Planned and not yet confirmed. */
  readonly inFlight: Batch | null
  /** What failed last and waits for its retry; a different batch need not wait. */
  readonly failed: Batch | null
  /** An ovs-vsctl that failed and waits for its retry, while flows that do not hang on it are made; missing: none. */
  readonly setAside?: ConfigBatch
  /** The batch that was applied last, and how often in a row. */
  readonly repeated: Repeated | null
  /** A rejected batch that is tried in parts. */
  readonly search: Search | null
}

export interface Repeated {
  readonly batch: Batch
  readonly count: number
  /** When it was planned last, milliseconds since 1970-01-01 UTC. */
  readonly atMs: number
}

/** Flows that somebody else changed. */
export interface Drift {
  /** The entry that says so. */
  readonly seq: number
  readonly atMs: number
  readonly changed: number
  readonly gone: number
  /** One of them. */
  readonly example: FlowKey
}

/** A batch that was planned. */
export interface Planned {
  readonly seq: number
  readonly atMs: number
  readonly lane: Lane
  readonly batch: Batch
}

/** The fold of all entries: everything the core knows. `null` means not known yet, so not acted on. */
export interface State {
  readonly seq: number
  readonly settings: Settings | null
  readonly phase: Phase
  readonly vtep: VtepTables | null
  readonly ovs: OvsTables | null
  /** By UUID of Ucast_Macs_Remote: the entry that first brought the row. */
  readonly seen: Collection<number>
  /** Every address that was among our tunnel_ips, in canonical form, ascending. */
  readonly announcedAddresses: readonly string[]
  /** Our flows in the switch, by key: what was observed, and applied since. */
  readonly flows: Collection<Flow> | null
  /** Flows of other owners on our bridge, as last observed. */
  readonly foreign: readonly Flow[]
  /** Flows of other owners that a change of fail_mode removed and that we owe back. */
  readonly displaced: readonly Flow[]
  /** What our bridge said of its fail_mode before ours, where it was lost; missing: it says so itself. */
  readonly formerFailMode?: string
  /** Flows of other owners that ours took the place of; they come back when we leave. */
  readonly replaced: readonly Flow[]
  /** Binding by `learnedKey`: the switch's learned MACs. */
  readonly learned: Collection<number> | null
  /** By `claimKey`; missing: nobody has claimed an address. */
  readonly claims?: Collection<Claim>
  /** Missing: there were none. */
  readonly departures?: Departures
  readonly knowledge: Readonly<Record<Source, Knowledge>>
  /** Whether the flows are to be looked at because somebody changed them. */
  readonly isDoubted: boolean
  /** The last one. */
  readonly drift: Drift | null
  readonly lanes: Readonly<Record<Lane, LaneState>>
  /** Changes that are refused, in the order in which they were. */
  readonly quarantined: readonly Quarantined[]
  /** The last one. */
  readonly planned: Planned | null
}

export const idle: LaneState = { inFlight: null, failed: null, repeated: null, search: null }

export const initialState: State = {
  seq: 0,
  settings: null,
  phase: 'stopped',
  vtep: null,
  ovs: null,
  seen: none,
  announcedAddresses: [],
  flows: null,
  foreign: [],
  displaced: [],
  replaced: [],
  learned: null,
  knowledge: { vtep: 'unknown', ovs: 'unknown', flows: 'unknown' },
  isDoubted: false,
  drift: null,
  lanes: { switch: idle, vtep: idle },
  quarantined: [],
  planned: null,
}

export function emptyVtepTables(): VtepTables {
  return emptyTables(vtepTables) as VtepTables
}

export function emptyOvsTables(): OvsTables {
  return emptyTables(ovsTables) as OvsTables
}

function emptyTables(declaration: object): object {
  return Object.fromEntries(Object.keys(declaration).map((table) => [table, none]))
}
