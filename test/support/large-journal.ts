/** Writes a large journal: `node dist/test/support/large-journal.js FILE [SWITCHES MACS REMOTES ENTRIES]`. */
import { type JournalWriter, openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'
import { largeHistory, type Size } from './large-history.js'

const atOnce = 200

/** A journal with snapshots as a daemon makes them; the last number of an entry. */
export function writeLargeJournal(file: string, size: Size): number {
  const writer: JournalWriter = openJournal(file)
  let pending: Entry[] = []
  let seq = 0
  for (const { entry, core } of largeHistory(size)) {
    pending.push(entry)
    if (pending.length < atOnce) continue
    writer.append(pending)
    writer.tend(core.state)
    seq = entry.seq
    pending = []
  }
  writer.append(pending)
  writer.close()
  return pending.at(-1)?.seq ?? seq
}

const [, program = '', file, ...numbers] = process.argv
if (program.endsWith('large-journal.js') && file !== undefined) {
  const [switches = 1_000, macs = 100_000, remotes = 200, entries = 100_000] = numbers.map(Number)
  const last = writeLargeJournal(file, { switches, macs, remotes, entries })
  process.stdout.write(`${file}: ${last} entries\n`)
}
