import type { Uuid } from './uuid.js'
import type { VtepTable } from './vtep.js'

/** A row that can't be realised as it stands; everything else goes on without it. */
export interface Problem {
  readonly table: VtepTable
  readonly uuid: Uuid
  readonly reason: string
}
