import { vlog } from '../../adapters/vlog/vlog.js'
import type { Core } from '../../lib/daemon/core.js'
import { describe } from '../../lib/words/describe.js'
import { describeProblem, namedProblems } from '../../lib/words/describe-problem.js'
import { changesBetween } from '../../lib/model/diff.js'
import type { Turn } from '../../lib/daemon/engine.js'
import { type Collection, none } from '../../lib/model/collection.js'
import type { Entry } from '../../lib/model/event.js'
import { Names } from '../../lib/words/names.js'
import type { Problem } from '../../lib/model/problem.js'

const log = vlog.module('ovs-vtep')

/** Says in the log what the engine did, and which rows can't be realised. */
export class TurnLog {
  #problems: Collection<readonly Problem[]> = none

  note({ entries, core, isBehind }: Turn): void {
    for (const entry of entries) say(entry, core)
    if (isBehind) return
    const problems = core.derived()?.desired.problems ?? this.#problems
    if (problems === this.#problems) return
    const news = [...changesBetween(problems, this.#problems, Object.is)].flatMap(
      ({ desired = [], actual = [] }) => desired.filter((problem) => !isAmong(problem, actual)),
    )
    for (const problem of namedProblems(news, core.state)) log.warn(describeProblem(problem))
    this.#problems = problems
  }
}

function isAmong({ uuid, reason }: Problem, known: readonly Problem[]): boolean {
  return known.some((other) => other.uuid === uuid && other.reason === reason)
}

function say(entry: Entry, { state }: Core): void {
  // most is for nobody
  // whoever undoes a row is found by its name, not by its UUID
  const names = () => (entry.event.type === 'BackedOff' ? new Names(state) : undefined)
  const text = () => describe(entry, names()).trimStart()
  switch (entry.event.type) {
    case 'FlowsObserved':
      // drift of flows that nobody misses or minds is nothing to warn of
      return entry.event.isDrift && entry.event.present.length + entry.event.absent.length > 0
        ? log.warn(text)
        : log.dbg(text)
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
    case 'AddressesClaimed':
    case 'Applied':
    case 'RetryDue':
    case 'QuarantineDue':
      return log.dbg(text)
  }
}
