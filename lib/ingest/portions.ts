import { amend, type Collection, entriesOf, lookup, none } from '../model/collection.js'
import type { Event, RowUpdate } from '../model/event.js'
import type { Source } from '../model/settings.js'
import {
  emptyOvsTables,
  emptyVtepTables,
  initialState,
  type OvsTables,
  type State,
  type VtepTables,
} from '../model/state.js'
import { reduce } from '../reduce/reduce.js'
import { vtepTables } from '../schema/hardware-vtep.js'
import { type AnyRow, type Concerns, everybody, ovsConcerns, vtepConcerns } from './concerns.js'
import { event, type Intake, ovsTablesAre, sourceLost, vtepTablesAre } from './intake.js'

type Database = 'vtep' | 'ovs'
type Tables = Readonly<Record<string, Collection<AnyRow>>>
type Pending = Map<string, string>

/** One of several switches, and where what concerns it goes. */
export interface Portion {
  readonly physicalSwitch: string
  take(intake: Intake): void
}

const concerns: Readonly<Record<Database, Concerns>> = {
  vtep: vtepConcerns(vtepTables),
  ovs: ovsConcerns,
}

/**
 * What the databases say to several switches at once: each gets the rows that concern it, and these are in memory once. What has
 * concerned a switch goes on to, so that what it made for it is withdrawn by the one who made it. Cost: that of what changed.
 */
export class Portions {
  #state: State = initialState
  readonly #portions = new Set<Portion>()
  readonly #divisions: Readonly<Record<Database, Division>> = {
    vtep: new Division(concerns.vtep, (name) => this.#isOwn(name)),
    ovs: new Division(concerns.ovs, (name) => this.#isOwn(name)),
  }

  /** Both databases, typed; null: not known yet. */
  get state(): Pick<State, 'vtep' | 'ovs' | 'knowledge'> {
    return this.#state
  }

  /** Of what comes from the databases. */
  take(intake: Intake): void {
    for (const happened of intake(this.#state)) {
      const before = this.#state
      this.#state = reduce(before, { seq: before.seq + 1, atMs: 0, event: happened })
      if (happened.type === 'VtepUpdated') this.#pass('vtep', happened, before)
      else if (happened.type === 'OvsUpdated') this.#pass('ovs', happened, before)
      else if (happened.type === 'SourceLost')
        for (const portion of this.#portions) portion.take(sourceLost(happened.source, happened.reason))
    }
  }

  /** From now on `portion` gets what concerns it, what is known already at once. */
  open(portion: Portion): void {
    this.#portions.add(portion)
    for (const source of ['vtep', 'ovs'] as const)
      if (this.#state.knowledge[source] === 'current') this.#begin(source, portion)
  }

  close(portion: Portion): void {
    this.#portions.delete(portion)
    for (const division of Object.values(this.#divisions)) division.close(portion)
  }

  #isOwn(bridge: string): boolean {
    for (const { physicalSwitch } of this.#portions) if (physicalSwitch === bridge) return true
    return false
  }

  #pass(
    source: Database,
    { isCatchUp, updates }: { readonly isCatchUp: boolean; readonly updates: readonly RowUpdate[] },
    before: State,
  ): void {
    const division = this.#divisions[source]
    const after = tablesOf(this.#state, source)
    const changes = division.changed(updates, tablesOf(before, source), after)
    for (const portion of this.#portions) {
      if (!division.isOpenFor(portion)) {
        this.#begin(source, portion)
        continue
      }
      const own = changes.get(portion)
      if (own === undefined && !isCatchUp) continue
      const said = [...(own ?? [])].map(([uuid, table]) => ({
        table,
        uuid,
        row: lookup(after[table] ?? none, uuid) ?? null,
      }))
      portion.take(event(updatedIn(source, isCatchUp, said)))
    }
  }

  #begin(source: Database, portion: Portion): void {
    const tables = tablesOf(this.#state, source)
    const rows = this.#divisions[source].open(portion, tables)
    const byTable = new Map<string, (readonly [string, AnyRow])[]>()
    for (const [uuid, table] of rows) {
      const row = lookup(tables[table] ?? none, uuid)
      if (row === undefined) continue
      const list = byTable.get(table) ?? []
      byTable.set(table, list)
      list.push([uuid, row])
    }
    const own = Object.fromEntries(
      Object.keys(tables).map((table) => [
        table,
        amend(none as Collection<AnyRow>, byTable.get(table) ?? []),
      ]),
    )
    // tables by the names that `tables` has

    portion.take(source === 'vtep' ? vtepTablesAre(own as VtepTables) : ovsTablesAre(own as OvsTables))
  }
}

/** What of one database concerns whom. */
class Division {
  readonly #concerns: Concerns
  readonly #isOwn: (bridge: string) => boolean
  readonly #needing = new Map<string, Set<string>>()
  readonly #tableOf = new Map<string, string>()
  readonly #holders = new Map<string, Set<Portion>>()
  #tables: Tables = {}

  constructor(concerned: Concerns, isOwn: (bridge: string) => boolean) {
    this.#concerns = concerned
    this.#isOwn = isOwn
  }

  isOpenFor(portion: Portion): boolean {
    return this.#holders.get(everybody)?.has(portion) === true
  }

  /** The rows that concern it, with their tables. */
  open(portion: Portion, tables: Tables): Pending {
    this.#tables = tables
    const pending: Pending = new Map()
    this.#give(portion, everybody, pending)
    return pending
  }

  close(portion: Portion): void {
    for (const [key, holders] of this.#holders) {
      holders.delete(portion)
      if (holders.size === 0) this.#holders.delete(key)
    }
  }

  /** What of `updates`, and of what they bring with them, is to be said to whom. */
  changed(updates: readonly RowUpdate[], before: Tables, after: Tables): ReadonlyMap<Portion, Pending> {
    this.#tables = after
    for (const { table, uuid, row } of updates)
      this.#index(table, uuid, lookup(before[table] ?? none, uuid), row)
    const said = new Map<Portion, Pending>()
    for (const { table, uuid, row } of updates)
      for (const portion of this.#concerned(table, uuid, row)) {
        const pending = said.get(portion) ?? new Map<string, string>()
        said.set(portion, pending)
        if (row === null) pending.set(uuid, table)
        else this.#deliver(portion, table, uuid, pending)
      }
    for (const { uuid, row } of updates) if (row === null) this.#holders.delete(uuid)
    return said
  }

  #index(table: string, uuid: string, old: AnyRow | undefined, row: AnyRow | null): void {
    if (old !== undefined)
      for (const key of this.#concerns.needs(table, old)) {
        const rows = this.#needing.get(key)
        rows?.delete(uuid)
        if (rows?.size === 0) this.#needing.delete(key)
      }
    if (row === null) {
      this.#tableOf.delete(uuid)
      return
    }
    this.#tableOf.set(uuid, table)
    for (const key of this.#concerns.needs(table, row)) {
      const rows = this.#needing.get(key) ?? new Set()
      this.#needing.set(key, rows)
      rows.add(uuid)
    }
  }

  #concerned(table: string, uuid: string, row: AnyRow | null): ReadonlySet<Portion> {
    const keys = [uuid, ...(row === null ? [] : this.#concerns.needs(table, row))]
    return new Set(keys.flatMap((key) => [...(this.#holders.get(key) ?? [])]))
  }

  #give(portion: Portion, key: string, pending: Pending): void {
    const holders = this.#holders.get(key) ?? new Set()
    if (holders.has(portion)) return
    this.#holders.set(key, holders)
    holders.add(portion)
    const own = this.#tableOf.get(key)
    if (own !== undefined) this.#deliver(portion, own, key, pending)
    for (const uuid of this.#needing.get(key) ?? []) {
      const table = this.#tableOf.get(uuid)
      if (table !== undefined) this.#deliver(portion, table, uuid, pending)
    }
  }

  /** A row is delivered again where that gives more: what it gives depends on what is had. */
  #deliver(portion: Portion, table: string, uuid: string, pending: Pending): void {
    const row = lookup(this.#tables[table] ?? none, uuid)
    if (row === undefined) return
    pending.set(uuid, table)
    this.#give(portion, uuid, pending)
    const given = this.#concerns.gives(table, uuid, row, {
      physicalSwitch: portion.physicalSwitch,
      isAnothers: (bridge) => bridge !== portion.physicalSwitch && this.#isOwn(bridge),
      has: (key) => this.#holders.get(key)?.has(portion) === true,
    })
    for (const key of given) this.#give(portion, key, pending)
  }
}

function tablesOf(state: State, source: Database): Tables {
  return source === 'vtep' ? (state.vtep ?? emptyVtepTables()) : (state.ovs ?? emptyOvsTables())
}

function updatedIn(source: Database, isCatchUp: boolean, updates: readonly object[]): Event {
  // rows of the tables that they stand in

  return { type: source === 'vtep' ? 'VtepUpdated' : 'OvsUpdated', isCatchUp, updates } as Event
}

/** Names that are both a Physical_Switch and a bridge of this machine; null while one of the databases is not known. */
export function switchesHere({ vtep, ovs, knowledge }: Portions['state']): ReadonlySet<string> | null {
  const sources: readonly Source[] = ['vtep', 'ovs']
  if (vtep === null || ovs === null || sources.some((source) => knowledge[source] !== 'current')) return null
  const bridges = new Set([...entriesOf(ovs.Bridge)].map(([, { name }]) => name))
  return new Set(
    [...entriesOf(vtep.Physical_Switch)].flatMap(([, { name }]) => (bridges.has(name) ? [name] : [])),
  )
}
