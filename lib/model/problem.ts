import type { Uuid } from './uuid.js'
import type { VtepTable } from '../schema/hardware-vtep.js'

/** Values of vtep(5) for the columns of faults, as far as we have cause to raise them. */
export type Fault =
  | 'unspecified_fault'
  | 'mac_table_exhaustion'
  | 'tunnel_exhaustion'
  | 'lr_switch_bindings_fault'
  | 'lr_static_routes_fault'
  | 'lr_creation_fault'
  | 'invalid_vlan_map'
  | 'invalid_ACL_binding'
  | 'invalid_acl'
  | 'invalid_acl_entry'
  | 'resource_shortage'

/** A row that can't be realised as it stands; everything else goes on without it. */
export interface Problem {
  readonly table: VtepTable
  readonly uuid: Uuid
  /** Raised at the row itself where `faultColumn` names a column, else at the physical switch; null: only said. */
  readonly fault: Fault | null
  readonly reason: string
  /** Words for ovs-vsctl that end it; missing: none are known. */
  readonly mendedBy?: readonly string[]
}
