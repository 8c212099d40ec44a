import { vlog } from '../../adapters/vlog/vlog.js'
import type { Core } from '../../lib/daemon/core.js'
import type { Turn } from '../../lib/daemon/engine.js'
import type { View } from '../../lib/derive/view/view.js'
import { flowsText } from '../../lib/history/changes/flow-words.js'
import { type Collection, none } from '../../lib/model/collection.js'
import { changesBetween } from '../../lib/model/diff.js'
import type { Entry, Event } from '../../lib/model/event.js'
import { type Departures, noDepartures } from '../../lib/model/departure.js'
import type { Problem } from '../../lib/model/problem.js'
import type { Source } from '../../lib/model/settings.js'
import type { State } from '../../lib/model/state.js'
import { contestedMacs } from '../../lib/reduce/departures.js'
import { describe } from '../../lib/words/describe.js'
import { describeProblem, namedProblems } from '../../lib/words/describe-problem.js'
import { Names } from '../../lib/words/names.js'
import { oneLine } from '../../lib/words/one-line.js'
import { interventions } from '../../lib/words/standing.js'

const module = vlog.module('ovs-vtep')

type Levels = Readonly<Record<'dbg' | 'info' | 'warn', (text: string | (() => string)) => void>>

function prefixed(prefix: string): Levels {
  const begun = (text: string | (() => string)) => () => prefix + (typeof text === 'string' ? text : text())
  return {
    dbg: (text) => module.dbg(begun(text)),
    info: (text) => module.info(begun(text)),
    warn: (text) => module.warn(begun(text)),
  }
}

/** Says in the log what the engine did, what others did to the switch, and which rows can't be realised. */
export class TurnLog {
  #problems: Collection<readonly Problem[]> = none
  /** What was said of problems that last, by `keyOf`. */
  readonly #said = new Map<string, string>()
  #view: View | null = null
  #departures: Departures = noDepartures
  #contested: ReadonlySet<string> = new Set()
  readonly #log: Levels

  /** `prefix`: what everything begins with. */
  constructor(prefix = '') {
    this.#log = prefixed(prefix)
  }

  note({ entries, core, isBehind }: Turn): void {
    for (const entry of entries) say(entry, core, this.#log)
    const derived = isBehind ? null : core.derived()
    if (derived === null) return
    this.#noteView(core, derived.view)
    this.#noteContested(core)
    this.#noteProblems(core, derived.desired.problems)
  }

  #noteView({ state }: Core, view: View): void {
    const before = this.#view
    this.#view = view
    if (before === null || before === view || state.phase !== 'running') return
    const name = state.settings?.physicalSwitch ?? ''
    for (const { isBad, text } of interventions(name, before, view))
      this.#log[isBad ? 'warn' : 'info'](oneLine(text))
  }

  #noteContested({ state }: Core): void {
    const { departures = noDepartures } = state
    if (departures === this.#departures) return
    this.#departures = departures
    const contested = contestedMacs(departures)
    const news = [...contested].filter((key) => !this.#contested.has(key))
    this.#contested = contested
    const names = new Names(state)
    for (const key of news)
      this.#log.warn(
        `${names.learned(key)} comes and goes too often: it is not withdrawn any more while it talks here`,
      )
  }

  #noteProblems({ state }: Core, problems: Collection<readonly Problem[]>): void {
    if (problems === this.#problems) return
    const changes = [...changesBetween(problems, this.#problems, Object.is)]
    this.#problems = problems
    const ended = new Set(changes.flatMap(({ actual = [] }) => actual.map(keyOf)))
    const news = changes.flatMap(({ desired = [] }) => desired.filter((one) => !ended.delete(keyOf(one))))
    const names = namedProblems(news, state)
    news.forEach((problem, i) => {
      const text = oneLine(describeProblem(names[i] ?? { ...problem, name: problem.uuid }))
      this.#said.set(keyOf(problem), text)
      this.#log.warn(text)
    })
    for (const key of ended) {
      this.#log.info(`no longer: ${this.#said.get(key) ?? key}`)
      this.#said.delete(key)
    }
  }
}

function keyOf({ uuid, reason }: Problem): string {
  return `${uuid} ${reason}`
}

function say(entry: Entry, { state }: Core, log: Levels): void {
  // most is for nobody
  // whoever undoes a row is found by its name, not by its UUID
  const names = () => (entry.event.type === 'BackedOff' ? new Names(state) : undefined)
  const text = () => describe(entry, names()).trimStart() + meaningOf(entry.event, state)
  switch (entry.event.type) {
    case 'FlowsObserved':
      return isDamage(entry.event) ? log.warn(text) : log.dbg(text)
    case 'BackedOff':
    case 'JournalResumed':
    case 'Failed':
    case 'SourceLost':
      return log.warn(text)
    case 'Planned':
    case 'Started':
    case 'Stopped':
    case 'CleanupRequested':
      return log.info(text)
    case 'VtepUpdated':
    case 'OvsUpdated':
    case 'FlowsDoubted':
    case 'MacsLearned':
    case 'Applied':
    case 'RetryDue':
    case 'QuarantineDue':
    case 'AddressesClaimed':
      return log.dbg(text)
  }
}

type Observed = Extract<Event, { readonly type: 'FlowsObserved' }>

/** Drift of flows that nobody misses or minds is nothing to warn of. */
function isDamage({ isDrift, present, absent }: Observed): boolean {
  return isDrift && present.length + absent.length > 0
}

/** What a warning means for frames, and for whom. */
function meaningOf(event: Event, state: State): string {
  if (event.type === 'SourceLost') return `; ${losses[event.source]}`
  if (event.type !== 'FlowsObserved' || !isDamage(event)) return ''
  const keys = [...event.absent, ...event.present.map(({ key }) => key)]
  return ` (${oneLine(flowsText(keys, new Names(state)))}); what is ours is put back`
}

const losses: Readonly<Record<Source, string>> = {
  vtep: 'forwarding goes on as it is, and what the controller changes waits until it is back',
  ovs: 'forwarding goes on as it is, and nothing is changed until it is back',
  flows: 'what the switch holds is asked anew, and flows change when it has answered',
}
