import { packageVersion } from '../../adapters/package-version.js'
import { WireError } from '../../lib/ingest/decode.js'
import type { Core } from '../../lib/daemon/core.js'
import { type Side, together } from '../../lib/compare/findings/sides.js'
import { type Collection, entriesOf } from '../../lib/model/collection.js'
import type { Entry } from '../../lib/model/event.js'
import type { Settings } from '../../lib/model/settings.js'
import type { Lane } from '../../lib/model/batch.js'
import { emptyOvsTables, emptyVtepTables, type State } from '../../lib/model/state.js'
import { TroubleError } from '../command-line/trouble-error.js'
import { liveActual, liveDesired } from './live.js'
import { type Memory, memoryOf } from './memory.js'
import type { Where } from './options.js'
import { fileSource } from './file-source.js'
import type { DiffSource } from './source.js'

/** Both sides of a comparison, as one history. */
export interface Pair {
  readonly entries: readonly Entry[]
  readonly core: Core
  readonly desired: string
  readonly actual: string
  readonly versions: Readonly<Record<string, string>>
  /** What can't be compared, for a source does not say enough. */
  readonly untold: readonly Lane[]
  /** Whether a source leaves out what others say, so that a capture would claim what nobody said. */
  readonly isPartial: boolean
  /** What knows causes. */
  readonly journal: string | null
}

const program = `vtep-diff ${packageVersion()}`
const nothing: Side = { intakes: [], memory: null }

/** Reads what is to be compared; `warn` is told what is done without. Throws TroubleError or JournalError. */
export async function readPair(where: Where, warn: (text: string) => void): Promise<Pair> {
  const desired = await readDesired(where, warn)
  const given = where.actual.length === 0 ? null : await fileSource(where.actual, 'actual', warn)
  const physicalSwitch =
    where.physicalSwitch ??
    desired.settings?.physicalSwitch ??
    given?.settings?.physicalSwitch ??
    onlySwitchIn(desired)
  const actual = given ?? (await liveActual(physicalSwitch, where.db, where.access))
  const memory = await memoryOf(physicalSwitch, where, warn)
  const settings = settingsOf(where, physicalSwitch, [
    desired.settings,
    actual.settings,
    memory?.state.settings ?? null,
  ])
  const { entries, core } = understood(() =>
    together(
      program,
      settings,
      Date.now(),
      remembering(desired, where.desired, memory),
      remembering(actual, where.actual, memory),
    ),
  )
  checkThere(core.state, physicalSwitch, desired, actual)
  const partial = [desired, actual].filter(({ untold }) => untold !== null)
  for (const { name, untold } of partial) warn(`${name}: ${untold ?? ''}`)
  return {
    entries,
    core,
    desired: desired.name,
    actual: actual.name,
    untold: desired.untold === null ? [] : ['vtep'],
    isPartial: partial.length > 0,
    versions: { ...desired.versions, ...actual.versions },
    journal: memory?.journal ?? null,
  }
}

function readDesired({ desired, vtepDb, access }: Where, warn: (text: string) => void): Promise<DiffSource> {
  const remote = desired.length === 0 ? vtepDb : desired.find((text) => /^(unix|tcp|ssl):/.test(text))
  if (remote === undefined) return fileSource(desired, 'desired', warn)
  if (desired.length > 1) throw new TroubleError(`--desired ${remote}: it is a whole side and goes alone`)
  return liveDesired(remote, access)
}

/** Throws TroubleError where it is not about one switch. */
function onlySwitchIn({ name, side }: DiffSource): string {
  const anybody = { physicalSwitch: '', macAgingSeconds: 300 }
  const { core } = understood(() => together(program, anybody, 0, side, nothing))
  const [only, ...more] = namesIn((core.state.vtep ?? emptyVtepTables()).Physical_Switch)
  if (only === undefined) throw new TroubleError(`${name}: no Physical_Switch`)
  if (more.length > 0)
    throw new TroubleError(`${name}: several switches, ${[only, ...more].join(', ')}: say which one is meant`)
  return only
}

/** What a journal remembers of a side that is live. */
function remembering({ side }: DiffSource, given: readonly string[], memory: Memory | null): Side {
  return given.length === 0 && memory !== null ? { ...side, memory: memory.state } : side
}

function settingsOf(
  { macAgingSeconds, limits: given, suppressesArp }: Where,
  physicalSwitch: string,
  known: readonly (Settings | null)[],
): Settings {
  const recorded = known.find((settings) => settings?.physicalSwitch === physicalSwitch)
  const limits = given ?? recorded?.limits
  const aging = macAgingSeconds ?? recorded?.macAgingSeconds ?? 300
  const isSuppressing = suppressesArp && (recorded == null || recorded.suppressesArp === true)
  return {
    physicalSwitch,
    macAgingSeconds: aging,
    ...(limits && { limits }),
    ...(recorded?.acceptsAnyPeer && { acceptsAnyPeer: true }),
    ...(isSuppressing && { suppressesArp: true }),
  }
}

function checkThere(
  { vtep, ovs }: State,
  physicalSwitch: string,
  desired: DiffSource,
  actual: DiffSource,
): void {
  const name = JSON.stringify(physicalSwitch)
  if (!namesIn((vtep ?? emptyVtepTables()).Physical_Switch).includes(physicalSwitch))
    throw new TroubleError(`${desired.name}: no Physical_Switch ${name}`)
  if (!namesIn((ovs ?? emptyOvsTables()).Bridge).includes(physicalSwitch))
    throw new TroubleError(`${actual.name}: no bridge ${name}`)
}

function namesIn(rows: Collection<{ readonly name: string }>): string[] {
  return [...entriesOf(rows)].map(([, { name }]) => name).sort()
}

function understood<T>(use: () => T): T {
  try {
    return use()
  } catch (error) {
    if (error instanceof WireError) throw new TroubleError(error.message)
    throw error
  }
}
