import type { Derived } from '../../derive/derive.js'
import { changesBetween } from '../../model/diff.js'
import { metadataOf } from '../../model/identity.js'
import { isReported, type Report, type ReportSubject, reportSubject } from '../../model/report.js'
import { reportsDue } from '../../plan/reports.js'
import type { Names } from '../../words/names.js'
import { type Finding, nowhere, type FindingPlace } from './finding.js'

/** Rows of hardware_vtep that say something else `before` than they are to say `after` what is foreseen. */
export function* rowFindings(before: Derived, after: Derived, names: Names): Generator<Finding> {
  const changes = changesBetween(after.desired.reports, before.reported, isReported)
  for (const { key, desired: report, actual: rows } of reportsDue(changes, after.view, true)) {
    const subject = reportSubject(key)
    // a cleared column is a row that says nothing
    const [actual, desired] = [rows?.value ?? null, report?.value ?? null]
    const kind = actual === null ? 'missing' : desired === null ? 'extra' : 'different'
    const text = (value: string | null): string | null =>
      value === null ? null : `${key}${value && `=${value}`}`
    yield {
      ...nowhere,
      ...placeOf(subject, names),
      kind,
      subject: 'row',
      key,
      table: null,
      words: wordsOf(subject, report, names),
      desired: text(desired),
      actual: text(actual),
      fields: kind === 'different' ? [{ name: 'value', actual: actual ?? '', desired: desired ?? '' }] : [],
      cause: null,
    }
  }
}

function placeOf(subject: ReportSubject | undefined, names: Names): Partial<FindingPlace> {
  switch (subject?.table) {
    case 'Ucast_Macs_Local':
    case 'Mcast_Macs_Local':
      return { logicalSwitch: names.logicalSwitch(metadataOf(subject.logicalSwitch)) }
    case 'Physical_Port':
      return { port: subject.name }
    case 'Tunnel':
      return { tunnel: subject.remote }
    case 'vlan_stats':
      return { port: names.of(subject.uuid) }
    case 'Arp_Sources_Local':
    case 'Physical_Switch':
    case 'faults':
    case undefined:
      return {}
  }
}

function macAt({ endPoint, ipaddr }: Report & { table: 'Ucast_Macs_Local' }): string {
  return ipaddr === '' ? endPoint : `${endPoint}, with ${ipaddr}`
}

function wordsOf(subject: ReportSubject | undefined, report: Report | undefined, names: Names): string {
  const at =
    report === undefined
      ? ''
      : ` behind ${report.table === 'Ucast_Macs_Local' ? macAt(report) : report.value}`
  switch (subject?.table) {
    case 'Ucast_Macs_Local':
      return `${subject.mac} is in ${names.of(subject.logicalSwitch)}${at}`
    case 'Mcast_Macs_Local':
      return `frames to all of ${names.of(subject.logicalSwitch)} are taken${at}`
    case 'Arp_Sources_Local':
      return `routers here ask by ${subject.mac}${at}`
    case 'Physical_Port':
      return `the bridge has the port ${subject.name}`
    case 'Tunnel':
      return `the tunnel to ${subject.remote}`
    case 'vlan_stats':
      return `counters of the bindings of ${names.of(subject.uuid)}`
    case 'faults':
      return `faults of ${subject.row} ${names.of(subject.uuid)}`
    case 'Physical_Switch':
    case undefined:
      return 'what the switch says of itself'
  }
}
