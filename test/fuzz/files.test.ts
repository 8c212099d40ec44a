import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { bundleLines } from '../../journal/bundle.js'
import { chainStart, JournalError } from '../../journal/format.js'
import { foldedExport, importJournal } from '../../journal/import.js'
import { openRecording } from '../../journal/recording.js'
import { Derivation } from '../../lib/derive/derive.js'
import { encodeRow } from '../../lib/ingest/decode.js'
import { entriesOf } from '../../lib/model/collection.js'
import type { Entry } from '../../lib/model/event.js'
import type { State } from '../../lib/model/state.js'
import { readDatabaseFile } from '../../lib/sources/database-file.js'
import { type DatabaseName, declarations, SourceError } from '../../lib/sources/database.js'
import { readFlowDump } from '../../lib/sources/flow-dump.js'
import { readLists } from '../../lib/sources/lists.js'
import { readPortNumbers } from '../../lib/sources/port-numbers.js'
import { recognise } from '../../lib/sources/recognise.js'
import { readShow } from '../../lib/sources/show.js'
import { readTableDocuments } from '../../lib/sources/table-documents.js'
import { createRandom, type Random } from '../support/differential/random.js'
import { History } from '../support/history.js'
import { longHistory, ownDirectory } from '../support/recorded.js'
import { diffs, replays } from '../support/replays.js'
import type { Outcome } from '../support/run-directory.js'
import { bentBytes, bentValue } from './bent.js'

/** `FILES=10000 [SEED=N] node dist/test/fuzz/files.test.js` for a long search. */
const files = Number(process.env['FILES'] ?? 60)
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
t.comment(`FILES=${files} SEED=${seed}`)

const directory = ownDirectory(t)
const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')
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
function recordsOf(database: DatabaseName): readonly unknown[] {
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

interface Reader {
  readonly whole: string | Buffer
  readonly read: (bytes: Buffer) => unknown
  /** Also bent inside, with what proves it made anew. */
  readonly resealed?: (random: Random) => Buffer
}

const none = new Map<string, number>()
const fileOf = (database: DatabaseName): Reader => ({
  whole: sealed(recordsOf(database)),
  read: (bytes) => readDatabaseFile(bytes, sha1),
  resealed: (random) =>
    sealed(recordsOf(database).map((json) => (random.chance(0.5) ? bentValue(json, random) : json))),
})
const documentsOf = (database: DatabaseName): Reader => ({
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
const listed = (database: DatabaseName): Reader => ({
  whole: listsOf(database),
  read: (bytes) => readLists(bytes.toString('utf8')),
})
const flowsFrom = (whole: string | Buffer): Reader => ({
  whole,
  read: (bytes) => readFlowDump(bytes.toString('utf8'), none),
})
const readers: Readonly<Record<string, Reader>> = {
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

const inOneLine = /^[^\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]{1,600}$/u
const placed = /^(line|byte) \d+: |^a database "|^(hardware_vtep|Open_vSwitch) with (a )?schema version/

/** Whether it was read; throws where it was refused otherwise than in a line with the place. */
function isRead(read: () => unknown, isTold: (error: unknown) => error is Error, place: RegExp): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (!isTold(error)) throw error
    if (!inOneLine.test(error.message) || !place.test(error.message))
      throw new Error(`not a line with its place: ${JSON.stringify(error.message.slice(0, 700))}`, {
        cause: error,
      })
    return false
  }
}

const isSourceError = (error: unknown): error is Error => error instanceof SourceError
const isJournalError = (error: unknown): error is Error => error instanceof JournalError

/** Each round of `play` says whether a text was read; some are, some are not. */
function rounds(
  t: Pick<typeof import('tap').default, 'fail' | 'ok' | 'comment'>,
  name: string,
  play: (random: Random) => boolean,
): void {
  let [read, failed] = [0, 0]
  for (let round = seed; round < seed + files && failed < 3; round++)
    try {
      if (play(createRandom(round))) read++
    } catch (error) {
      failed++
      const text = error instanceof Error ? (error.stack ?? '') : String(error)
      t.fail(`FILES=1 SEED=${round}: ${name}: ${text.slice(0, 900)}`)
    }
  t.comment(`${name}: ${read} of ${files} are read`)
  t.ok(files < 50 || read < files, `${name}: some are refused`)
}

t.test('what others made of a switch is read, or refused with the line or byte', (t) => {
  for (const [name, { whole, read, resealed }] of Object.entries(readers)) {
    t.doesNotThrow(() => read(Buffer.from(whole)), `${name}, whole`)
    rounds(t, name, (random) => {
      const bytes = resealed && random.chance(0.5) ? resealed(random) : bentBytes(whole, random)
      recognise(name, bytes.toString('latin1', 0, 4096))
      return isRead(() => read(bytes), isSourceError, placed)
    })
  }
  t.end()
})

t.test('what is long takes as much longer', (t) => {
  const size = 1 << 20
  const openings = [
    '',
    '_uuid : ',
    'a : [',
    'a : {',
    'a : "',
    ' cookie=0x1, table=0, ',
    ' actions=',
    '{"a":',
    '    Bridge "',
    '    Bridge br0\n options: {',
    'OFPT_FEATURES_REPLY\n 1("',
    'OVSDB JSON ',
  ]
  const repeated = [
    '[',
    '{',
    '(',
    '"',
    '\\',
    '\\"',
    ' ',
    ',',
    ', ',
    'a',
    '0',
    'a=',
    'a,',
    'a=a, ',
    '"a", ',
    'actions=',
    '\n',
    ' \n',
    'resubmit(',
    '0x',
    'reg0=1,',
    'cookie=',
    '->',
    ': ',
    '\n 1(',
  ]
  for (const [name, { read }] of Object.entries(readers)) {
    if (name.startsWith('flows of') || name.startsWith('ovs')) continue
    let slowestMs = 0
    let what = ''
    const pairs = openings.flatMap((opening) => repeated.map((piece) => [opening, piece] as const))
    for (const [opening, piece] of createRandom(seed).some(pairs, 30)) {
      const bytes = Buffer.from(opening + piece.repeat(size / piece.length))
      const startedMs = performance.now()
      isRead(() => read(bytes), isSourceError, placed)
      const ms = performance.now() - startedMs
      if (ms > slowestMs)
        [slowestMs, what] = [ms, `${JSON.stringify(opening)} and many ${JSON.stringify(piece)}`]
    }
    t.pass(`${name}: ${slowestMs.toFixed(0)} ms at most, ${what}`)
  }
  t.end()
})

t.test('what is nested deeper than anything of ours is refused', (t) => {
  const file = join(directory, 'deep')
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  const put = (value: unknown): Buffer => Buffer.from(JSON.stringify(value).replaceAll('"DEEP"', deep))
  const record = (json: unknown): Buffer => {
    const body = put(json)
    return Buffer.concat([Buffer.from(`OVSDB JSON ${body.length} ${sha1(body)}\n`), body])
  }
  const [schema] = recordsOf('hardware_vtep')
  const uuid = '00000000-0000-4000-8000-00000000000a'
  const table = { caption: 'Port table', headings: ['_uuid', 'interfaces'], data: [[['uuid', uuid], 'DEEP']] }
  const row = { Logical_Switch: { [uuid]: { name: 'DEEP' } } }
  for (const read of [
    () => readDatabaseFile(record({ ...(schema as object), version: 'DEEP' }), sha1),
    () => readDatabaseFile(Buffer.concat([record(schema), record(row)]), sha1),
    () => readTableDocuments(String(put(table))),
  ])
    t.notOk(isRead(read, isSourceError, placed))
  for (const event of [
    { type: 'Stopped', reason: 'DEEP' },
    { type: 'Stopped', reason: '', more: 'DEEP' },
  ]) {
    writeFileSync(file, put({ seq: 1, atMs: 1, event }))
    t.notOk(isRead(() => importJournal(file, `${file}.journal`), isJournalError, /: line 1: entry 1 is not /))
  }
  t.strictSame(readdirSync(directory), ['deep'])
  rmSync(file)
  t.end()
})

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
const exported: Readonly<Record<string, Omit<Reader, 'read'>>> = {
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

t.test('an export is imported, or refused with its line and nothing left behind', (t) => {
  const [file, journal] = [join(directory, 'export'), join(directory, 'made.journal')]
  for (const [name, { whole, resealed }] of Object.entries(exported)) {
    writeFileSync(file, whole)
    t.doesNotThrow(() => foldedExport(file), `${name}, whole`)
    rounds(t, name, (random) => {
      writeFileSync(file, resealed && random.chance(0.5) ? resealed(random) : bentBytes(whole, random))
      const place = new RegExp(`^${file}: line \\d+: `)
      const isImported = isRead(() => importJournal(file, journal), isJournalError, place)
      const isFolded = isRead(() => Derivation.of(foldedExport(file)), isJournalError, place)
      if (isFolded !== isImported) throw new Error('of two readers one refuses it')
      const left = readdirSync(directory).filter((each) => each !== 'export')
      if (left.join() !== (isImported ? 'made.journal' : '')) throw new Error(`left behind: ${left.join()}`)
      if (isImported) {
        const recording = openRecording(journal)
        const [first] = recording.entries()
        recording.close()
        if (first === undefined && name === 'ndjson') throw new Error('a journal of nothing')
      }
      for (const end of ['', '-wal', '-shm']) rmSync(journal + end, { force: true })
      return isImported
    })
  }
  t.end()
})

function judge(
  t: Pick<typeof import('tap').default, 'fail' | 'pass' | 'equal'>,
  outcomes: readonly Outcome[],
  what: readonly string[],
  program: string,
): void {
  let refused = 0
  for (const [i, { status, stdout, stderr }] of outcomes.entries()) {
    if (status === 0 || status === 2) continue
    refused++
    const last = stderr.trimEnd().split('\n').at(-1) ?? ''
    if (status !== 1 || stdout !== '' || !inOneLine.test(last) || !last.startsWith(`${program}: `))
      t.fail(`SEED=${seed}: ${what[i]}: ${status} ${stdout.slice(0, 300)} ${stderr.slice(0, 900)}`)
  }
  t.pass(`${refused} of ${outcomes.length} refused`)
}

t.test('the programs themselves', (t) => {
  const random = createRandom(seed)
  const place = join(directory, 'files')
  mkdirSync(place)
  const sound = { 'vtep.db': readers['vtep.db'], 'conf.db': readers['conf.db'], flows: readers['flows'] }
  for (const [name, reader] of Object.entries(sound)) writeFileSync(join(place, name), reader?.whole ?? '')
  const put = (name: string, i: number, { whole, resealed }: Omit<Reader, 'read'>): string => {
    writeFileSync(
      join(place, `${name}-${i}`),
      resealed && random.chance(0.6) ? resealed(random) : bentBytes(whole, random),
    )
    return `${name}-${i}`
  }
  const pairs = Array.from({ length: Math.min(files, 60) }, (_, i): string[] => {
    const named = (name: string, reader: Omit<Reader, 'read'> | undefined, chance: number) =>
      reader !== undefined && random.chance(chance) ? put(name, i, reader) : name
    const which = random.pick(['files', 'bundle', 'ndjson'] as const)
    if (which !== 'files') {
      const history = put(which, i, exported[which] ?? { whole: '' })
      return ['br0', '--journal', 'none', '--desired', history, '--actual', history]
    }
    const actual = [
      '--actual',
      named('conf.db', readers['conf.db'], 0.4),
      '--actual',
      named('flows', readers['flows'], 0.4),
    ]
    return ['br0', '--journal', 'none', '--desired', named('vtep.db', readers['vtep.db'], 0.4), ...actual]
  })
  const before = readdirSync(place).sort()
  const [clean] = diffs(
    [['br0', '--journal', 'none', '--desired', 'vtep.db', '--actual', 'conf.db', '--actual', 'flows']],
    { env: {}, cwd: place },
  )
  t.match(clean, { status: 0, stdout: /No differences/ })
  judge(
    t,
    diffs(pairs, { env: {}, cwd: place }),
    pairs.map((list) => list.join(' ')),
    'vtep-diff',
  )
  t.strictSame(readdirSync(place).sort(), before, 'nothing is written')
  const imports = Array.from({ length: Math.min(files, 20) }, (_, i) => {
    const name = put('import', i, random.pick(Object.values(exported)))
    return ['import', join(place, name), '-o', join(place, `made-${i}`)]
  })
  const outcomes = replays(imports)
  judge(
    t,
    outcomes,
    imports.map((list) => list.join(' ')),
    'vtep-replay',
  )
  const made = readdirSync(place).filter((name) => name.startsWith('made-'))
  t.equal(
    made.length,
    outcomes.filter(({ status }) => status === 0).length,
    'a journal where it says so, else none',
  )
  t.end()
})
