import type { Core } from '../daemon/core.js'
import type { Entry } from '../model/event.js'

/** A recorded history, as far as it was kept. Methods throw the errors of where it is kept. */
export interface Recording {
  /** Number of the first and of the last entry; both 0 where there is none. */
  readonly first: number
  readonly last: number
  /** In order, both ends included. */
  entries(from?: number, to?: number): Iterable<Entry>
  /** The last entry recorded at this time or before, milliseconds since 1970-01-01 UTC; 0: none. */
  lastAt(atMs: number): number
  /** What the entries up to this one lead to. */
  coreAt(seq: number): Core
  /** What the entries up to one that is not after this one lead to, where that is to be had without folding many. */
  nearest?(seq: number): Core
}
