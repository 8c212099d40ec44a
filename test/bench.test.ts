import { readFileSync } from 'node:fs'
import t from 'tap'
import { chart } from './bench/chart.js'
import { asMarkdown, asText, finding } from './bench/findings.js'
import type { Point } from './bench/point.js'
import { withSpeed, type Record } from './bench/record.js'
import { figure, summarize } from './bench/summary.js'
import { topFunctions } from './bench/top-functions.js'

t.test('a summary of samples', (t) => {
  t.strictSame(summarize([7]), { count: 1, min: 7, median: 7, p99: 7, max: 7 })
  t.strictSame(summarize([4, 1, 3, 2]), { count: 4, min: 1, median: 2.5, p99: 4, max: 4 })
  const hundreds = Array.from({ length: 200 }, (_, i) => 200 - i)
  t.strictSame(summarize(hundreds), { count: 200, min: 1, median: 100.5, p99: 198, max: 200 })
  t.end()
})

t.test('figures have three digits that count', (t) => {
  const cases = [0, 0.0123, 0.5, 1.004, 12.34, 123.4, 1234.5, 1234567]
  t.strictSame(cases.map(figure), ['0', '0.012', '0.500', '1.00', '12.3', '123', '1,235', '1,234,567'])
  t.end()
})

t.test('a goal is met, missed, or not judged where its yardstick was not measured', (t) => {
  const measured = {
    row: 'one',
    what: 'one change',
    unit: 'ms',
    goal: '≤ 2× floor',
    against: ['floor'] as const,
    isMet: (us: { median: number }, floor: { median: number }) => us.median <= 2 * floor.median,
  }
  const cases = [{ ours: [2], floor: [1] }, { ours: [3], floor: [1] }, { ours: [1] }]
  const findings = cases.map((samples) => finding({ ...measured, ...samples }))
  t.strictSame(
    findings.map(({ isMet }) => isMet),
    [true, false, null],
  )
  t.strictSame(
    asText(findings)
      .split('\n')
      .map((line) => line.split(/\s+/).at(-1)),
    ['met', 'yes', 'NO', '?'],
  )
  const python = finding({ ...measured, ours: [2, 4], floor: [1, 3] }, new Map([['one', summarize([300])]]))
  t.equal(
    asMarkdown([python]).split('\n').at(-1),
    '| one change | ms | ≤ 2× floor | 3.00 (2.00–4.00) | 2.00 (1.00–3.00) | 300 | 1.50 | 100 | yes |',
  )
  t.end()
})

t.test('the chart has a dot for each size on each line, higher where it costs more', (t) => {
  const points = [1_000, 10_000, 100_000].map((rows): Point => {
    const cost = rows / 1_000
    return { rows, startS: cost, floorStartS: cost, changeMs: cost, floorChangeMs: 1, residentMb: cost }
  })
  const heights = [...chart(points).matchAll(/<circle class="dot (\w+)" cx="[\d.]+" cy="([\d.]+)"/g)]
  t.equal(heights.length, 5 * points.length)
  const ours = heights.slice(0, 3).map(([, , y]) => Number(y))
  t.strictSame(
    ours,
    ours.toSorted((a, b) => b - a),
  )
  t.equal(new Set(ours).size, 3)
  t.equal(new Set(heights.slice(3, 6).map(([, , y]) => y)).size, 1)
  t.end()
})

t.test('the functions that took most of a profile, without the time when nothing ran', (t) => {
  const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 9, columnNumber: 0 })
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(idle)') },
      { id: 2, callFrame: frame('fold', 'file:///a/dist/lib/daemon/core.js') },
      { id: 3, callFrame: frame('', 'file:///a/node_modules/immer/immer.mjs') },
      { id: 4, callFrame: frame('fold', 'file:///a/dist/lib/daemon/core.js') },
    ],
    samples: [1, 2, 3, 4, 1],
    timeDeltas: [5_000, 1_000, 1_000, 2_000, 7_000],
  }
  t.strictSame(topFunctions(profile), [
    { name: 'fold lib/daemon/core.js:10', selfMs: 3, share: 0.75 },
    { name: '(anonymous) immer/immer.mjs:10', selfMs: 1, share: 0.25 },
  ])
  t.strictSame(topFunctions(profile, 9), [{ name: 'fold lib/daemon/core.js:10', selfMs: 2, share: 1 }])
  t.end()
})

t.test('docs/speed.md says what was measured', (t) => {
  const page = readFileSync('docs/speed.md', 'utf8')
  const record = JSON.parse(readFileSync('test/bench/results/speed.json', 'utf8')) as Record
  t.ok(record.findings.length > 0)
  t.equal(withSpeed(page, record), page)
  t.ok(page.includes('test/bench/results/speed.svg'))
  t.throws(() => withSpeed('', record), { message: /the page has no/ })
  t.end()
})
