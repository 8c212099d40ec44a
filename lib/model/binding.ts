import type { Uuid } from './uuid.js'

/** A VLAN of a physical port as part of a logical switch. */
export interface Binding {
  /** `bindingOf(ofport, vlan)`. */
  readonly number: number
  readonly ofport: number
  /** 1 to 4094; 0 for untagged. */
  readonly vlan: number
  /** The Physical_Port row that binds it. */
  readonly port: Uuid
  readonly logicalSwitch: Uuid
}
