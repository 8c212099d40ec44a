import type { View } from '../derive/view/view.js'
import type { Change } from '../model/diff.js'
import type { RowBatch } from '../model/batch.js'
import { reportContent } from '../model/quarantine.js'
import { type Part } from '../model/batch.js'
import { type Report, type ReportedRows, reportSubject } from '../model/report.js'
import type { State } from '../model/state.js'
import { admitted } from './gate.js'
import { type ReportChange, ReportWriter } from './report-writer.js'

/** How many reports one transaction brings at most. */
const largestTransaction = 1000

/**
 * The transaction that makes hardware_vtep say what we have to report. Learned MACs are left alone
 * while the switch can't be asked about them.
 */
export function planReports(
  state: State,
  view: View,
  changes: readonly Change<Report, ReportedRows>[],
): RowBatch | null {
  const { vtep, knowledge } = state
  if (vtep === null) return null
  const writer = new ReportWriter(vtep, view.physicalSwitch?.uuid ?? null)
  const pending = [...reportsDue(changes, view, knowledge.flows === 'current')].map((change) => ({
    key: change.key,
    content: reportContent(change.desired),
    change,
  }))
  const reports: Part[] = []
  for (const { key, content, change } of admitted(state, 'vtep', pending).slice(0, largestTransaction)) {
    writer.write(change)
    reports.push({ key, content })
  }
  return writer.operations.length === 0 ? null : { kind: 'rows', operations: writer.operations, reports }
}

/** What may be written. */
export function* reportsDue(
  changes: readonly Change<Report, ReportedRows>[],
  view: View,
  areFlowsKnown: boolean,
): Generator<ReportChange> {
  for (const change of changes) if (!isPremature(change, view, areFlowsKnown)) yield change
}

const announcements: ReadonlySet<string> = new Set([
  'Ucast_Macs_Local',
  'Mcast_Macs_Local',
  'Arp_Sources_Local',
])

/**
 * While the switch can't be asked, what it learned stays reported for switches that are bound; while
 * there is no bridge, its ports stay: the controller's bindings hang on them. What another switch may
 * have announced stays. Without a row for our switch announcements may only go: with it went the bindings,
 * and a logical switch that is announced can't be deleted.
 */
function isPremature({ key, desired, actual }: ReportChange, view: View, areFlowsKnown: boolean): boolean {
  const subject = reportSubject(key)
  const isAnnouncement = subject !== undefined && announcements.has(subject.table)
  const isContested = view.contestedAddresses.some(
    (address) => address === (actual?.endPoint ?? actual?.value),
  )
  if (isAnnouncement && isContested && desired === undefined) return true
  if (view.physicalSwitch === null && !(isAnnouncement && desired === undefined)) return true
  if (subject?.table === 'Ucast_Macs_Local') return !areFlowsKnown && view.bindings.has(subject.logicalSwitch)
  return subject?.table === 'Physical_Port' && desired === undefined && view.bridge === null
}
