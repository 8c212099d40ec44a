import t from 'tap'
import { intrusions, meddling, outages } from './chaos.js'
import { chances } from './faults.js'
import { simulate } from './run.js'

/** The rest of a long search is `npm run simulate`. */
const seeds = 250

const faults = new Map<string, number>()

t.test('whatever happens, it comes to rest where it should', async (t) => {
  for (let seed = 1; seed <= seeds; seed++) {
    const outcome = await simulate(seed)
    for (const [name, times] of outcome.faults) faults.set(name, (faults.get(name) ?? 0) + times)
    if (outcome.violation !== null)
      t.fail(`${outcome.violation.message}\nagain: npm run simulate -- --seeds 1 --seed ${seed}`)
  }
  t.pass(`${seeds} seeds`)
})

t.test('every fault has happened', async (t) => {
  const made = [...outages, ...intrusions, ...meddling].map(([name]) => name)
  for (const name of [...made, ...chances]) t.ok(faults.has(name), name)
})
