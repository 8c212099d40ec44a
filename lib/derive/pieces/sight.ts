import type { Claim } from '../../model/claim.js'
import type { Binding } from '../../model/binding.js'
import type { Collection } from '../../model/collection.js'
import type { Settings } from '../../model/settings.js'
import type { VtepTables } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import type { Admission } from '../admission.js'
import type { BoundAs } from '../bound-as.js'
import type { Claims } from '../claims.js'
import type { Crowds } from '../crowds.js'
import type { Groups } from '../groups.js'
import type { Indexes } from '../indexes.js'
import type { Refusals } from '../refusals.js'
import type { ShareOf } from '../shares.js'
import type { Uses } from '../uses.js'
import type { View } from '../view/view.js'
import type { Vnis } from '../vnis.js'
import type { Ends } from '../view/ends.js'

/** Everything a piece may look at. */
export interface Sight {
  readonly settings: Settings
  readonly tables: VtepTables
  /** State.seen. */
  readonly seen: Collection<number>
  readonly learned: Collection<number>
  /** metadata → `learnedKey` */
  readonly learnedOf: Groups
  /** State.claims. */
  readonly claims: Collection<Claim>
  readonly claimsOf: Claims
  readonly view: View
  /** By the Physical_Port row that binds. */
  readonly bindingsAt: ReadonlyMap<Uuid, readonly Binding[]>
  readonly vnis: Vnis
  /** Of `tables` and `view`. */
  readonly ends: Ends
  /** `keyAt` → the bound switch to which frames with that key of a VTEP's own belong. */
  readonly keyOwners: Map<string, Uuid>
  readonly boundAs: BoundAs
  readonly indexes: Indexes
  readonly uses: Uses
  readonly admission: Admission
  readonly shareOf: ShareOf
  readonly crowds: Crowds
  readonly refusals: Refusals
}
