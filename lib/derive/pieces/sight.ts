import type { Collection } from '../../model/collection.js'
import type { Settings } from '../../model/event.js'
import type { Flow } from '../../model/flow.js'
import type { Problem } from '../../model/problem.js'
import type { Report } from '../../model/report.js'
import type { BfdSession } from '../../model/bfd.js'
import type { VtepTables } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import type { Admission } from '../admission.js'
import type { Crowds } from '../crowds.js'
import type { Indexes } from '../indexes.js'
import type { ShareOf } from '../shares.js'
import type { View } from '../view.js'
import type { Vnis } from '../vnis.js'
import type { Ends } from './target.js'

/** Everything a piece may look at. */
export interface Sight {
  readonly settings: Settings
  readonly tables: VtepTables
  /** State.seen. */
  readonly seen: Collection<number>
  readonly learned: Collection<number>
  readonly view: View
  readonly vnis: Vnis
  /** Of `tables` and `view`. */
  readonly ends: Ends
  /** `keyAt` → the bound switch to which frames with that key of a VTEP's own belong. */
  readonly keyOwners: ReadonlyMap<string, Uuid>
  readonly indexes: Indexes
  readonly admission: Admission
  readonly shareOf: ShareOf
  readonly crowds: Crowds
}

/** What one piece of the derivation asks for: a flow alone, as nearly every one of 100,000 MACs does, or anything. */
export type Output = Flow | Demands

export interface Demands {
  readonly flows: readonly Flow[]
  readonly reports: readonly Report[]
  readonly problems: readonly Problem[]
  /** BFD sessions that must run. */
  readonly sessions: readonly BfdSession[]
}

export const nothing: Demands = { flows: [], reports: [], problems: [], sessions: [] }

export function isFlow(output: Output): output is Flow {
  return 'key' in output
}
