import type { Side } from '../../lib/compare/findings/sides.js'
import type { Settings } from '../../lib/model/settings.js'

/** One side of a comparison, read. */
export interface DiffSource {
  readonly side: Side
  /** What it is called in messages. */
  readonly name: string
  /** As the daemon had them, where a history was read. */
  readonly settings: Settings | null
  readonly versions: Readonly<Record<string, string>>
  /** What of it is not compared, because it can't say that; null: nothing. */
  readonly untold: string | null
}

/** Of the two. */
export type Which = 'desired' | 'actual'
