import fc from 'fast-check'
import t from 'tap'
import { audit } from '../../lib/findings/audit.js'
import type { Audit } from '../../lib/findings/finding.js'
import { isDifference } from '../../lib/findings/finding.js'
import { actualIn, desiredIn, together } from '../../lib/findings/sides.js'
import { flowDump } from '../../lib/ingest/intake.js'
import { History } from '../support/history.js'
import { type Step, step } from '../support/steps.js'

const steps = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' })
const numRuns = Number(process.env['LAW_RUNS'] ?? 40)
const settings = { physicalSwitch: 'br0', macAgingSeconds: 300 }

/** The database of one world and the switch of another. */
class Pair {
  readonly asking: History
  readonly having: History

  constructor(asking: readonly Step[], having: readonly Step[]) {
    this.asking = told(asking)
    this.having = told(having)
  }

  audit(): Audit {
    this.having.take(flowDump(this.having.fakeSwitch.dump()))
    // the switch is what its tables say, learned MACs as its history has them
    const vtep = desiredIn(this.asking.core.state)
    const found = audit(together('test', settings, 0, vtep, actualIn(this.having.core.state)).core)
    if (found === null) throw new Error('something is not known')
    return found
  }

  /** Makes what the plan's commands say. */
  apply({ forecast }: Audit): void {
    for (const { batch } of forecast.steps) {
      const world = batch.kind === 'rows' ? this.asking : this.having
      const updates = world.executeOnly(batch)
      if (updates.length > 0) world.record({ type: 'OvsUpdated', isCatchUp: false, updates })
    }
  }
}

function told(history: readonly Step[]): History {
  const world = History.furnished()
  for (const each of history) world.do(each)
  return world
}

t.test('the commands of a plan leave no difference, whatever database and switch meet', (t) => {
  let ports = 0
  fc.assert(
    fc.property(steps, steps, (asking, having) => {
      const pair = new Pair(asking, having)
      let found = pair.audit()
      // what a new port's number has to do with comes when the switch has given it one
      for (let round = 0; round < 3; round++) {
        const { more } = found.forecast
        pair.apply(found)
        found = pair.audit()
        if (more === null) break
        ports++
      }
      const left = found.findings.filter(isDifference)
      if (found.forecast.steps.length + left.length > 0)
        throw new Error(`left: ${JSON.stringify([left, found.forecast])}`)
    }),
    { numRuns },
  )
  t.ok(ports < 2 * numRuns)
  t.end()
})

t.test('there is a plan exactly where there is a difference', (t) => {
  fc.assert(
    fc.property(steps, steps, (asking, having) => {
      const { findings, forecast } = new Pair(asking, having).audit()
      if (findings.some(isDifference) !== forecast.steps.length > 0)
        throw new Error(JSON.stringify([findings.filter(isDifference), forecast]))
    }),
    { numRuns },
  )
  t.end()
})
