import { describe } from '../../lib/words/describe.js'
import { parseArgs } from 'node:util'
import { simulate } from './run.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed)
const count = Number(values.seeds)
const faults = new Map<string, number>()
let failures = 0
let entries = 0
const startedMs = performance.now()
for (let seed = first; seed < first + count; seed++) {
  const outcome = await simulate(seed)
  entries += outcome.entries.length
  if (values.trace) for (const entry of outcome.entries) console.log(describe(entry))
  for (const [name, times] of outcome.faults) faults.set(name, (faults.get(name) ?? 0) + times)
  if (outcome.violation === null) continue
  failures++
  console.log(`seed ${seed}: ${outcome.violation.message}\n  npm run simulate -- --seeds 1 --seed ${seed}`)
}
for (const [name, times] of [...faults].sort(([, a], [, b]) => b - a))
  console.log(`${String(times).padStart(8)} ${name}`)
const seconds = (performance.now() - startedMs) / 1_000
console.log(`${count} seeds, ${failures} failed; ${entries} entries, ${seconds.toFixed(1)} s`)
process.exitCode = failures === 0 ? 0 : 1
