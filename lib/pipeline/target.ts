import type { Address } from '../model/address.js'

/** A remote VTEP and the VNI that names a logical switch to it. */
export interface Target {
  readonly address: Address
  readonly vni: number
  /** The tunnel port to leave by; null: the first one. */
  readonly via: number | null
}
