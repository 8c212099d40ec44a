import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleLines } from '../../journal/bundle.js'
import { chainStart } from '../../journal/format.js'
import { encodeRow } from '../../lib/ingest/decode.js'
import { entriesOf } from '../../lib/model/collection.js'
import type { Entry } from '../../lib/model/event.js'
import type { State } from '../../lib/model/state.js'
import { readDatabaseFile } from '../../lib/compare/sources/database-file.js'
import { type DatabaseName, declarations } from '../../lib/compare/sources/database.js'
import { readFlowDump } from '../../lib/compare/sources/flow-dump.js'
import { readLists } from '../../lib/compare/sources/lists.js'
import { readPortNumbers } from '../../lib/compare/sources/port-numbers.js'
import { readShow } from '../../lib/compare/sources/show.js'
import { readTableDocuments } from '../../lib/compare/sources/table-documents.js'
import type { Random } from '../support/differential/random.js'
import { History } from '../support/history.js'
import { longHistory } from '../support/recorded.js'
import { bentValue } from './bent.js'

/** As ovsdb-server's files have it. */
export const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')
const world = History.furnished()
world.work()

type Tables = Readonly<Record<string, Readonly<Record<string, object>>>>

function wireRows(state: State, database: DatabaseName): Tables {
  const tables = (database === 'hardware_vtep' ? state.vtep : state.ovs) ?? {}
  return Object.fromEntries(
    Object.entries(declarations[database]).map(([table, columns]) => [
      table,
      Object.fromEntries(
        [...entriesOf((tables as never)[table])].map(([uuid, row]) => [
          uuid,
          encodeRow(columns, row as never),
        ]),
      ),
    ]),
  )
}

/** What a file of it has: its schema, and its rows in two transactions. */
export function recordsOf(database: DatabaseName): readonly unknown[] {
  const columns = (of: object) => ({
    columns: Object.fromEntries(Object.keys(of).map((column) => [column, {}])),
  })
  const tables = Object.entries(declarations[database]).map(([table, of]) => [table, columns(of)])
  const version = database === 'hardware_vtep' ? '1.7.0' : '8.3.0'
  const rows = wireRows(world.core.state, database)
  return [{ name: database, version, tables: Object.fromEntries(tables) as object }, rows, { _is_diff: true }]
}

function sealed(records: readonly unknown[]): Buffer {
  const texts = records.map((json) => {
    const body = Buffer.from(`${JSON.stringify(json)}\n`)
    return Buffer.concat([Buffer.from(`OVSDB JSON ${body.length} ${sha1(body)}\n`), body])
  })
  return Buffer.concat(texts)
}

function tablesOf(database: DatabaseName): readonly object[] {
  return Object.entries(wireRows(world.core.state, database)).map(([table, rows]) => {
    const columns = Object.keys(declarations[database][table] ?? {})
    const data = Object.entries(rows).map(([uuid, row]) => [
      ['uuid', uuid],
      ...columns.map((name) => (row as never)[name]),
    ])
    return { caption: `${table} table`, headings: ['_uuid', ...columns], data }
  })
}

/** A value as `list` prints it. */
function printed(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (!Array.isArray(value)) return String(value)
  const [tag, inner] = value as [string, string | unknown[]]
  if (typeof inner === 'string') return inner
  if (tag === 'set') return `[${inner.map(printed).join(', ')}]`
  return `{${(inner as [unknown, unknown][]).map((pair) => pair.map(printed).join('=')).join(', ')}}`
}

function listsOf(database: DatabaseName): string {
  const rows = (uuid: string, row: object) =>
    [`_uuid : ${uuid}`, ...Object.entries(row).map(([name, value]) => `${name} : ${printed(value)}`)].join(
      '\n',
    )
  const tables = Object.entries(wireRows(world.core.state, database))
  return tables
    .map(([table, all]) =>
      [`${table} table`, ...Object.entries(all).map(([uuid, row]) => `${rows(uuid, row)}\n`)].join('\n'),
    )
    .join('\n\n')
}

const dumps = join(process.cwd(), 'test', 'lib', 'dumps')
const flows = `${world.fakeSwitch.dump()}\n`
const shown = `a6f2d1f0-0000-4000-8000-000000000001
    Manager "ptcp:6640"
    Bridge br0
        fail_mode: secure
        Port "p 0"
            Interface "p 0"
        Port vtep-01234567
            Interface vtep-01234567
                type: vxlan
                options: {key=flow, local_ip="10.2.2.1", remote_ip=flow}
    ovs_version: "3.1.0"
`
const numbers = `OFPT_FEATURES_REPLY (xid=0x2): dpid:0000aa55aa550000
n_tables:254, n_buffers:0
 1("p 0"): addr:aa:55:aa:55:00:01
     config:     0
 2(p1): addr:aa:55:aa:55:00:02
 LOCAL(br0): addr:aa:55:aa:55:00:00
`

/** A sound text that others made of a switch, or of a history. */
export interface Sample {
  readonly whole: string | Buffer
  /** Also bent inside, with what proves it made anew. */
  readonly resealed?: (random: Random) => Buffer
}

/** With who reads it. */
export interface FileSample extends Sample {
  readonly read: (bytes: Buffer) => unknown
}

const none = new Map<string, number>()
const fileOf = (database: DatabaseName): FileSample => ({
  whole: sealed(recordsOf(database)),
  read: (bytes) => readDatabaseFile(bytes, sha1),
  resealed: (random) =>
    sealed(recordsOf(database).map((json) => (random.chance(0.5) ? bentValue(json, random) : json))),
})
const documentsOf = (database: DatabaseName): FileSample => ({
  whole: tablesOf(database)
    .map((table) => `${JSON.stringify(table)}\n`)
    .join(''),
  read: (bytes) => readTableDocuments(bytes.toString('utf8')),
  resealed: (random) =>
    Buffer.from(
      tablesOf(database)
        .map((table) => JSON.stringify(random.chance(0.3) ? bentValue(table, random) : table))
        .join('\n'),
    ),
})
const listed = (database: DatabaseName): FileSample => ({
  whole: listsOf(database),
  read: (bytes) => readLists(bytes.toString('utf8')),
})
const flowsFrom = (whole: string | Buffer): FileSample => ({
  whole,
  read: (bytes) => readFlowDump(bytes.toString('utf8'), none),
})
/** What vtep-diff reads, by what it is called. */
export const foreign: Readonly<Record<string, FileSample>> = {
  'vtep.db': fileOf('hardware_vtep'),
  'conf.db': fileOf('Open_vSwitch'),
  'vtep dump': documentsOf('hardware_vtep'),
  'ovs dump': documentsOf('Open_vSwitch'),
  'vtep lists': listed('hardware_vtep'),
  'ovs lists': listed('Open_vSwitch'),
  show: { whole: shown, read: (bytes) => readShow(bytes.toString('utf8')) },
  flows: flowsFrom(flows),
  'flows of 2.13': flowsFrom(readFileSync(join(dumps, '2.13-OpenFlow10.txt'))),
  'flows of 3.6': flowsFrom(readFileSync(join(dumps, '3.6-OpenFlow15.txt'))),
  ports: { whole: numbers, read: (bytes) => readPortNumbers(bytes.toString('utf8')) },
}
const history = longHistory(60)
const about = { program: 'vtep-replay 0', isRedacted: false }
const bundled = (entries: readonly Entry[]): string =>
  [...bundleLines({ origin: null, entries }, about, chainStart)].map((line) => `${line}\n`).join('')
const golden = join(process.cwd(), 'test', 'journal', 'golden')
const bentEntries = (random: Random): Entry[] => {
  const at = random.int(history.length)
  return history.map((entry, i) =>
    i === at ? { ...entry, event: bentValue(entry.event, random) as never } : entry,
  )
}
/** What vtep-replay imports. */
export const exported: Readonly<Record<string, Sample>> = {
  bundle: { whole: bundled(history), resealed: (random) => Buffer.from(bundled(bentEntries(random))) },
  ndjson: {
    whole: history.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
    resealed: (random) =>
      Buffer.from(
        bentEntries(random)
          .map((entry) => `${JSON.stringify(entry)}\n`)
          .join(''),
      ),
  },
  'a bundle of old': {
    whole: readFileSync(join(golden, 'bundle-1.bundle')),
    resealed: (random) => {
      const lines = readFileSync(join(golden, 'bundle-1.bundle'), 'utf8').split('\n')
      const at = random.chance(0.5) ? 0 : random.int(lines.length - 1)
      return Buffer.from(
        lines
          .map((line, i) => (i === at ? JSON.stringify(bentValue(JSON.parse(line), random)) : line))
          .join('\n'),
      )
    },
  },
}
