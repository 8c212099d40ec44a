import fc from 'fast-check'
import t from 'tap'
import type { Core } from '../../lib/daemon/core.js'
import { audit } from '../../lib/compare/findings/audit.js'
import type { Audit } from '../../lib/compare/findings/finding.js'
import { isDifference } from '../../lib/compare/findings/finding.js'
import { actualIn, desiredIn, together } from '../../lib/compare/findings/sides.js'
import { flowDump } from '../../lib/ingest/intake.js'
import { entriesOf, lookup, none } from '../../lib/model/collection.js'
import { bindingOf, learnedKey, metadataOf } from '../../lib/model/identity.js'
import { parseMac } from '../../lib/model/mac.js'
import { emptyOvsTables } from '../../lib/model/state.js'
import { History } from '../support/history.js'
import { type Step, step } from '../support/steps.js'

const steps = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' })
/** `LAW_RUNS=1000 LAW_SEED=N node dist/test/lib/forecast.test.js` for a long search, or that of one seed. */
const numRuns = Number(process.env['LAW_RUNS'] ?? 40)
const given = process.env['LAW_SEED']
const parameters = { numRuns, ...(given !== undefined && { seed: Number(given) }) }
const settings = { physicalSwitch: 'br0', macAgingSeconds: 300 }

/** The database of one world and the switch of another. */
class Pair {
  readonly asking: History
  readonly having: History

  constructor(asking: readonly Step[], having: readonly Step[]) {
    this.asking = told(asking)
    this.having = told(having)
  }

  /** What both are now. */
  core(): Core {
    // the switch is what its tables say, learned MACs as its history has them, for it learns none
    const learned = this.having.core.state.learned ?? none
    this.having.take(flowDump(this.having.fakeSwitch.dump()))
    const updates = [...entriesOf(learned)].map(([key, binding]) => ({ key, binding }))
    this.having.record({ type: 'MacsLearned', isCatchUp: true, updates })
    const vtep = desiredIn(this.asking.core.state)
    return together('test', settings, 0, vtep, actualIn(this.having.core.state)).core
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

/** Leads `core` on to what is foreseen. */
function audited(core: Core): Audit {
  const found = audit(core)
  if (found === null) throw new Error('something is not known')
  return found
}

/**
 * What batches change, by names, for UUIDs are the database's to make. OpenFlow ports are the switch's: those that are not
 * `foreseen` are left out.
 */
function shown(core: Core, foreseen: Core): unknown {
  const { flows, foreign, ovs } = core.state
  const { Bridge, Port, Interface } = ovs ?? emptyOvsTables()
  const numbered = new Map(
    [...entriesOf((foreseen.state.ovs ?? emptyOvsTables()).Interface)].map(([, { name, ofport }]) => [
      name,
      ofport !== null,
    ]),
  )
  const bridges = [...entriesOf(Bridge)].map(([, { name, fail_mode, external_ids, ports }]) => [
    name,
    fail_mode,
    external_ids,
    ports
      .map((uuid) => {
        const port = lookup(Port, uuid)
        const own = (port?.interfaces ?? []).map((each) => {
          const { name, type, options, bfd, ofport } = lookup(Interface, each) ?? {}
          return [name, type, options, bfd, numbered.get(name ?? '') === true ? ofport : null]
        })
        return [port?.name, port?.external_ids, own]
      })
      .sort(),
  ])
  const reported = [...entriesOf(core.derived()?.reported ?? none)]
  return {
    bridges: bridges.sort(),
    flows: [...entriesOf(flows ?? none)].map(([, flow]) => JSON.stringify(flow)).sort(),
    foreign: foreign.map((flow) => JSON.stringify(flow)).sort(),
    reported: reported.map(([key, { value, uuids }]) => [key, value, uuids.length]).sort(),
  }
}

function checkSame(foreseen: unknown, real: unknown): void {
  const [a, b] = [JSON.stringify(foreseen, null, 1), JSON.stringify(real, null, 1)].map((text) =>
    text.split('\n'),
  )
  const at = a?.findIndex((line, i) => line !== b?.[i]) ?? -1
  if (at >= 0 || a?.length !== b?.length)
    throw new Error(
      `foreseen ${a?.slice(at - 3, at + 6).join('')}\nreal ${b?.slice(at - 3, at + 6).join('')}`,
    )
}

t.test('what is foreseen is what happens, and then there is no difference', (t) => {
  let rounds = 0
  fc.assert(
    fc.property(steps, steps, (asking, having) => {
      const pair = new Pair(asking, having)
      // what a new port's number has to do with comes when the switch has given it one
      for (let round = 0; ; round++) {
        const foreseen = pair.core()
        const found = audited(foreseen)
        const { steps: planned, more } = found.forecast
        const left = found.findings.filter(isDifference)
        if (planned.length + left.length === 0) break
        if (round === 3) throw new Error(`left: ${JSON.stringify([left, found.forecast])}`)
        if (round > 0) rounds++
        if (more?.includes('same')) throw new Error(`in vain: ${JSON.stringify(found.forecast)}`)
        pair.apply(found)
        checkSame(shown(foreseen, foreseen), shown(pair.core(), foreseen))
        const { findings } = audited(pair.core())
        if (more === null && findings.some(isDifference)) throw new Error(`left: ${JSON.stringify(findings)}`)
      }
    }),
    parameters,
  )
  t.ok(rounds < 2 * numRuns)
  t.end()
})

t.test('there is a plan exactly where there is a difference', (t) => {
  fc.assert(
    fc.property(steps, steps, (asking, having) => {
      const { findings, forecast } = audited(new Pair(asking, having).core())
      if (findings.some(isDifference) !== forecast.steps.length > 0)
        throw new Error(JSON.stringify([findings.filter(isDifference), forecast]))
    }),
    parameters,
  )
  t.end()
})

t.test(
  'more reports than one transaction brings are found all, and made one transaction after another',
  (t) => {
    const pair = new Pair([], [])
    const [logicalSwitch = ''] = pair.asking.database.rows('Logical_Switch').keys()
    const updates = Array.from({ length: 1200 }, (_, i) => {
      const mac = parseMac(
        `02:00:00:00:${[i >> 8, i & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`,
      )
      if (mac === undefined) throw new Error('no MAC')
      return { key: learnedKey(metadataOf(logicalSwitch), mac), binding: bindingOf(1, 7) }
    })
    pair.having.record({ type: 'MacsLearned', isCatchUp: false, updates })
    const found = audited(pair.core())
    const macs = found.findings.filter(({ key }) => key.startsWith('Ucast_Macs_Local/'))
    t.equal(macs.length, 1200)
    // the second would name a locator that is made by the first
    t.match(found.forecast.more, /^further rows name some of these/)
    pair.apply(found)
    const rest = audited(pair.core())
    t.equal(rest.forecast.more, null)
    t.ok(rest.findings.length > 0)
    pair.apply(rest)
    t.strictSame(audited(pair.core()).findings.filter(isDifference), [])
    t.end()
  },
)
