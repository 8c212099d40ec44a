import t from 'tap'
import { randomInt } from 'node:crypto'
import { readEntries } from '../../journal/reader.js'
import { type Remains, Wreckage } from '../support/damaged-journal.js'
import { createRandom } from '../support/differential/random.js'

/** `JOURNAL_FLIPS=100000 [JOURNAL_SEED=N] node dist/test/journal/flips.test.js` for a long search. */
const flips = Number(process.env['JOURNAL_FLIPS'] ?? 4000)
const seed = Number(process.env['JOURNAL_SEED'] ?? randomInt(2 ** 31))
const random = createRandom(seed)
const wreckage = new Wreckage(t)
t.comment(`JOURNAL_FLIPS=${flips} JOURNAL_SEED=${seed}`)

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
  return copy
}

/**
 * Flips one bit of the file that ends in `end`, again and again; gives how often readings ended how, and at which
 * bytes the history became shorter without a word.
 */
function tryFlips(remains: Remains, end: string, number: number) {
  const counts = { whole: 0, shorter: 0, refused: 0 }
  const shorterAt = new Set<number>()
  const bytes = remains[end] ?? Buffer.alloc(0)
  for (let i = 0; i < number; i++) {
    const bit = random.int(bytes.length * 8)
    wreckage.place({ ...remains, [end]: flipped(bytes, bit) })
    try {
      const reading = wreckage.reading(() => readEntries(wreckage.file))
      counts[reading]++
      if (reading === 'shorter') shorterAt.add(bit >> 3)
      if (!wreckage.isUntouched()) throw new Error('reading changed it')
    } catch (error) {
      throw new Error(`bit ${bit} of the file${end}`, { cause: error })
    }
  }
  return { counts, shorterAt: [...shorterAt].sort((a, b) => a - b) }
}

t.test('a closed journal with one bit flipped is read whole or refused, but for its number of rows', (t) => {
  const { counts, shorterAt } = tryFlips(wreckage.closed, '', Math.ceil(flips / 2))
  t.comment(JSON.stringify(counts))
  // the last page's number of rows: a smaller one is a shorter history that nothing contradicts
  t.ok(
    shorterAt.every((at) => at === 4096 + 3 || at === 4096 + 4),
    `shorter only where rows are counted: ${shorterAt.join()}`,
  )
  t.ok(counts.whole > 0 && counts.refused > 0, JSON.stringify(counts))
  t.end()
})

t.test('of a killed one it is read up to the damaged transaction', (t) => {
  const { counts } = tryFlips(wreckage.killed, '-wal', Math.ceil(flips / 4))
  // SQLite takes a broken checksum in the -wal file for the end of what was written
  t.strictSame(counts, { whole: 0, shorter: Math.ceil(flips / 4), refused: 0 })
  t.end()
})

t.test('damage to the file below does not reach what the -wal file has anew', (t) => {
  const { counts } = tryFlips(wreckage.killed, '', Math.ceil(flips / 4))
  t.comment(JSON.stringify(counts))
  t.equal(counts.shorter, 0)
  t.end()
})
