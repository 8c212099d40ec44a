import { createHash } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { importJournal } from '../../journal/import.js'
import { openRecording } from '../../journal/recording.js'
import { openJournal } from '../../journal/writer.js'
import { describe } from '../../lib/words/describe.js'
import { snapshotOf } from '../../lib/model/snapshot.js'
import type { State } from '../../lib/model/state.js'
import { verify } from '../../lib/history/verify.js'
import { ownDirectory } from '../support/recorded.js'

/** Journals that programs of each format wrote (`npm run golden`), and what their entries led to then. They are never made anew. */
const golden: Readonly<Record<string, string>> = {
  'format-1.journal': '6d230d6cd6ed13160a730aee3eaac2fbdb187b6a4229680211f0e75d44e5d558',
  'format-2.journal': '6d230d6cd6ed13160a730aee3eaac2fbdb187b6a4229680211f0e75d44e5d558',
}

/** What the early one led to. */
const early = 'f897fce48cb6409945130b1bff0e473989901c7ab51aadadee1f47483a337d1f'

/** Of what is known, in whatever order it is kept. */
function digestOf(state: State): string {
  const sorted = (_: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one) => JSON.stringify(one, sorted)).sort()
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  const { vtep, ovs, ...rest } = snapshotOf(state)
  const known = { ...rest, vtep: vtep && knownThen(vtep), ovs: ovs && knownThen(ovs) }
  return createHash('sha256').update(JSON.stringify(known, sorted)).digest('hex')
}

/** Tables that those programs did not ask for. */
const since = [
  'Open_vSwitch',
  'Manager',
  'Controller',
  'ACL',
  'ACL_entry',
  'Arp_Sources_Local',
  'Arp_Sources_Remote',
]

function knownThen(tables: object): object {
  const entries = Object.entries(tables) as [string, readonly unknown[]][]
  if (entries.some(([name, rows]) => since.includes(name) && rows.length > 0))
    throw new Error('rows from nowhere')
  return Object.fromEntries(entries.filter(([name]) => !since.includes(name)))
}

for (const [name, digest] of Object.entries(golden))
  t.test(`${name} is read as it was written, and verified`, (t) => {
    const file = join(ownDirectory(t), name)
    copyFileSync(join(process.cwd(), 'test', 'journal', 'golden', name), file)
    const check = () => {
      const recording = openRecording(file)
      t.equal(recording.last, 80)
      t.equal(digestOf(recording.coreAt(recording.last).state), digest)
      t.strictSame([...verify(recording.entries(), recording.snapshots())], [])
      recording.close()
    }
    check()
    openJournal(file).close()
    check()
    t.end()
  })

t.test('batches from before restorations and reports are folded', (t) => {
  const file = join(ownDirectory(t), 'early')
  copyFileSync(join(process.cwd(), 'test', 'journal', 'golden', 'format-1-early.journal'), file)
  const recording = openRecording(file)
  t.equal(recording.last, 80)
  const entries = [...recording.entries()]
  t.strictSame(
    entries.map((entry) => describe(entry)).filter((line) => /undefined/.test(line)),
    [],
  )
  t.equal(digestOf(recording.coreAt(recording.last).state), early)
  t.strictSame([...verify(entries, recording.snapshots())], [])
  recording.close()
  t.end()
})

for (const [name, source, digest] of [
  ['bundle-1.bundle', 'format-2.journal', golden['format-2.journal']],
  ['format-1-early.ndjson', 'format-1-early.journal', early],
] as const)
  t.test(`${name} becomes the journal that it was made of`, (t) => {
    const directory = ownDirectory(t)
    const [journal, original] = [join(directory, 'journal'), join(directory, source)]
    importJournal(join(process.cwd(), 'test', 'journal', 'golden', name), journal)
    copyFileSync(join(process.cwd(), 'test', 'journal', 'golden', source), original)
    const [recording, other] = [openRecording(journal), openRecording(original)]
    t.equal(recording.last, 80)
    t.equal(digestOf(recording.coreAt(recording.last).state), digest)
    t.strictSame(recording.tip(80), other.tip(80))
    t.strictSame([...verify(recording.entries(), recording.snapshots())], [])
    recording.close()
    other.close()
    t.end()
  })
