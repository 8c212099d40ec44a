import { existsSync } from 'node:fs'
import { packageVersion } from '../../adapters/package-version.js'
import { journalFile } from '../../adapters/paths.js'
import { JournalError } from '../../journal/format.js'
import { WireError } from '../../lib/ingest/decode.js'
import type { Core } from '../../lib/core.js'
import { together } from '../../lib/findings/sides.js'
import { entriesOf } from '../../lib/model/buckets.js'
import type { Entry, Settings } from '../../lib/model/event.js'
import type { Lane } from '../../lib/model/batch.js'
import { obstacle } from '../../lib/sources/obstacle.js'
import { initialState, type State } from '../../lib/model/state.js'
import { withRecording } from '../replay/journal-at.js'
import { UsageError } from '../usage-error.js'
import { liveActual, liveDesired } from './live.js'
import type { Where } from './options.js'
import { fileSource, type Source } from './source.js'

/** Both sides of a comparison, as one history. */
export interface Pair {
  readonly entries: readonly Entry[]
  readonly core: Core
  readonly desired: string
  readonly actual: string
  readonly versions: Readonly<Record<string, string>>
  /** What can't be compared, for a source does not say enough. */
  readonly untold: readonly Lane[]
  /** What knows causes. */
  readonly journal: string | null
}

const program = `vtep-diff ${packageVersion()}`

/** Reads what is to be compared; `warn` is told what is done without. Throws UsageError or JournalError. */
export async function readPair(where: Where, warn: (text: string) => void): Promise<Pair> {
  const desired = await readDesired(where, warn)
  const file = where.actual.length === 0 ? null : await fileSource(where.actual, 'actual', warn)
  const physicalSwitch = switchOf(where, desired, file)
  const actual = file ?? (await liveActual(physicalSwitch, where.db, where.access))
  const journal = journalOf(where, physicalSwitch)
  const memory = journal === null ? null : await memoryIn(journal, physicalSwitch, where, warn)
  const isLive = (given: readonly string[]): boolean => given.length === 0
  const remembering = (source: Source, isOwn: boolean): Source['side'] =>
    isOwn && source.side.memory === null ? { ...source.side, memory } : source.side
  const settings = settingsOf(where, physicalSwitch, [
    desired.settings,
    actual.settings,
    memory?.settings ?? null,
  ])
  const { entries, core } = understood(() =>
    together(
      program,
      settings,
      Date.now(),
      remembering(desired, isLive(where.desired)),
      remembering(actual, isLive(where.actual)),
    ),
  )
  checkThere(core.state, physicalSwitch, desired, actual)
  if (desired.lacks.length > 0)
    warn(
      `${desired.name}: it does not keep ${desired.lacks.join(', ')}; rows that are written back are not compared`,
    )
  return {
    entries,
    core,
    desired: desired.name,
    actual: actual.name,
    untold: desired.lacks.length > 0 ? ['vtep'] : [],
    versions: { ...desired.versions, ...actual.versions },
    journal: memory === null ? null : journal,
  }
}

function readDesired({ desired, vtepDb, access }: Where, warn: (text: string) => void): Promise<Source> {
  const remote = desired.length === 0 ? vtepDb : desired.find((text) => /^(unix|tcp|ssl):/.test(text))
  if (remote === undefined) return fileSource(desired, 'desired', warn)
  if (desired.length > 1) throw new UsageError(`--desired ${remote}: it is a whole side and goes alone`)
  return liveDesired(remote, access)
}

/** The one that is asked about, else the one that the sources are about. */
function switchOf({ physicalSwitch }: Where, desired: Source, actual: Source | null): string {
  const said = physicalSwitch ?? desired.settings?.physicalSwitch ?? actual?.settings?.physicalSwitch
  if (said !== undefined) return said
  const { core } = understood(() =>
    together(program, { physicalSwitch: '', macAgingSeconds: 300 }, 0, desired.side, {
      intakes: [],
      memory: null,
    }),
  )
  const names = [
    ...entriesOf((core.state.vtep ?? { Physical_Switch: new Map<never, never>() }).Physical_Switch),
  ].map(([, { name }]) => name)
  const [only, ...more] = names.sort()
  if (only === undefined) throw new UsageError(`${desired.name}: no Physical_Switch`)
  if (more.length > 0)
    throw new UsageError(`${desired.name}: several switches, ${names.join(', ')}: say which one is meant`)
  return only
}

/** Null: there is none, or none is wanted. */
function journalOf({ journal }: Where, physicalSwitch: string): string | null {
  if (journal === 'none') return null
  if (journal !== null) return journal
  const file = journalFile(physicalSwitch)
  return existsSync(file) ? file : null
}

/** What the journal came to. One that is not named and can't be read is done without. */
async function memoryIn(
  journal: string,
  physicalSwitch: string,
  where: Where,
  warn: (text: string) => void,
): Promise<State | null> {
  let state: State = initialState
  try {
    await withRecording(journal, (recording) => {
      state = recording.coreAt(recording.last).state
    })
  } catch (error) {
    if (where.journal !== null || !(error instanceof JournalError)) throw error
    warn(`${error.message}; compared without it`)
    return null
  }
  const recorded = state.settings?.physicalSwitch ?? physicalSwitch
  if (recorded !== physicalSwitch)
    throw new UsageError(`${journal}: the journal of switch ${JSON.stringify(recorded)}`)
  return state
}

function settingsOf(
  { macAgingSeconds }: Where,
  physicalSwitch: string,
  known: readonly (Settings | null)[],
): Settings {
  const recorded = known.find((settings) => settings?.physicalSwitch === physicalSwitch)
  return { physicalSwitch, macAgingSeconds: macAgingSeconds ?? recorded?.macAgingSeconds ?? 300 }
}

function checkThere(state: State, physicalSwitch: string, desired: Source, actual: Source): void {
  const name = JSON.stringify(physicalSwitch)
  const has = (rows: Iterable<readonly [string, { readonly name: string }]>): boolean =>
    [...rows].some(([, row]) => row.name === physicalSwitch)
  if (state.vtep !== null && !has(entriesOf(state.vtep.Physical_Switch)))
    throw new UsageError(`${desired.name}: no Physical_Switch ${name}`)
  if (state.ovs !== null && !has(entriesOf(state.ovs.Bridge)))
    throw new UsageError(`${actual.name}: no bridge ${name}`)
  const reason = state.ovs && obstacle(state.ovs, physicalSwitch, actual.lacks)
  if (reason !== null) throw new UsageError(`${actual.name}: ${reason}`)
}

function understood<T>(use: () => T): T {
  try {
    return use()
  } catch (error) {
    if (error instanceof WireError) throw new UsageError(error.message)
    throw error
  }
}
