import type { WireRow } from '../ingest/decode.js'
import { isUuid } from '../model/uuid.js'
import { type DatabaseContents, type DatabaseName, declarations, isObject, SourceError } from './database.js'

/**
 * The tables of `ovsdb-client dump --format=json`, or of `--format=json list TABLE` of ovs-vsctl or vtep-ctl, one
 * after another: documents of headings and data. Such a list does not name its table: it is told by its columns.
 * Throws SourceError with the line.
 */
export function readTableDocuments(text: string): DatabaseContents {
  const found = documents(text).flatMap((document) => tableOf(document) ?? [])
  const [first] = found
  if (first === undefined) throw new SourceError('line 1: no table')
  const other = found.find(({ database }) => database !== first.database)
  if (other !== undefined)
    throw new SourceError(`line ${other.line}: a table of ${other.database} among those of ${first.database}`)
  const columns = declarations[first.database]
  const contents: Record<string, Record<string, WireRow>> = {}
  for (const { table, rows, line } of found) {
    if (Object.hasOwn(contents, table)) throw new SourceError(`line ${line}: the table ${table} once more`)
    contents[table] = rows
  }
  const lacks = Object.keys(columns).flatMap((table) => {
    const has = found.find((one) => one.table === table)?.headings
    if (has === undefined) return [table]
    return Object.keys(columns[table] ?? {}).flatMap((column) =>
      has.includes(column) ? [] : [`${table}:${column}`],
    )
  })
  return { database: first.database, version: null, contents, lacks }
}

interface TableDocument {
  readonly database: DatabaseName
  readonly table: string
  readonly headings: readonly string[]
  readonly rows: Record<string, WireRow>
  readonly line: number
}

/** undefined: a table that both databases have and nobody reads. */
function tableOf({ value, line }: { value: unknown; line: number }): TableDocument | undefined {
  const { headings, data, caption } = isObject(value) ? value : {}
  if (!isStrings(headings) || !Array.isArray(data))
    throw new SourceError(`line ${line}: no table with headings and data`)
  const [, name] = typeof caption === 'string' ? (/^(\w+) table$/.exec(caption) ?? []) : []
  if (name === 'Manager' || name === 'SSL') return undefined
  const [database, table] = ownerOf(headings, name) ?? []
  if (database === undefined || table === undefined)
    throw new SourceError(`line ${line}: no known table has these columns`)
  const at = headings.indexOf('_uuid')
  if (at < 0) throw new SourceError(`line ${line}: ${table} without _uuid`)
  const rows: Record<string, WireRow> = {}
  for (const values of data as readonly unknown[]) {
    const uuid: unknown = Array.isArray(values) && values.length === headings.length ? values[at] : undefined
    const text: unknown = Array.isArray(uuid) && uuid[0] === 'uuid' ? uuid[1] : undefined
    if (typeof text !== 'string' || !isUuid(text))
      throw new SourceError(`line ${line}: ${table} with a row that has no UUID`)
    rows[text] = Object.fromEntries(
      headings.map((heading, i) => [heading, (values as readonly unknown[])[i]]),
    )
  }
  return { database, table, headings, rows, line }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** Other tables of the databases are known by what only they have. */
const marks: readonly (readonly [DatabaseName, string, string])[] = [
  ['Open_vSwitch', 'Bridge', 'datapath_type'],
  ['Open_vSwitch', 'Port', 'bond_mode'],
  ['Open_vSwitch', 'Interface', 'ofport_request'],
  ['Open_vSwitch', 'Bridge', 'fail_mode'],
  ['Open_vSwitch', 'Port', 'interfaces'],
  ['Open_vSwitch', 'Interface', 'ofport'],
  ['Open_vSwitch', 'Open_vSwitch', 'ovs_version'],
  ['hardware_vtep', 'Physical_Switch', 'tunnel_ips'],
  ['hardware_vtep', 'Physical_Port', 'vlan_bindings'],
  ['hardware_vtep', 'Physical_Locator_Set', 'locators'],
  ['hardware_vtep', 'Physical_Locator', 'encapsulation_type'],
  ['hardware_vtep', 'Tunnel', 'bfd_config_local'],
  ['hardware_vtep', 'Logical_Router', 'switch_binding'],
  ['hardware_vtep', 'Logical_Switch', 'tunnel_key'],
]

/** Tables of hardware_vtep that Open_vSwitch has none of; a caption says the name but not the database. */
const vtepOnly = /^(Physical_|Logical_|Ucast_|Mcast_|Arp_Sources_|ACL|Global$|Tunnel$)/

function ownerOf(
  headings: readonly string[],
  name: string | undefined,
): readonly [DatabaseName, string] | undefined {
  if (name !== undefined) {
    return [vtepOnly.test(name) ? 'hardware_vtep' : 'Open_vSwitch', name]
  }
  const mark = marks.find(([, , column]) => headings.includes(column))
  return mark && [mark[0], mark[1]]
}

/** JSON texts one after another, with blanks between or nothing. */
function documents(text: string): { value: unknown; line: number }[] {
  const found: { value: unknown; line: number }[] = []
  let [depth, start, line, startLine] = [0, -1, 1, 1]
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    if (letter === '\n') line++
    else if (letter === '"') {
      const from = i
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++
      if (depth === 0)
        throw new SourceError(`line ${line}: not JSON: ${JSON.stringify(text.slice(from, from + 20))}`)
    } else if (letter === '{' || letter === '[') {
      if (depth++ === 0) [start, startLine] = [i, line]
    } else if (letter === '}' || letter === ']') {
      if (--depth === 0) found.push({ value: parsed(text.slice(start, i + 1), startLine), line: startLine })
      if (depth < 0) throw new SourceError(`line ${line}: a bracket too many`)
    } else if (depth === 0 && !/\s/.test(letter))
      throw new SourceError(`line ${line}: not JSON: ${JSON.stringify(text.slice(i, i + 20))}`)
  }
  if (depth > 0) throw new SourceError(`line ${line}: the text ends within a table`)
  return found
}

function parsed(json: string, line: number): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new SourceError(`line ${line}: not JSON`)
  }
}
