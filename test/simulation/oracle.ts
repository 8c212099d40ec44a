import { Core } from '../../lib/daemon/core.js'
import { Derivation, type Derived } from '../../lib/derive/derive.js'
import { flowDump, ovsContents, vtepContents } from '../../lib/ingest/intake.js'
import type { Batch } from '../../lib/model/batch.js'
import { type Collection, entriesOf, none } from '../../lib/model/collection.js'
import type { Entry, Event } from '../../lib/model/event.js'
import { isLearnedCookie, isOwnCookie } from '../../lib/model/identity.js'
import { ovsTables } from '../../lib/schema/open-vswitch.js'
import type { State } from '../../lib/model/state.js'
import { vtepTables } from '../../lib/schema/hardware-vtep.js'
import { replay, verify } from '../../lib/history/verify.js'
import { type Daemon, settings } from './daemon.js'
import { Foreign } from './foreign.js'
import { cookieIn } from './switch.js'
import { contentsOf, textOfRow } from './wire-rows.js'
import type { World } from './world.js'

/** How long after the loss of the lock somebody may act who was told a moment before that it is held. */
const longestBlindMs = 1_100

/** Something is as it must not be. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/** What must hold, whatever happens: some of it at each command, all of it when the world is at rest. */
export class Oracle {
  readonly foreign: Foreign
  readonly #world: World
  /** Of each term. */
  readonly #journals = new Map<Core, Entry[]>()
  /** While nothing but faults happens: what the switch and the database must not lose by our doing. */
  #steady: Steady | null = null
  #when = ''
  /** The first violation. */
  violation: Violation | null = null

  constructor(world: World) {
    this.#world = world
    this.foreign = new Foreign(world)
  }

  fail(reason: string): void {
    this.violation ??= new Violation(`after ${this.#world.clock.nowMs} ms${this.#when}: ${reason}`)
  }

  recorded(entries: readonly Entry[], core: Core): void {
    const journal = this.#journals.get(core) ?? []
    this.#journals.set(core, journal)
    journal.push(...entries)
    for (const { event } of entries)
      if (event.type === 'Planned') this.#checkRemovals(event.batch, core.state)
  }

  /**
   * Invariant 3: a batch is in the journal before it runs. Of a pair, who begins a batch holds the lock, or did hardly
   * a second ago.
   */
  started(batch: Batch, core: Core, daemon: Daemon): void {
    const { lock, clock } = this.#world
    const isHeld =
      lock === null || (daemon.isHeld$.value && clock.nowMs - lock.heldUntilMs(daemon) < longestBlindMs)
    if (!isHeld) this.fail(`somebody acts without the lock: ${text(batch)}`)
    const planned = this.#journals
      .get(core)
      ?.findLast(({ event }) => event.type === 'Planned' && event.batch.kind === batch.kind)
    if (planned?.event.type !== 'Planned' || JSON.stringify(planned.event.batch) !== JSON.stringify(batch))
      this.fail('a batch runs that is not in the journal')
    this.foreign.started(batch, core.state)
  }

  /** Runs what a command does, and compares before and after. */
  watching(batch: Batch, perform: () => void): void {
    const before = this.foreign.untouchable()
    const steady = this.#steadyPart()
    perform()
    if (batch.kind === 'config' && batch.isFlushing) this.foreign.flushed()
    const after = this.foreign.untouchable()
    if (after !== before) this.fail(`others' things were touched by ${text(batch)}\n${before}\n${after}`)
    const isFlush = batch.kind === 'config' && batch.isFlushing
    if (steady === null || isFlush) return
    const left = this.#steadyPart() ?? []
    const lost = steady.filter((item) => !left.includes(item))
    if (lost.length > 0) this.fail(`still desired, and deleted: ${lost.join('; ')} by ${text(batch)}`)
  }

  switchStopped(): void {
    this.foreign.forget()
  }

  /** From now on the databases stay as they are: nothing that is there now may go by our doing. */
  hold(isHeld: boolean): void {
    const { theSwitch, database } = this.#world
    this.#steady = !isHeld
      ? null
      : {
          flows: [...theSwitch.fake.flows].filter(([, value]) => isOwnCookie(cookieIn(value))),
          rows: [...database.rows('Mcast_Macs_Local').keys(), ...database.rows('Physical_Port').keys()],
        }
  }

  checkAtRest(when: string): void {
    const { daemon, disk, theSwitch } = this.#world
    if (daemon?.core == null) return this.fail('no daemon')
    this.#when = `, at rest ${when}`
    const { state } = daemon.core
    const derived = Derivation.of(state)?.derived
    const { flows } = theSwitch.fake
    this.#compare(
      'observed = desired',
      [...flows].filter(([key, value]) => isOwnCookie(cookieIn(value)) && !this.#isRefused(key)),
      [...entriesOf(derived?.desired.flows ?? none)]
        .filter(([key]) => !this.#isRefused(key))
        .map(([key, flow]) => [key, `${flow.cookie} ${flow.actions}`]),
    )
    this.#compare(
      'learned MACs = the switch',
      [...flows].filter(isLearnedIn('table=21,')).map(([key]) => [macOf(key), '']),
      [...entriesOf(state.learned ?? none)].map(([key]) => [key, '']),
    )
    this.#compare(
      'claims = the switch',
      [...flows]
        .filter(isLearnedIn('table=18,'))
        .map(([key, value]) => [addressOf(key), /0x\w+(?=->NXM_NX_REG11)/.exec(value)?.[0] ?? '']),
      [...entriesOf(state.claims ?? none)].map(([key, { binding }]) => [key, `0x${binding.toString(16)}`]),
    )
    if (this.#world.isPortioned) this.#checkPortion(derived)
    else
      for (const source of ['vtep', 'ovs'] as const)
        this.#compare(
          `known rows = ${source}`,
          [...this.#world.rows(source)].map(([key, { text: row }]) => [key, row]),
          rowsOf(state[source]),
        )
    const replayed = replay(disk.entries()).state
    if (textOf(replayed) !== textOf(state)) this.fail('the fold of the journal is not the state')
    for (const { seq, reason } of verify(disk.entries()))
      this.fail(`replay differs from live: entry ${seq}: ${reason}`)
    const report = this.#newcomer().plan('vtep')
    if (
      report?.kind === 'rows' &&
      !report.reports.every(
        ({ key }) =>
          this.#isRefused(key) || (this.#world.refusedBefore.length > 0 && key.startsWith('faults/')),
      )
    )
      this.fail(`the database lacks ${text(report)}`)
    this.foreign.check(
      state,
      (reason) => this.fail(reason),
      (key) => this.#isRefused(key),
    )
    this.#when = ''
  }

  /** Who knows all rows derives the same as who knows those that concern it. */
  #checkPortion(derived: Derived | undefined): void {
    // which of two rows for a MAC came first only the journal knows
    const all = Derivation.of({
      ...this.#newcomer().state,
      seen: this.#world.daemon?.core?.state.seen ?? none,
    })
    const flows = (of: Derived | undefined): [string, string][] =>
      [...entriesOf(of?.desired.flows ?? none)].map(([key, { actions }]) => [key, actions])
    this.#compare('desired by what concerns it = desired by all', flows(derived), flows(all?.derived))
  }

  #isRefused(key: string): boolean {
    return this.#world.refusedBefore.some((pattern) => pattern.test(key))
  }

  /** A daemon that knows the present and no history. */
  #newcomer(): Core {
    const core = new Core()
    const fold = (event: Event) => core.fold({ seq: core.state.seq + 1, atMs: 0, event })
    fold({ type: 'Started', version: 'test', settings })
    for (const intake of [
      vtepContents(contentsOf(vtepTables, this.#world.rows('vtep'))),
      ovsContents(contentsOf(ovsTables, this.#world.rows('ovs'))),
      flowDump(this.#world.theSwitch.fake.dump()),
    ])
      intake(core.state).forEach(fold)
    return core
  }

  #checkRemovals(batch: Batch, state: State): void {
    if (batch.kind !== 'flows' || state.phase !== 'running') return
    const desired = new Map(entriesOf(Derivation.of(state)?.derived.desired.flows ?? none))
    const lost = batch.remove.find(({ key }) => desired.has(key))
    if (lost !== undefined) this.fail(`planned to delete what is desired: ${lost.key}`)
  }

  #steadyPart(): string[] | null {
    if (this.#steady === null) return null
    const { theSwitch, database, disk } = this.#world
    const { flows, rows } = this.#steady
    return [
      ...flows
        // which of two rows for a MAC came first only the journal knows
        .filter(([key, value]) => {
          const now = theSwitch.fake.flows.get(key)
          return now === value || (disk.hasForgotten && now !== undefined)
        })
        .map(([key]) => key),
      ...rows.filter(
        (uuid) => database.rows('Mcast_Macs_Local').has(uuid) || database.rows('Physical_Port').has(uuid),
      ),
    ]
  }

  #compare(what: string, a: [string, string][], b: [string, string][]): void {
    const [x, y] = [new Map(a), new Map(b)]
    const only = [...x].filter(([key, value]) => y.get(key) !== value)
    const lacking = [...y].filter(([key, value]) => x.get(key) !== value)
    if (only.length + lacking.length > 0)
      this.fail(
        `${what}: there ${JSON.stringify(only).slice(0, 600)}, expected ${JSON.stringify(lacking).slice(0, 600)}`,
      )
  }
}

interface Steady {
  readonly flows: readonly (readonly [string, string])[]
  readonly rows: readonly string[]
}

function isLearnedIn(table: string): (flow: readonly [string, string]) => boolean {
  return ([key, value]) => key.startsWith(table) && isLearnedCookie(cookieIn(value))
}

function addressOf(key: string): string {
  return key.replace(/^.*metadata=(0x[0-9a-f]+),arp_tpa=(.*)$/, '$1/$2')
}

function macOf(key: string): string {
  return key.replace(/^.*metadata=(0x[0-9a-f]+),dl_dst=(.*)$/, '$1/$2')
}

function rowsOf(tables: object | null): [string, string][] {
  return Object.entries(tables ?? {}).flatMap(([table, rows]) =>
    [...entriesOf(rows as Collection<unknown>)].map(([uuid, row]): [string, string] => [
      `${table} ${uuid}`,
      textOfRow(row),
    ]),
  )
}

function text(batch: Batch): string {
  return JSON.stringify(batch).slice(0, 800)
}

/** Maps in an order of their own. */
function textOf(state: State): string {
  // a part that came later than others has its place behind them
  const parts = Object.fromEntries(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1)))
  return JSON.stringify(parts, (_, value: unknown) =>
    value instanceof Map ? [...(value as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1)) : value,
  )
}
