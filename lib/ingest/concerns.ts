import { isOurKindOfName } from '../derive/view/port-names.js'
import type { DatabaseDeclaration, RowOf, TableDeclaration } from '../schema/column.js'
import type { VtepRow, VtepTable } from '../schema/hardware-vtep.js'
import type { BridgeRow, InterfaceRow, OvsRow } from '../schema/open-vswitch.js'

/**
 * Which rows concern which switch of several. A row *needs* keys, of which any is enough; a row that concerns a switch *gives* it keys.
 * A key is a row's UUID or one of those below.
 */
export interface Concerns {
  /** Beside its own UUID. */
  needs(table: string, row: AnyRow): readonly string[]
  gives(table: string, uuid: string, row: AnyRow, taker: Taker): readonly string[]
}

export type AnyRow = RowOf<TableDeclaration>

export interface Taker {
  readonly physicalSwitch: string
  /** Whether a bridge is that of another switch of this process. */
  readonly isAnothers: (bridge: string) => boolean
  readonly has: (key: string) => boolean
}

/** Everybody has it. */
export const everybody = '*'
/** Rows for an end point of ours: their locators, and what refers to these. */
const endPoint = (address: string): string => `end point ${address}`
const local = (uuid: string): string => `local ${uuid}`
const holding = (uuid: string): string => `holding ${uuid}`

/** What a row of hardware_vtep points at concerns whoever it concerns. */
export function vtepConcerns(declaration: DatabaseDeclaration): Concerns {
  return {
    needs: (table, row) => {
      switch (table) {
        case 'Physical_Switch':
        case 'Logical_Router':
        case 'Arp_Sources_Remote':
        // their faults are raised wherever they are bound
        case 'ACL':
        case 'ACL_entry':
          return [everybody]
        case 'Ucast_Macs_Remote':
        case 'Mcast_Macs_Remote':
          return [as<'Ucast_Macs_Remote'>(row).logical_switch]
        // what we reported before a binding went is ours to withdraw
        case 'Ucast_Macs_Local': {
          const { logical_switch, locator } = as<'Ucast_Macs_Local'>(row)
          return [logical_switch, local(locator)]
        }
        case 'Arp_Sources_Local':
          return [local(as<'Arp_Sources_Local'>(row).locator)]
        case 'Mcast_Macs_Local': {
          const { logical_switch, locator_set } = as<'Mcast_Macs_Local'>(row)
          return [logical_switch, local(locator_set)]
        }
        case 'Physical_Locator':
          return [endPoint(as<'Physical_Locator'>(row).dst_ip)]
        case 'Physical_Locator_Set':
          return as<'Physical_Locator_Set'>(row).locators.map(local)
        default:
          return []
      }
    },
    gives: (table, uuid, row, { physicalSwitch, has }) => {
      if (table === 'Physical_Switch') {
        const own = as<'Physical_Switch'>(row)
        return own.name === physicalSwitch
          ? [...pointedAt(declaration, table, row), ...own.tunnel_ips.map(endPoint)]
          : []
      }
      if (table === 'Physical_Locator' && has(endPoint(as<'Physical_Locator'>(row).dst_ip)))
        return [local(uuid)]
      const given = pointedAt(declaration, table, row)
      const isLocal = table === 'Physical_Locator_Set' && given.some((one) => has(local(one)))
      return isLocal ? [...given, local(uuid)] : given
    },
  }
}

/**
 * Of Open_vSwitch all but the ports of the other switches concerns everybody; of theirs, those for VXLAN do, for of what comes to
 * this machine only one port gets each frame.
 */
export const ovsConcerns: Concerns = {
  needs: (table, row) => {
    if (table === 'Port') {
      const { name, interfaces } = asOvs<'Port'>(row)
      // a name is one port's on the whole machine, and no other may ask for it
      return isOurKindOfName(name) ? [everybody] : interfaces.map(holding)
    }
    if (table === 'Interface') return (row as InterfaceRow).type === 'vxlan' ? [everybody] : []
    return [everybody]
  },
  gives: (table, uuid, row, { physicalSwitch, isAnothers }) => {
    if (table === 'Bridge') {
      const { name, ports } = row as BridgeRow
      return name === physicalSwitch || !isAnothers(name) ? ports : []
    }
    if (table === 'Port') return asOvs<'Port'>(row).interfaces

    return table === 'Interface' && (row as InterfaceRow).type === 'vxlan' ? [holding(uuid)] : []
  },
}

/** UUIDs in columns that refer to rows. */
function pointedAt(declaration: DatabaseDeclaration, table: string, row: AnyRow): readonly string[] {
  return Object.entries(declaration[table] ?? {}).flatMap(([name, { shape, of, to }]) => {
    const value = row[name]
    const isMap = shape === 'map'
    if ((isMap ? to?.means : of.means) !== 'row') return []
    if (!Array.isArray(value)) return typeof value === 'string' ? [value] : []
    return value.map((one: unknown) => String(isMap && Array.isArray(one) ? one[1] : one))
  })
}

/** The table decides which columns a row has. */
function as<T extends VtepTable>(row: AnyRow): VtepRow<T> {
  return row as VtepRow<T>
}

function asOvs<T extends 'Port'>(row: AnyRow): OvsRow<T> {
  return row as OvsRow<T>
}
