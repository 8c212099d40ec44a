import type { Mac } from './mac.js'
import type { Uuid } from './uuid.js'

/** A MAC that was learned here when the controller placed it elsewhere. */
export interface Departure {
  readonly logicalSwitch: Uuid
  readonly mac: Mac
  /** Where it was learned, see `bindingOf`. */
  readonly binding: number
}

export interface Departures {
  /** Those whose learned flow is to go. */
  readonly pending: readonly Departure[]
  /** The last ones, by `learnedKey`, oldest first. */
  readonly recent: readonly { readonly key: string; readonly atMs: number }[]
}

export const noDepartures: Departures = { pending: [], recent: [] }
