import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openRecording } from '../../journal/recording.js'
import { openJournal } from '../../journal/writer.js'

const directory = mkdtempSync(join(tmpdir(), 'clock-'))
t.teardown(() => rmSync(directory, { recursive: true }))

/** The number of the last entry that was recorded at each time. */
function lastAt(name: string, times: readonly number[], asked: readonly number[]): number[] {
  const writer = openJournal(join(directory, name))
  const stopped = { type: 'Stopped', reason: '' } as const
  writer.append(times.map((atMs, i) => ({ seq: i + 1, atMs, event: stopped })))
  const recording = openRecording(writer.file)
  const found = asked.map((atMs) => recording.lastAt(atMs))
  writer.close()
  return found
}

t.test('an entry is found by its time where the clock was set back or forth', (t) => {
  const asked = [9, 10, 15, 20, 25, 30, 35, 40]
  t.strictSame(lastAt('steady', [10, 20, 30], asked), [0, 1, 1, 2, 2, 3, 3, 3])
  t.strictSame(lastAt('forth', [10, 30, 40], asked), [0, 1, 1, 1, 1, 2, 2, 3])
  // entries 1 to 4, and once more from 10 on
  t.strictSame(lastAt('back', [10, 20, 30, 40, 10, 25], asked), [0, 5, 5, 5, 2, 3, 3, 6])
  t.strictSame(lastAt('back, and beyond', [10, 20, 30, 15, 35], asked), [0, 1, 4, 4, 4, 4, 5, 5])
  t.end()
})
