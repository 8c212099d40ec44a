import t from 'tap'
import { readEntries } from '../../journal/reader.js'
import { openJournal } from '../../journal/writer.js'
import { JournalError } from '../../journal/format.js'
import type { Entry } from '../../lib/model/event.js'
import { type Reading, type Remains, Wreckage } from '../support/damaged-journal.js'

const wreckage = new Wreckage(t)
const later: Entry = { seq: 99, atMs: 99, event: { type: 'Stopped', reason: 'appended after the cut' } }

function cut(remains: Remains, end: string, length: number): Remains {
  return { ...remains, [end]: remains[end]?.subarray(0, length) ?? Buffer.alloc(0) }
}

/** Cuts the file that ends in `end` at every byte and reads; gives how the readings ended, as `[ending, from length]`. */
function readCuts(remains: Remains, end: string): readonly (readonly [Reading, number])[] {
  const endings: [Reading, number][] = []
  for (let length = 0; length <= (remains[end]?.length ?? 0); length++) {
    wreckage.place(cut(remains, end, length))
    const reading = wreckage.reading(() => readEntries(wreckage.file))
    if (endings.at(-1)?.[0] !== reading) endings.push([reading, length])
    if (!wreckage.isUntouched()) throw new Error(`cut at ${length}: reading changed it`)
  }
  return endings
}

/** Opens what is left for writing, reads it all and appends; says how the reading ended. */
function continued(): Reading {
  let writer: ReturnType<typeof openJournal>
  try {
    writer = openJournal(wreckage.file)
  } catch (error) {
    if (error instanceof JournalError && error.message.startsWith(`${wreckage.file}: `)) return 'refused'
    throw error
  }
  const ending = wreckage.reading(() => writer.entries())
  if (ending !== 'refused') {
    const before = [...writer.entries()]
    writer.append([later])
    const after = [...readEntries(wreckage.file)]
    if (JSON.stringify(after) !== JSON.stringify([...before, later])) throw new Error('not continued')
  }
  writer.close()
  return ending
}

t.test('a closed journal cut at any byte is refused', (t) => {
  const { closed } = wreckage
  t.strictSame(readCuts(closed, ''), [
    ['refused', 0],
    ['whole', closed['']?.length],
  ])
  t.end()
})

t.test('a -wal file cut at any byte gives the transactions that are whole in it', (t) => {
  const { killed } = wreckage
  t.strictSame(readCuts(killed, '-wal'), [
    ['shorter', 0],
    ['whole', killed['-wal']?.length],
  ])
  t.end()
})

t.test('a writer goes on behind what is left, or refuses', (t) => {
  const { closed, killed } = wreckage
  const seen = new Set<Reading>()
  // a prime, so that cuts fall on all places within a page
  for (const [remains, end] of [[closed, ''] as const, [killed, ''] as const, [killed, '-wal'] as const])
    for (let length = 0; length <= (remains[end]?.length ?? 0); length += 509) {
      wreckage.place(cut(remains, end, length))
      seen.add(continued())
    }
  t.strictSame([...seen].sort(), ['refused', 'shorter', 'whole'])
  t.end()
})
