import type { Derived } from '../../derive/derive.js'
import { changesBetween } from '../../model/diff.js'
import { metadataOf } from '../../model/identity.js'
import { isReported, type Report } from '../../model/report.js'
import { reportsDue } from '../../plan/reports.js'
import type { Names } from '../../words/names.js'
import { type Finding, nowhere, type FindingPlace } from './finding.js'

/** Rows of hardware_vtep that say something else `before` than they are to say `after` what is foreseen. */
export function* rowFindings(before: Derived, after: Derived, names: Names): Generator<Finding> {
  const changes = changesBetween(after.desired.reports, before.reported, isReported)
  for (const { key, desired: report, actual: rows } of reportsDue(changes, after.view, true)) {
    // a cleared column is a row that says nothing
    const [actual, desired] = [rows?.value ?? null, report?.value ?? null]
    const kind = actual === null ? 'missing' : desired === null ? 'extra' : 'different'
    const text = (value: string | null): string | null =>
      value === null ? null : `${key}${value && `=${value}`}`
    yield {
      ...nowhere,
      ...placeOf(key, names),
      kind,
      subject: 'row',
      key,
      table: null,
      words: wordsOf(key, report, names),
      desired: text(desired),
      actual: text(actual),
      fields: kind === 'different' ? [{ name: 'value', actual: actual ?? '', desired: desired ?? '' }] : [],
      cause: null,
    }
  }
}

function placeOf(key: string, names: Names): Partial<FindingPlace> {
  const [table, first = ''] = key.split('/')
  if (table === 'Ucast_Macs_Local' || table === 'Mcast_Macs_Local')
    return { logicalSwitch: names.logicalSwitch(metadataOf(first)) }
  if (table === 'Physical_Port') return { port: key.slice('Physical_Port/'.length) }
  if (table === 'Tunnel') return { tunnel: first }
  if (table === 'vlan_stats') return { port: names.of(first) }
  return {}
}

function macAt({ endPoint, ipaddr }: Report & { table: 'Ucast_Macs_Local' }): string {
  return ipaddr === '' ? endPoint : `${endPoint}, with ${ipaddr}`
}

function wordsOf(key: string, report: Report | undefined, names: Names): string {
  const [table = '', first = '', last = ''] = key.split('/')
  const at =
    report === undefined
      ? ''
      : ` behind ${report.table === 'Ucast_Macs_Local' ? macAt(report) : report.value}`
  switch (table) {
    case 'Ucast_Macs_Local':
      return `${last} is in ${names.of(first)}${at}`
    case 'Mcast_Macs_Local':
      return `frames to all of ${names.of(first)} are taken${at}`
    case 'Physical_Port':
      return `the bridge has the port ${key.slice('Physical_Port/'.length)}`
    case 'Tunnel':
      return `the tunnel to ${first}`
    case 'vlan_stats':
      return `counters of the bindings of ${names.of(first)}`
    case 'faults':
      return `faults of ${first} ${names.of(last)}`
    default:
      return 'what the switch says of itself'
  }
}
