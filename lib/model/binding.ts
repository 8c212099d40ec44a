import type { Uuid } from './uuid.js'

/** A VLAN of a physical port as part of a logical switch. */
export interface Binding {
  /** `bindingOf` of the port's OpenFlow port, of a bond the first, and the VLAN. */
  readonly number: number
  /** Those that carry its frames, ascending; several for a bond. */
  readonly ofports: readonly number[]
  /** 1 to 4094; 0 for untagged. */
  readonly vlan: number
  /** The Physical_Port row that binds it. */
  readonly port: Uuid
  readonly logicalSwitch: Uuid
}

export function isSameBinding(a: Binding, b: Binding | undefined): boolean {
  return (
    b !== undefined &&
    a.number === b.number &&
    a.vlan === b.vlan &&
    a.port === b.port &&
    a.logicalSwitch === b.logicalSwitch &&
    a.ofports.length === b.ofports.length &&
    a.ofports.every((ofport, i) => ofport === b.ofports[i])
  )
}

/** Whether a binding can name it: 0 is untagged, 4095 is reserved (IEEE 802.1Q). */
export function isVlan(vlan: number): boolean {
  return vlan >= 0 && vlan <= 4094
}
