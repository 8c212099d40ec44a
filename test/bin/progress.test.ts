import t from 'tap'
import { Progress, progressText } from '../../bin/replay/progress.js'
import type { Entry } from '../../lib/model/event.js'

const count = 10_000

/** What is written while entries of so many milliseconds each are read. */
function written(msEach: number, isTTY = true, act?: (progress: Progress, entry: Entry) => void): string[] {
  let nowMs = 0
  const texts: string[] = []
  const progress = new Progress({ isTTY, columns: 80, write: (text) => texts.push(text) }, () => nowMs)
  const entries = function* (): Generator<Entry> {
    for (let seq = 1; seq <= count; seq++) {
      nowMs += msEach
      yield { seq, atMs: seq, event: { type: 'CleanupRequested' } }
    }
  }
  let seen = 0
  for (const entry of progress.over(entries(), 1, count)) {
    seen++
    act?.(progress, entry)
  }
  t.equal(seen, count)
  return texts
}

t.test('a reading of over two seconds has a bar that goes again', (t) => {
  const texts = written(1)
  t.match(texts[0], /^\r\[#?\.+\] {3}3 % {2}entry 320 of 10000 {2}10 s left/)
  t.ok(texts.length > 50)
  t.equal(texts.at(-1), '\r\x1b[K')
  t.end()
})

t.test('no bar', (t) => {
  t.strictSame(written(0.19), [], 'under two seconds')
  t.strictSame(written(1, false), [], 'without a terminal')
  t.strictSame(
    written(1, true, (progress) => progress.makeWay(true)),
    [],
    'where the output shows that it goes on',
  )
  t.end()
})

t.test('what is written meanwhile has a line to itself', (t) => {
  const texts = written(1, true, (progress, { seq }) => {
    if (seq === 5000) progress.makeWay(false)
  })
  t.equal(texts.filter((text) => text === '\r\x1b[K').length, 2)
  t.end()
})

t.test('a bar is no wider than the terminal', (t) => {
  const reading = { from: 1, at: 250, to: 1000, elapsedMs: 600_000, text: 'entry 250 of 1000' }
  t.equal(
    progressText(reading, 79),
    '[#######.......................]  25 %  entry 250 of 1000  30 min 0 s left',
  )
  for (const columns of [10, 40, 50, 60, 79]) t.ok(progressText(reading, columns).length <= columns)
  t.end()
})
