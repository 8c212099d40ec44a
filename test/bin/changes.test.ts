/** `changes` and `log`: the same sentences and words as the page, whole in a pipe, cut and coloured on a terminal. */
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'
import { PseudoTerminal } from '../support/pseudo-terminal.js'
import { replayProgramFile } from '../support/replays.js'

const journal = join(import.meta.dirname, '..', '..', '..', 'test', 'sample', 'incident.journal')

async function printed(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await execa(process.execPath, [replayProgramFile, ...words], { env: { TZ: 'UTC' } })
  return stdout.split('\n')
}

t.test('the answer first, then a line for each change', async (t) => {
  const lines = await printed('changes', journal)
  t.strictSame(lines.slice(0, 4), [
    '1 fault from 03:12:30 to 03:12:31  entry 49',
    '0 failures',
    '1 drift from 03:12:29 to 03:12:30  entry 43',
    '1 MAC moved, 2 times  entry 52',
  ])
  t.strictSame(await printed('summary', journal), lines.slice(0, 5), 'that is the summary')
  t.match(lines[4], /^16 changes in 64 entries, .* UTC, then stopped$/)
  t.equal(lines.length, 6 + 16)
  t.match(
    lines.join('\n'),
    /^ {4}37 .*moved MACs .*moved 10\.2\.2\.2 → 10\.2\.2\.9; .* · 2 flows · 175 ms · by the controller$/m,
  )
})

t.test('words, kinds, states and positions choose; entries are told on demand', async (t) => {
  const seqs = async (...words: readonly string[]): Promise<readonly number[]> =>
    (await printed('changes', '--json', journal, ...words)).map(
      (line) => (JSON.parse(line) as { seq: number }).seq,
    )
  t.strictSame(await seqs('02:00:00:00:0e:01'), [20, 37, 52])
  t.strictSame(await seqs('--kind', 'drift', 'faults', '--from', '44'), [43, 46, 58])
  t.strictSame(await seqs('0e:01', 'moved', '--to', '50'), [37])
  t.strictSame(await seqs('mac:02:00:00:00:0e:01@10.2.2.9'), [37, 43, 46])
  const lines = await printed('changes', journal, '0e:01', '--kind', 'moved', '--to', '50', '--entries')
  t.match(
    lines.slice(6).map((line) => line.trim().replace(/ .*/, '')),
    ['37', '37', '38', '39', '40', '41', '42'],
  )
  t.match(lines[7], /hardware_vtep .*Ucast_Macs_Remote 02:00:00:00:0e:01 written, 1 row removed$/)
  t.notMatch(lines.join('\n'), /\+1|VtepUpdated/)
})

t.test(
  'on a terminal: a header, the date once, lines that end where it ends, the sentence before the rest',
  async (t) => {
    const of = (...words: readonly string[]): PseudoTerminal =>
      new PseudoTerminal(t, [process.execPath, replayProgramFile, ...words])
    const log = await of('log', journal, '--from', '20', '--to', '32').shows(/ 32 .*Applied/)
    t.match(log[0], /^ entry {2}time {10}kind /)
    t.match(log[1], /^ {8}2026-11-2\d, UTC/)
    t.match(log[2], /^ {4}20 {2}\d\d:\d\d:\d\d\.439 {2}VtepUpdated /)
    t.match(log.join('\n'), /^ {4}28 .{72}…$/m, 'a line that is cut shows so in the last column')
    t.match(log.join('\n'), /MacsLearned .*0a in office at p0 untagged/, 'learned MACs have names')
    const changes = await of('changes', journal, '0e:01').shows(/^ {4}52 .*$/m)
    t.match(changes.join('\n'), /^ {4}37 .*moved 10\.2.*…$/m)
  },
)

t.test('colours are for terminals, and for who asks', async (t) => {
  const coloured = async (NO_COLOR: string, ...words: readonly string[]): Promise<boolean> => {
    const { stdout } = await execa(process.execPath, [replayProgramFile, 'log', journal, ...words], {
      env: { NO_COLOR },
    })
    return stdout.includes('\x1b[33mFlowsObserved')
  }
  t.notOk(await coloured(''))
  t.ok(await coloured('', '--color', 'always'))
  t.ok(await coloured('1', '--color=always'))
  t.notOk(await coloured('', '--color=never'))
  const { exitCode, stderr } = await execa(
    process.execPath,
    [replayProgramFile, 'log', journal, '--color', 'often'],
    { reject: false },
  )
  t.equal(exitCode, 64)
  t.match(stderr, /--color.*often.*auto, always, never/)
})

t.test('state --about: what stands there of a subject, and no more', async (t) => {
  const lines = await printed('state', journal, '--at', '42', '--about', '02:00:00:00:0e:01')
  t.equal(lines[0], 'Ucast_Macs_Remote 02:00:00:00:0e:01 in office')
  t.match(lines.slice(1, 6).join('\n'), /^ {2}locator: 10\.2\.2\.9$/m)
  t.match(lines.at(-1), /^flow .*dl_dst=02:00:00:00:0e:01/)
  t.notMatch(lines.join('\n'), /0e:02/)
  const before = await printed('state', journal, '--at', '12', '--about', '02:00:00:00:0e:01')
  t.match(before[0], /^nothing is there about/, 'it comes later')
})
