import { amend, type Collection, entriesOf, lookup, none } from '../model/collection.js'
import type { ReportedRows } from '../model/report.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { RowChange } from './indexes.js'
import { Kept } from './view/kept.js'
import {
  type Reported,
  reportedFaults,
  reportedGroup,
  reportedMac,
  reportedPorts,
  reportedSource,
  reportedTunnels,
} from './reported.js'
import type { View } from './view/view.js'

/** Reports by their keys, in parts. */
type Listed = readonly ReadonlyMap<string, ReportedRows>[]

/** Which reports stand in the database already, kept up row by row. */
export class ReportedIndex {
  readonly #ofRow = new Map<Uuid, Reported>()
  readonly #ports = new Kept(reportedPorts)
  readonly #tunnels = new Kept(reportedTunnels)
  /** Of ports, and of tunnels. */
  #listed: Listed
  #rows: Collection<ReportedRows> = none

  constructor(tables: VtepTables, view: View) {
    for (const [uuid, row] of entriesOf(tables.Ucast_Macs_Local))
      this.#enter(uuid, reportedMac(row, tables, view))
    for (const [uuid, row] of entriesOf(tables.Mcast_Macs_Local))
      this.#enter(uuid, reportedGroup(row, tables, view))
    for (const [uuid, row] of entriesOf(tables.ACL))
      this.#enter(uuid, reportedFaults('ACL', uuid, row.acl_fault_status))
    for (const [uuid, row] of entriesOf(tables.ACL_entry))
      this.#enter(uuid, reportedFaults('ACL_entry', uuid, row.acle_fault_status))
    for (const [uuid, row] of entriesOf(tables.Logical_Router))
      this.#enter(uuid, reportedFaults('Logical_Router', uuid, row.LR_fault_status ?? []))
    for (const [uuid, row] of entriesOf(tables.Arp_Sources_Local))
      this.#enter(uuid, reportedSource(row, tables, view))
    this.#listed = this.#listedIn(tables, view)
    const all = new Map(this.#listed.flatMap((part) => [...part]))
    for (const [uuid, reported] of this.#ofRow)
      all.set(reported.key, joined(all.get(reported.key), uuid, reported))
    this.#rows = amend(this.#rows, all)
  }

  get rows(): Collection<ReportedRows> {
    return this.#rows
  }

  advance(changes: readonly RowChange[], tables: VtepTables, view: View, isViewChanged: boolean): void {
    const amended = new Map<string, ReportedRows | undefined>()
    for (const change of changes) {
      if (!isReportedByRow(change)) continue
      const now = reportedNow(change, tables, view)
      this.#leave(change.uuid, amended)
      if (now !== null) {
        this.#enter(change.uuid, now)
        amended.set(now.key, joined(this.#current(now.key, amended), change.uuid, now))
      }
    }
    if (isViewChanged) this.#renewListed(this.#listedIn(tables, view), amended)
    this.#rows = amend(this.#rows, amended)
  }

  #listedIn({ Physical_Port }: VtepTables, { physicalSwitch, tunnels }: View): Listed {
    return [this.#ports.of(physicalSwitch, Physical_Port), this.#tunnels.of(tunnels)]
  }

  #renewListed(listed: Listed, amended: Map<string, ReportedRows | undefined>): void {
    for (const [i, after] of listed.entries()) {
      const before = this.#listed[i] ?? after
      if (before === after) continue
      for (const key of before.keys()) if (!after.has(key)) amended.set(key, undefined)
      for (const [key, rows] of after) if (!isSameRows(rows, before.get(key))) amended.set(key, rows)
    }
    this.#listed = listed
  }

  #enter(uuid: Uuid, reported: Reported | null): void {
    if (reported !== null) this.#ofRow.set(uuid, reported)
  }

  #leave(uuid: Uuid, amended: Map<string, ReportedRows | undefined>): void {
    const was = this.#ofRow.get(uuid)
    if (was === undefined) return
    this.#ofRow.delete(uuid)
    const rows = this.#current(was.key, amended)
    const uuids = rows?.uuids.filter((other) => other !== uuid) ?? []
    const first = this.#ofRow.get(uuids[0] ?? '')
    amended.set(was.key, first === undefined ? undefined : { uuids, ...said(first) })
  }

  #current(key: string, amended: ReadonlyMap<string, ReportedRows | undefined>): ReportedRows | undefined {
    return amended.has(key) ? amended.get(key) : lookup(this.#rows, key)
  }
}

/** Tables whose rows each stand for a report of their own. */
const reportedByRow: ReadonlySet<string> = new Set([
  'Ucast_Macs_Local',
  'Mcast_Macs_Local',
  'ACL',
  'ACL_entry',
  'Logical_Router',
  'Arp_Sources_Local',
])

function isReportedByRow({ table }: RowChange): boolean {
  return reportedByRow.has(table)
}

function reportedNow(change: RowChange, tables: VtepTables, view: View): Reported | null {
  if (change.table === 'Ucast_Macs_Local' && change.after !== undefined)
    return reportedMac(change.after, tables, view)
  if (change.table === 'Mcast_Macs_Local' && change.after !== undefined)
    return reportedGroup(change.after, tables, view)
  if (change.table === 'Arp_Sources_Local' && change.after !== undefined)
    return reportedSource(change.after, tables, view)
  if (change.table === 'Logical_Router')
    return reportedFaults('Logical_Router', change.uuid, change.after?.LR_fault_status ?? [])
  if (change.table === 'ACL') return reportedFaults('ACL', change.uuid, change.after?.acl_fault_status ?? [])
  if (change.table === 'ACL_entry')
    return reportedFaults('ACL_entry', change.uuid, change.after?.acle_fault_status ?? [])
  return null
}

/** Rows in ascending order; where they disagree, what the first one says stands. */
function joined(rows: ReportedRows | undefined, uuid: Uuid, reported: Reported): ReportedRows {
  const uuids = [...(rows?.uuids ?? []), uuid].sort()
  return rows === undefined || uuids[0] === uuid ? { uuids, ...said(reported) } : { ...rows, uuids }
}

function said({ value, endPoint }: Reported): Pick<ReportedRows, 'value' | 'endPoint'> {
  return endPoint === undefined ? { value } : { value, endPoint }
}

function isSameRows({ uuids, value }: ReportedRows, other: ReportedRows | undefined): boolean {
  return (
    value === other?.value &&
    uuids.length === other.uuids.length &&
    uuids.every((uuid, i) => uuid === other.uuids[i])
  )
}
