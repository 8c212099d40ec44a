import t from 'tap'
import { Core } from '../../lib/daemon/core.js'
import type { Entry } from '../../lib/model/event.js'
import { positionAt, PositionError } from '../../lib/history/position.js'
import type { Recording } from '../../lib/history/recording.js'

const at = (text: string): number => new Date(text).getTime()

/** Entries 5 to 9, at 03:10, 03:11 and so on. */
const entries: readonly Entry[] = [5, 6, 7, 8, 9].map((seq) => ({
  seq,
  atMs: at(`2026-11-24T03:${seq + 5}`),
  event: { type: 'CleanupRequested' },
}))
const recording: Recording = {
  first: 5,
  last: 9,
  entries: (from = 0, to = 99) => entries.filter(({ seq }) => seq >= from && seq <= to),
  lastAt: (atMs) => entries.findLast((entry) => entry.atMs <= atMs)?.seq ?? 0,
  coreAt: () => new Core(),
}
const now = at('2026-11-24T03:20')

t.test('positions', (t) => {
  const expected = {
    '7': 7,
    '7~2': 5,
    HEAD: 9,
    'HEAD~3': 6,
    'HEAD-90s': 7,
    '-8m': 7,
    '-9m~1': 5,
    '-0d': 9,
    '03:12': 7,
    '03:12:59.5': 7,
    '2026-11-24T03:11': 6,
    '2026-11-24 03:11:30': 6,
    [new Date(at('2026-11-24T03:13')).toISOString().replace('.000', '')]: 8,
  }
  for (const [text, seq] of Object.entries(expected)) t.equal(positionAt(text, recording, now), seq, text)
  t.equal(positionAt('03:12', recording, at('2026-11-25T01:00')), 7, 'a time to come is one of yesterday')
  t.end()
})

t.test('what is none says so', (t) => {
  const bad = [
    '4',
    '10',
    'HEAD~5',
    'HEAD~x',
    '',
    'head',
    '25:00',
    '-10',
    '2026-11-24',
    '03:09',
    '2026-13-40',
    '1e3',
  ]
  for (const text of bad) t.throws(() => positionAt(text, recording, now), PositionError, text)
  t.throws(() => positionAt('10', recording, now), {
    message: 'position "10": entries 5 to 9 are recorded',
  })
  t.throws(() => positionAt('HEAD', { ...recording, first: 0, last: 0 }, now), {
    message: 'nothing is recorded',
  })
  t.end()
})
