import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { JournalError } from '../../journal/format.js'
import { foldedExport, importJournal } from '../../journal/import.js'
import { openRecording } from '../../journal/recording.js'
import { Derivation } from '../../lib/derive/derive.js'
import { readDatabaseFile } from '../../lib/compare/sources/database-file.js'
import { SourceError } from '../../lib/compare/sources/database.js'
import { recognise } from '../../lib/compare/sources/recognise.js'
import { readTableDocuments } from '../../lib/compare/sources/table-documents.js'
import { createRandom } from '../support/differential/random.js'
import { ownDirectory } from '../support/recorded.js'
import { bentBytes } from './bent.js'
import { files, isRead, rounds, seed } from './rounds.js'
import { exported, foreign, recordsOf, sha1 } from './samples.js'

t.comment(`FILES=${files} SEED=${seed}`)
const directory = ownDirectory(t)

const placed = /^(line|byte) \d+: |^a database "|^(hardware_vtep|Open_vSwitch) with (a )?schema version/

const isSourceError = (error: unknown): error is Error => error instanceof SourceError
const isJournalError = (error: unknown): error is Error => error instanceof JournalError

t.test('what others made of a switch is read, or refused with the line or byte', (t) => {
  for (const [name, { whole, read, resealed }] of Object.entries(foreign)) {
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
  for (const [name, { read }] of Object.entries(foreign)) {
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
    t.notOk(isRead(() => importJournal(file, `${file}.journal`), isJournalError, /: line 1: entry 1: /))
  }
  t.strictSame(readdirSync(directory), ['deep'])
  rmSync(file)
  t.end()
})
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
