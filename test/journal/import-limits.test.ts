import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { bundleOf } from '../../bin/replay/bundle-of.js'
import { importJournal } from '../../journal/import.js'
import { usualLimits } from '../../journal/lines.js'
import { openRecording } from '../../journal/recording.js'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'

t.test('what is more than is read is refused by name, and nothing is left', (t) => {
  const directory = ownDirectory(t)
  const recording = openRecording(journalOf(longHistory(50), directory))
  const lines = [...bundleOf(recording, recording.first, recording.last)]
  const entries = recording.last - recording.first + 1
  recording.close()
  const file = join(directory, 'x.bundle')
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  const before = readdirSync(directory)
  const taken = (limits: Partial<typeof usualLimits>) =>
    importJournal(file, join(directory, 'imported'), undefined, { ...usualLimits, ...limits })
  const longest = Math.max(...lines.map((line) => Buffer.byteLength(line)))
  const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
  t.throws(() => taken({ bytes: size - 1 }), {
    message: `${file}: larger than ${size - 1} bytes, which is more than is read`,
  })
  t.throws(() => taken({ lineBytes: longest - 1 }), new RegExp(`line \\d+: longer than ${longest - 1} bytes`))
  t.throws(() => taken({ entries: entries - 1 }), new RegExp(`line \\d+: more than ${entries - 1} entries`))
  t.throws(() => taken({ brackets: 8 }), /line 1: more than 8 arrays and objects/)
  t.strictSame(readdirSync(directory), before)
  t.equal(taken({ bytes: size, entries, lineBytes: longest }).entries, entries)
  t.end()
})
