import type { Core } from '../daemon/core.js'
import { counted } from './counted.js'
import { problemsIn } from '../derive/board.js'
import type { Derived } from '../derive/derive.js'
import { stillRefused } from '../derive/pieces/refused.js'
import { countedProblems, describeProblem, type NamedProblem, namedProblems } from './describe-problem.js'
import { describeBatch, localTime, observedText } from './describe.js'
import { type Lane, lanes } from '../model/batch.js'
import { none, sizeOf } from '../model/collection.js'
import type { Source } from '../model/settings.js'
import type { Quarantined } from '../model/quarantine.js'
import type { Drift, Knowledge, Phase } from '../model/state.js'
import { Names } from './names.js'
import { oneLine } from './one-line.js'
import { contestedText, missingOf } from './standing.js'

/** How the journal is. */
export interface JournalHealth {
  readonly file: string
  /** Null: sound; else why the last entries are not in the file. */
  readonly trouble: string | null
  /** Entries in memory that wait for the file, and entries that no file will hold. */
  readonly held: number
  readonly lost: number
  /** What was found damaged or in its place, and where that is kept now. */
  readonly kept: readonly string[]
}

/** Whether the daemon shares its switch with another (`--standby`), and which of the two it is. */
export type Role = 'alone' | 'active' | 'standby'

/** How things stand; `ovs-appctl status --json` prints it, so names and meanings stay. Times: ms since 1970 UTC. */
export interface Status {
  readonly switch: string
  /** Of a `standby`, `knowledge` is its own; the rest is what the journal of the active one says. */
  readonly role: Role
  readonly phase: Phase
  /** The last entry. */
  readonly entry: number
  /** Everything is known, nothing is to do, and nothing is refused. */
  readonly isInSync: boolean
  /** Of hardware_vtep, Open_vSwitch and the flow tables: `current` when connected and read. */
  readonly knowledge: Readonly<Record<Source, Knowledge>>
  readonly flows: { readonly installed: number; readonly desired: number; readonly foreign: number }
  readonly learnedMacs: number
  readonly claimedAddresses: number
  /** Batches under way, and those that failed and wait. */
  readonly pending: readonly {
    readonly lane: Lane
    readonly isUnderWay: boolean
    readonly batch: string
  }[]
  /** Changes that the switch or hardware_vtep refuses, with its own words. */
  readonly quarantined: readonly Pick<Quarantined, 'lane' | 'key' | 'reason'>[]
  /** Changes that somebody undoes again and again, so that they wait; named. */
  readonly contested: readonly { readonly lane: Lane; readonly key: string; readonly name: string }[]
  /** The bridge or the Physical_Switch row, where there is none, so that nothing is forwarded; with what mends it. */
  readonly missing: readonly string[]
  /** Rows that can not be realised, named; a row in a reason is named, too. */
  readonly problems: readonly NamedProblem[]
  readonly lastDrift: Drift | null
  readonly lastPlan: {
    readonly seq: number
    readonly atMs: number
    readonly lane: Lane
    readonly batch: string
  } | null
  readonly journal: JournalHealth
}

export function statusOf(core: Core, journal: JournalHealth, role: Role = 'alone'): Status {
  const { seq, settings, knowledge, flows, foreign, learned, claims, phase, drift, planned } = core.state
  const derived = core.derived()
  const leftOut = quarantinedOf(core, derived)
  const quarantined = leftOut.filter(({ isContested }) => isContested !== true)
  const names = new Names(core.state)
  return {
    switch: settings?.physicalSwitch ?? '',
    role,
    phase,
    entry: seq,
    isInSync: core.isInSync() && leftOut.length === 0,
    knowledge,
    flows: {
      installed: sizeOf(flows ?? none),
      desired: sizeOf(derived?.desired.flows ?? none),
      foreign: foreign.length,
    },
    learnedMacs: sizeOf(learned ?? none),
    claimedAddresses: sizeOf(claims ?? none),
    pending: lanes.flatMap((lane) => pendingOf(core, lane)),
    quarantined: quarantined.map(({ lane, key, reason }) => ({ lane, key, reason })),
    contested: leftOut
      .filter(({ isContested }) => isContested === true)
      .map(({ lane, key }) => ({ lane, key, name: names.changes(lane, [key]) })),
    missing: derived === null ? [] : missingOf(settings?.physicalSwitch ?? '', derived.view),
    problems: derived === null ? [] : namedProblems(problemsIn(derived.desired), core.state),
    lastDrift: drift,
    lastPlan: planned === null ? null : { ...planned, batch: describeBatch(planned.batch) },
    journal,
  }
}

/** One fact a line: what needs somebody first. */
export function describeStatus(status: Status): string {
  const { knowledge, flows, lastDrift, lastPlan, journal, quarantined } = status
  const refused = leftOutText(status)
  const { length } = status.problems
  const rows = length === 0 ? '' : `, ${status.isInSync ? 'but' : 'and'} ${countedProblems(length)}`
  return [
    `switch: ${status.switch} (${roleText(status)})`,
    `in sync: ${status.isInSync ? 'yes' : 'no'}${refused}, at entry ${status.entry}${rows}`,
    ...status.missing.map((text) => `missing: ${text}`),
    ...status.problems.map((problem) => `problem: ${describeProblem(problem)}`),
    ...quarantined.map(({ lane, key, reason }) => `quarantined: ${lane}: ${key}: ${reason}`),
    ...status.contested.map(({ name }) => contestedText(name)),
    ...status.pending.map(({ isUnderWay, batch }) =>
      isUnderWay ? `under way: ${batch}` : `failed, to be tried again: ${batch}`,
    ),
    `hardware_vtep: ${knowledge.vtep}`,
    `Open_vSwitch: ${knowledge.ovs}`,
    `flow tables: ${knowledge.flows}`,
    `flows: ${flows.installed} installed, ${flows.desired} desired`,
    `flows of others: ${flows.foreign}`,
    `learned MACs: ${status.learnedMacs}`,
    ...(status.claimedAddresses > 0 ? [`claimed IP addresses: ${status.claimedAddresses}`] : []),
    `last plan: ${lastPlan === null ? 'none' : `entry ${lastPlan.seq}, ${localTime(lastPlan.atMs)}: ${lastPlan.lane}: ${lastPlan.batch}`}`,
    `last drift: ${lastDrift === null ? 'none' : driftText(lastDrift)}`,
    ...describeJournal(journal).map((line) => `journal: ${line}`),
    '',
  ]
    .map(oneLine)
    .join('\n')
}

/** The most important in one line. */
export function summarize(status: Status): string {
  const { role, isInSync, entry, flows, problems, quarantined, contested, journal } = status
  return [
    ...(role === 'alone' ? [] : [role]),
    `${isInSync ? 'in sync' : 'not in sync'} at entry ${entry}`,
    counted(flows.installed, 'flow'),
    ...status.missing.map(() => 'nothing is forwarded').slice(0, 1),
    ...(problems.length === 0 ? [] : [counted(problems.length, 'problem')]),
    ...(quarantined.length === 0 ? [] : [`${quarantined.length} quarantined`]),
    ...(contested.length === 0 ? [] : [`${contested.length} contested`]),
    ...(journal.trouble === null ? [] : ['the journal is degraded']),
  ].join(', ')
}

/** As summarize, of several switches. `broken`: for so many nobody works. */
export function summarizeAll(statuses: readonly Status[], broken: number): string {
  const inSync = statuses.filter(({ isInSync }) => isInSync).length
  return [
    counted(statuses.length, 'switch'),
    `${inSync} in sync`,
    ...(broken === 0 ? [] : [`${broken} that do not work`]),
  ].join(', ')
}

function leftOutText({ quarantined, contested }: Status): string {
  const texts = [
    ...(quarantined.length === 0 ? [] : [`${quarantined.length} quarantined`]),
    ...(contested.length === 0 ? [] : [`${contested.length} contested`]),
  ]
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`
}

function roleText({ role, phase }: Status): string {
  if (role === 'alone') return phase
  return role === 'active' ? `${phase}, active` : 'standby, what follows is from the journal'
}

function quarantinedOf({ state }: Core, derived: Derived | null): readonly Quarantined[] {
  return derived === null ? [] : stillRefused(state, derived.desired, derived.reported)
}

function pendingOf({ state }: Core, lane: Lane): Status['pending'] {
  const { inFlight, failed, setAside } = state.lanes[lane]
  const waiting = [failed, setAside].filter((batch) => batch != null)
  return [
    ...(inFlight === null ? [] : [{ lane, isUnderWay: true, batch: describeBatch(inFlight) }]),
    ...waiting.map((batch) => ({ lane, isUnderWay: false, batch: describeBatch(batch) })),
  ]
}

/** One fact a line. */
export function describeJournal({ file, trouble, held, lost, kept }: JournalHealth): readonly string[] {
  return [
    trouble === null ? file : `degraded: ${trouble}; ${counted(held, 'entry')} held in memory, ${lost} lost`,
    ...kept,
  ]
}

function driftText({ seq, atMs, changed, gone, example }: Drift): string {
  return `entry ${seq}, ${localTime(atMs)}: ${observedText(changed, gone)}${example === '' ? '' : `: ${example}`}`
}
