/** Small faults that a first user met, one by one. */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { replayProgramFile, replays } from '../support/replays.js'

const directory = ownDirectory(t)
const incident = join(process.cwd(), 'test', 'sample', 'incident.journal')

t.test('bisect whose end is good again says where the predicate held', (t) => {
  const [outcome] = replays([['bisect', incident, '--bad', 'mac:02:00:00:00:0e:01@10.2.2.9']])
  t.match(outcome, { status: 1, stdout: '', stderr: /it held last in 37–51: try --to 51\n$/ })
  const [again] = replays([['bisect', incident, '--bad', 'mac:02:00:00:00:0e:01@10.2.2.9', '--to', '51']])
  t.match(again, { status: 0, stdout: /^entry 37 is the first bad one/ })
  const [never] = replays([['bisect', incident, '--bad', 'mac:02:00:00:00:0e:77@10.2.2.9']])
  t.match(never, { status: 1, stderr: /nor does it hold at any position between\n$/ })
  t.end()
})

t.test('export -o - is standard output, and no file', async (t) => {
  const place = join(directory, 'place')
  mkdirSync(place)
  const list = [replayProgramFile, 'export', incident, '-o', '-']
  const { exitCode, stdout } = await execa(process.execPath, list, { cwd: place, reject: false })
  t.equal(exitCode, 0)
  t.match(stdout, /^\{"bundle":1,/)
  t.match(stdout, /\{"end":\{"entries":64,[^\n]*\}$/)
  t.strictSame(readdirSync(place), [])
})

t.test('import makes no directory', (t) => {
  const bundle = join(directory, 'x.bundle')
  const [written] = replays([['export', incident, '-o', bundle]])
  t.match(written, { status: 0 })
  const missing = join(directory, 'nonexist', 'deeper')
  const [outcome] = replays([['import', bundle, '-o', join(missing, 'x')]])
  t.match(outcome, { status: 1, stdout: '', stderr: /x: there is no directory .*deeper\n$/ })
  t.notOk(existsSync(join(directory, 'nonexist')))
  t.end()
})

t.test('compact empties no journal unless that is said, and leaves no lock', (t) => {
  const own = join(directory, 'own')
  mkdirSync(own)
  const file = join(own, 'x.journal')
  copyFileSync(incident, file)
  const [refused] = replays([['compact', file, '--keep', '1s']])
  t.match(refused, { status: 1, stderr: /all its entries would go, and nothing went: --empty allows it\n$/ })
  const [counted] = replays([['stats', file]])
  t.match(counted?.stdout, /\b64\b/)
  t.notOk(existsSync(`${file}.lock`))
  const [done] = replays([['compact', file, '--keep', '1s', '--empty']])
  t.match(done, { status: 0 })
  t.notOk(existsSync(`${file}.lock`))
  t.end()
})

t.test('one entry is one entry', (t) => {
  const one = journalOf(longHistory(10).slice(0, 1), directory, 'one')
  const outcomes = replays([
    ['verify', one],
    ['stats', one],
    ['log', one],
    ['changes', one],
    ['export', one, '-o', join(directory, 'one.bundle')],
    ['import', join(directory, 'one.bundle'), '-o', join(directory, 'imported')],
  ])
  for (const { status, stdout, stderr } of outcomes) {
    t.equal(status, 0, stderr)
    t.notMatch(stdout + stderr, /\b1 (?:entries|flows|plans|changes|rows|differences)\b/)
  }
  t.match(outcomes.at(-1)?.stdout, /: 1 entry, /)
  t.end()
})
