import type { Mac } from './mac.js'
import type { Uuid } from './uuid.js'

/** The tables with a fault column that we write. */
export type FaultyRow = 'Physical_Switch' | 'Physical_Port' | 'ACL' | 'ACL_entry' | 'Logical_Router'

export const faultColumn: Readonly<Record<FaultyRow, string>> = {
  Physical_Switch: 'switch_fault_status',
  Physical_Port: 'port_fault_status',
  ACL: 'acl_fault_status',
  ACL_entry: 'acle_fault_status',
  Logical_Router: 'LR_fault_status',
}

/** What a report is about: one row, or one column of a row. `reportKey` prints it, `reportSubject` reads it. */
export type ReportSubject =
  | { readonly table: 'Ucast_Macs_Local'; readonly logicalSwitch: Uuid; readonly mac: string }
  | { readonly table: 'Mcast_Macs_Local'; readonly logicalSwitch: Uuid }
  | { readonly table: 'Arp_Sources_Local'; readonly mac: string }
  | { readonly table: 'Physical_Port'; readonly name: string }
  | { readonly table: 'Physical_Switch' }
  | { readonly table: 'Tunnel'; readonly remote: string }
  | { readonly table: 'vlan_stats'; readonly uuid: Uuid }
  | { readonly table: 'faults'; readonly row: FaultyRow; readonly uuid: Uuid }

type About<T extends ReportSubject['table']> = Extract<ReportSubject, { readonly table: T }>

/** What we write back to hardware_vtep. `value`: all that a row is compared by, as a text. */
export type Report =
  | (About<'Ucast_Macs_Local'> & {
      readonly mac: Mac
      /** The tunnel end point to announce. */
      readonly endPoint: string
      /** Of the MAC; '': none is known. */
      readonly ipaddr: string
      /** `localMacValue` of both. */
      readonly value: string
    })
  | (About<'Mcast_Macs_Local'> & { readonly value: string })
  /** `value`: the tunnel end point. */
  | (About<'Arp_Sources_Local'> & { readonly mac: Mac; readonly value: string })
  | (About<'Physical_Port'> & { readonly value: '' })
  | (About<'Physical_Switch'> & { readonly value: string })
  /** `value`: bfd_config_local's defaults are there, and bfd_status, as `tunnelValue` prints them. */
  | (About<'Tunnel'> & {
      readonly local: string
      readonly status: readonly (readonly [string, string])[]
      readonly value: string
    })
  /** Of a port: the VLANs that have a row of counters, ascending, never none; `value`: separated by spaces. */
  | (About<'vlan_stats'> & { readonly vlans: readonly number[]; readonly value: string })
  /** Of a row that has a column for them: its faults, ascending, never none; `value`: separated by spaces. */
  | (About<'faults'> & { readonly faults: readonly string[]; readonly value: string })

/** Our rows in the database for one report: there may be several by accident, then all but one are too many. */
export interface ReportedRows {
  readonly uuids: readonly Uuid[]
  /** As in Report. */
  readonly value: string
  /** Of a local MAC: what it announces. */
  readonly endPoint?: string
}

export function reportKey(subject: ReportSubject): string {
  switch (subject.table) {
    case 'Ucast_Macs_Local':
      return `Ucast_Macs_Local/${subject.logicalSwitch}/${subject.mac}`
    case 'Mcast_Macs_Local':
      return `Mcast_Macs_Local/${subject.logicalSwitch}`
    case 'Arp_Sources_Local':
      return `Arp_Sources_Local/${subject.mac}`
    case 'Physical_Port':
      return `Physical_Port/${subject.name}`
    case 'Physical_Switch':
      return 'Physical_Switch'
    case 'Tunnel':
      return `Tunnel/${subject.remote}`
    case 'vlan_stats':
      return `vlan_stats/${subject.uuid}`
    case 'faults':
      return `faults/${subject.row}/${subject.uuid}`
  }
}

/** The inverse of `reportKey`; undefined: it is none. A name may contain slashes. */
export function reportSubject(key: string): ReportSubject | undefined {
  const [, table = '', rest = ''] = /^(\w+)(?:\/(.*))?$/s.exec(key) ?? []
  const [first = '', last = ''] = rest.split('/')
  switch (table) {
    case 'Ucast_Macs_Local':
      return { table, logicalSwitch: first, mac: last }
    case 'Mcast_Macs_Local':
      return { table, logicalSwitch: first }
    case 'Arp_Sources_Local':
      return { table, mac: rest }
    case 'Physical_Port':
      return { table, name: rest }
    case 'Physical_Switch':
      return { table }
    case 'Tunnel':
      return { table, remote: rest }
    case 'vlan_stats':
      return { table, uuid: first }
    case 'faults':
      return { table, row: first as FaultyRow, uuid: last }
    default:
      return undefined
  }
}

export function localMac(logicalSwitch: Uuid, mac: Mac, endPoint: string, ipaddr: string): Report {
  const value = localMacValue(endPoint, ipaddr)
  return { table: 'Ucast_Macs_Local', logicalSwitch, mac, endPoint, ipaddr, value }
}

/** What a row says of a MAC, in a text that two reports can be compared by. */
export function localMacValue(endPoint: string, ipaddr: string): string {
  return ipaddr === '' ? endPoint : `${endPoint} ${ipaddr}`
}

/** Rows of these tables that stand there twice are the controller's business. */
const mayRepeat: ReadonlySet<string> = new Set(['Physical_Port', 'Tunnel'])

/** Whether the database says what is to be reported. */
export function isReported(report: Report, rows: ReportedRows): boolean {
  return rows.value === report.value && (rows.uuids.length === 1 || mayRepeat.has(report.table))
}
