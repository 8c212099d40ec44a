import type { Batch, Lane } from './batch.js'
import type { Claim } from './claim.js'
import type { Flow, FlowKey } from './flow.js'
import type { OvsRow, OvsTable } from '../schema/open-vswitch.js'
import type { Snapshot } from './snapshot.js'
import type { Uuid } from './uuid.js'
import type { VtepRow, VtepTable } from '../schema/hardware-vtep.js'
import type { Settings, Source } from './settings.js'

/** A row after the change, whole; null: it is gone. */
export type VtepRowUpdate = {
  [T in VtepTable]: { readonly table: T; readonly uuid: Uuid; readonly row: VtepRow<T> | null }
}[VtepTable]

export type OvsRowUpdate = {
  [T in OvsTable]: { readonly table: T; readonly uuid: Uuid; readonly row: OvsRow<T> | null }
}[OvsTable]

export type RowUpdate = VtepRowUpdate | OvsRowUpdate

/** A learned MAC's new binding (see `bindingOf`); null: forgotten. `key` is `learnedKey`'s. */
export interface LearnedUpdate {
  readonly key: string
  readonly binding: number | null
  /** It was forgotten because it sends from a tunnel, and not here. */
  readonly hasMoved?: true
}

/** Who claims an address now; null: nobody here. `key` is `claimKey`'s. */
export interface ClaimUpdate {
  readonly key: string
  readonly claim: Claim | null
}

/** A process or transaction that ran for a batch. */
export interface Ran {
  /** How what it wrote to was called, see `reached`; empty: as in `commandsOf`. */
  readonly where: readonly string[]
  /** Of `handed`, all that it was given: hexadecimal digits of SHA-256. */
  readonly digest: string
}

/** What happened, in the past tense. Everything the core ever knows is a fold of these. */
export type Event =
  | { readonly type: 'Started'; readonly version: string; readonly settings: Settings }
  /** `isCatchUp`: differences between what was last known and the full contents just received. */
  | { readonly type: 'VtepUpdated'; readonly isCatchUp: boolean; readonly updates: readonly VtepRowUpdate[] }
  | { readonly type: 'OvsUpdated'; readonly isCatchUp: boolean; readonly updates: readonly OvsRowUpdate[] }
  /** The switch's flow tables were read: how they differ from what was thought to be installed. */
  | {
      readonly type: 'FlowsObserved'
      /** Somebody else changed them: they were known, and are not as they were. */
      readonly isDrift: boolean
      readonly present: readonly Flow[]
      readonly absent: readonly FlowKey[]
      /** Flows of other owners, in full; null: the same as before. */
      readonly foreign: readonly Flow[] | null
    }
  /** Somebody changed flows in a way that only another look can tell. */
  | { readonly type: 'FlowsDoubted'; readonly reason: string }
  | { readonly type: 'MacsLearned'; readonly isCatchUp: boolean; readonly updates: readonly LearnedUpdate[] }
  | { readonly type: 'AddressesClaimed'; readonly updates: readonly ClaimUpdate[] }
  | { readonly type: 'SourceLost'; readonly source: Source; readonly reason: string }
  | { readonly type: 'Planned'; readonly lane: Lane; readonly batch: Batch }
  | {
      readonly type: 'Applied'
      readonly lane: Lane
      readonly tookMs: number
      /** In the order of `commandsOf`. Missing: nobody noted it, as before 2026-11-26. */
      readonly ran?: readonly Ran[]
    }
  | {
      readonly type: 'Failed'
      readonly lane: Lane
      readonly reason: string
      /** 0 after a rejection: the next batch is another one. */
      readonly retryInMs: number
      /** Nothing of it was made, because something in it was refused; else nobody knows what was made. */
      readonly isRejected?: boolean
      /** It was made, and somebody undid it before it was seen. Missing: not so, or nobody noted it, as before 2026-12-01. */
      readonly isUndone?: true
    }
  /** Changes were made and undone by somebody, again and again: they wait, and all else goes on. */
  | {
      readonly type: 'BackedOff'
      readonly lane: Lane
      /** The plan that they are in. */
      readonly batch: Batch
      /** As in Part. Missing: the whole batch waits, as before 2026-12-01. */
      readonly keys?: readonly string[]
      readonly retryInMs: number
    }
  /** `keys`: changes that have waited, see BackedOff; missing: what failed. */
  | { readonly type: 'RetryDue'; readonly lane: Lane; readonly keys?: readonly string[] }
  /** What is in quarantine is tried again. */
  | { readonly type: 'QuarantineDue'; readonly lane: Lane }
  /**
   * The journal could not be written, or was gone: the `lost` entries before this one are not in it, and
   * this is the state they led to.
   */
  | { readonly type: 'JournalResumed'; readonly lost: number; readonly snapshot: Snapshot }
  /** Everything of ours is to be removed before the stop. */
  | { readonly type: 'CleanupRequested' }
  | { readonly type: 'Stopped'; readonly reason: string }

/** One line of the journal. */
export interface Entry {
  /** 1, 2, 3 … without gaps but those that a `JournalResumed` owns up to. */
  readonly seq: number
  /** Wall clock when it was recorded, milliseconds since 1970-01-01 UTC. */
  readonly atMs: number
  readonly event: Event
}
