import type { Batch, FlowBatch, Operation } from '../model/batch.js'
import type { Part } from '../model/batch.js'
import { parseAddress } from '../model/address.js'
import { reportKey, type ReportSubject, reportSubject } from '../model/report.js'
import { flowIdRedacted, flowRedacted } from './flows.js'
import type { Pseudonyms } from './pseudonyms.js'
import type { RowRedaction } from './rows.js'
import { setting } from './settings.js'

/** A batch with pseudonyms in it, change by change: as it was recorded, whether or not anybody would plan it again. */
export function batchRedacted(names: Pseudonyms, rows: RowRedaction, batch: Batch): Batch {
  switch (batch.kind) {
    case 'flows':
      return flowsRedacted(names, rows, batch)
    case 'config':
      return {
        ...batch,
        arguments: batch.arguments.map((argument) => argumentRedacted(names, rows, argument)),
        restoration: batch.restoration && flowsRedacted(names, rows, batch.restoration),
      }
    case 'rows':
      return {
        kind: 'rows',
        operations: batch.operations.map((operation) => operationRedacted(names, rows, operation)),
        reports: batch.reports.map(({ key, content }) => ({
          key: reportKeyRedacted(names, rows, key),
          content: reportContentRedacted(names, content),
        })),
      }
  }
}

function flowsRedacted(names: Pseudonyms, rows: RowRedaction, { bridge, remove, add }: FlowBatch): FlowBatch {
  return {
    kind: 'flows',
    bridge: rows.name(bridge),
    remove: remove.map((id) => flowIdRedacted(names, id)),
    add: add.map((flow) => flowRedacted(names, flow)),
  }
}

const keptArgument =
  /^(--|--may-exist|--if-exists|add-br|del-br|add-port|del-port|add-bond|set|remove|clear|Bridge|Port|Interface|external_ids|external-ids|fail_mode|protocols|(type|fail_mode|ofport_request|protocols)=\w+)$/

/** An argument of ovs-vsctl: a word of its own, columns with settings, or a name. */
function argumentRedacted(names: Pseudonyms, rows: RowRedaction, argument: string): string {
  if (keptArgument.test(argument)) return argument
  const pair = (key: string, value: string) => {
    const [shown, hidden] = setting(names, [key, parsed(value)], (text) => rows.name(text))
    return `${shown}=${JSON.stringify(hidden)}`
  }
  const [, column, key, value] = /^(external[-_]ids):([\w-]+)=(".*")$/s.exec(argument) ?? []
  if (column !== undefined && key !== undefined && value !== undefined) return `${column}:${pair(key, value)}`
  const [, map, pairs] = /^(options|bfd|external_ids)=\{(.*)\}$/s.exec(argument) ?? []
  if (map === undefined || pairs === undefined) return rows.name(argument)
  const list = [...pairs.matchAll(/([\w-]+)=("(?:[^"\\]|\\.)*")/gs)].map((found) =>
    pair(found[1] ?? '', found[2] ?? ''),
  )
  return `${map}={${list.join(',')}}`
}

function parsed(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}

type Walk = (value: unknown, column: string) => unknown

/** RFC 7047, 5.2, as far as we write it. */
function operationRedacted(names: Pseudonyms, rows: RowRedaction, operation: Operation): Operation {
  const walk: Walk = (value, column): unknown => {
    if (typeof value === 'string') return rows.string(String(operation.table), column, value)
    if (!Array.isArray(value)) return typeof value === 'object' ? null : value
    const [kind, content] = value as readonly unknown[]
    if (kind === 'uuid') return [kind, names.uuid(String(content))]
    if (kind === 'named-uuid') return [kind, content]
    if (kind === 'set' && Array.isArray(content)) return [kind, content.map((member) => walk(member, column))]
    if (kind !== 'map' || !Array.isArray(content)) return null
    const pairs = content as readonly (readonly [unknown, unknown])[]
    return [
      kind,
      pairs.map(([key, member]) =>
        typeof key === 'string' && typeof member === 'string'
          ? setting(names, [key, member], (text) => rows.name(text))
          : [key, walk(member, column)],
      ),
    ]
  }
  const { op, table, row, where, mutations } = operation
  const clauses = (list: unknown): unknown =>
    Array.isArray(list)
      ? (list as readonly [string, unknown, unknown][]).map(([column, how, value]) => [
          column,
          how,
          walk(value, column),
        ])
      : null
  const columns = Object.entries(row ?? {}).map(([column, value]) => [column, walk(value, column)])
  // its own order: a batch is compared as text
  const made = Object.keys(operation).map((key): readonly [string, unknown] => {
    if (key === 'row') return [key, Object.fromEntries(columns)]
    if (key === 'where') return [key, clauses(where)]
    if (key === 'mutations') return [key, clauses(mutations)]
    return [key, key === 'op' || key === 'table' || key === 'uuid-name' ? operation[key] : null]
  })
  return { ...Object.fromEntries(made), op, ...(table === undefined ? {} : { table }) }
}

/** As `reportKey` of the pseudonyms. */
export function reportKeyRedacted(names: Pseudonyms, rows: RowRedaction, key: string): string {
  const subject = reportSubject(key)
  return subject === undefined ? names.text(key) : reportKey(subjectRedacted(names, rows, subject))
}

function subjectRedacted(names: Pseudonyms, rows: RowRedaction, subject: ReportSubject): ReportSubject {
  switch (subject.table) {
    case 'Ucast_Macs_Local': {
      const { table, logicalSwitch, mac } = subject
      return { table, logicalSwitch: names.uuid(logicalSwitch), mac: names.mac(mac) }
    }
    case 'Mcast_Macs_Local':
      return { ...subject, logicalSwitch: names.uuid(subject.logicalSwitch) }
    case 'Arp_Sources_Local':
      return { ...subject, mac: names.mac(subject.mac) }
    case 'Physical_Port':
      return { ...subject, name: rows.name(subject.name) }
    case 'Physical_Switch':
      return subject
    case 'Tunnel':
      return { ...subject, remote: names.address(subject.remote) }
    case 'vlan_stats':
    case 'faults':
      return { ...subject, uuid: names.uuid(subject.uuid) }
  }
}

/** As `reportContent`, where that says an end point, faults or VLANs; else a text. */
function reportContentRedacted(names: Pseudonyms, content: Part['content']): string {
  if (
    content === '' ||
    content === '= ' ||
    /^= [\d ]+$/.test(content) ||
    /^= [a-zA-Z_]+_(fault|map|exhaustion|binding)$/i.test(content)
  )
    return content
  const value = content.replace(/^= /, '')
  return `= ${parseAddress(value) === undefined ? names.text(value) : names.address(value)}`
}
