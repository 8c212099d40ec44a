import { Derivation } from '../../lib/derive/derive.js'
import { commandsOf } from '../../lib/plan/command.js'
import { describe } from '../../lib/words/describe.js'
import { vtepUpdates } from '../../lib/ingest/intake.js'
import { type Collection, entriesOf, lookup, none } from '../../lib/model/collection.js'
import { bindingOf, metadataOf } from '../../lib/model/identity.js'
import type { Batch } from '../../lib/model/batch.js'
import { type VtepTable, vtepTables } from '../../lib/schema/hardware-vtep.js'
import { type JournalHealth, statusOf, describeStatus } from '../../lib/words/status.js'
import { JsonSplitter } from '../../adapters/ovsdb/json-splitter.js'
import { readUpdates2 } from '../../adapters/ovsdb/table-updates.js'
import type { Random } from '../support/differential/random.js'
import { FakeDatabase } from '../support/fake-database.js'
import { World } from '../support/small-world.js'
import { snapshotOf, updatesOf } from '../simulation/wire-rows.js'
import { foreignWord } from './alphabet/command.js'
import { type Edit, HostileRows, type Row } from './hostile-rows.js'

const benign = '00000000-0000-4000-8000-000000000001'
const benignKey = 7_654_321
/** Tables whose rows bear their own faults; those of others stand at the switch. */
const ownFaults: ReadonlySet<string> = new Set(['Physical_Port', 'ACL', 'ACL_entry', 'Logical_Router'])
const health: JournalHealth = { file: 'none', trouble: null, held: 0, lost: 0, kept: [] }

/** What took how long, by table. */
export interface Costs {
  note(table: string, rows: number, ms: number): void
}

/**
 * A switch with one logical switch of good rows, and beside it rows that are not: from bytes of an update to the
 * commands. Throws an Error at the first law that does not hold.
 */
export class HostileRound {
  readonly #random: Random
  readonly #costs: Costs
  readonly #world = new World(new FakeDatabase(false))
  readonly #rows: HostileRows
  readonly #baseline: ReadonlyMap<string, string>
  readonly #shared: Readonly<Partial<Record<VtepTable, readonly string[]>>>
  readonly #switchRow: readonly [string, Row]
  readonly #portRows: readonly (readonly [string, Row])[]
  /** Of the good logical switch, however a flow may name it. */
  readonly #mine: RegExp
  tried = 0

  constructor(random: Random, costs: Costs) {
    this.#random = random
    this.#costs = costs
    this.#rows = new HostileRows(random)
    const world = this.#world
    world.record({ type: 'OvsUpdated', isCatchUp: false, updates: world.fakeSwitch.addPort('p2') })
    world.work()
    world.edit(() => {
      world.database.put(
        'Logical_Switch',
        { name: 'benign', tunnel_key: benignKey, replication_mode: 'source_node' },
        benign,
      )
    })
    world.bind('p0', [[100, benign]])
    world.bind('p1', [[0, benign]])
    world.remote('02:be:00:00:00:01', benign, '10.7.7.2')
    world.remote('unknown-dst', benign, '10.7.7.2', '10.7.7.3')
    world.group('01:00:5e:00:be:01', benign, '10.7.7.4')
    this.#work()
    this.#baseline = this.#flows()
    const numbers = [bindingOf(1, 100), bindingOf(2, 0)].map((number) => `0x${number.toString(16)}`)
    this.#mine = new RegExp(
      `${metadataOf(benign)}(?![0-9a-f])|reg1=(${numbers.join('|')})|(${numbers.join('|')})->reg1`,
    )
    this.#switchRow = [...world.database.rows('Physical_Switch')][0] as [string, Row]
    this.#portRows = [...world.database.rows('Physical_Port')]
    const keysOf = (table: VtepTable): string[] => [...world.database.rows(table).keys()]
    this.#shared = { Physical_Port: keysOf('Physical_Port'), Physical_Locator: keysOf('Physical_Locator') }
  }

  /** Rows come, change and go until `count` were tried; then all go. */
  play(count: number): void {
    while (this.tried < count) {
      const edits = this.#rows.edits({
        rows: (table) => this.#world.database.rows(table),
        shared: this.#shared,
      })
      this.#make(this.#random.chance(0.2) ? [...edits, this.#pointingAt()] : edits)
      this.#judge()
    }
    this.#compareWithScratch()
    this.#make([...this.#rows.own].map(([uuid, table]) => ({ table, uuid, row: null })))
    this.#make(this.#restored())
    this.#judge()
    this.#judgeCleared()
  }

  /** The switch's own rows take in what is there: hostile ports, tunnels, end points, VLANs. */
  #pointingAt(): Edit {
    const random = this.#random
    const { database } = this.#world
    const own = (table: VtepTable): string[] =>
      [...this.#rows.own].filter(([, of]) => of === table).map(([uuid]) => uuid)
    if (random.chance(0.5)) {
      const [uuid, row] = random.pick(this.#portRows)
      const switches = own('Logical_Switch')
      const good = row['vlan_bindings'] as readonly (readonly [number, string])[]
      const vlans = random.chance(0.02) ? 4096 : random.int(6)
      const taken = new Map(good)
      for (let i = 0; i < vlans && switches.length > 0; i++) {
        const vlan = vlans === 4096 ? i : this.#rows.values.vlan()
        if (!taken.has(vlan) && vlan !== 0) taken.set(vlan, random.pick(switches))
      }
      const now = database.rows('Physical_Port').get(uuid) ?? row
      return {
        table: 'Physical_Port',
        uuid,
        row: { ...now, vlan_bindings: [...taken].sort(([a], [b]) => a - b) },
      }
    }
    const [uuid, row] = this.#switchRow
    const now = database.rows('Physical_Switch').get(uuid) ?? row
    const listed = (column: 'ports' | 'tunnels', table: VtepTable): string[] =>
      [...(row[column] as readonly string[]), ...random.some(own(table), random.int(20))].sort()
    const texts = Array.from({ length: random.int(4) }, () => this.#rows.values.text())
    return {
      table: 'Physical_Switch',
      uuid,
      row: {
        ...now,
        ports: listed('ports', 'Physical_Port'),
        tunnels: listed('tunnels', 'Tunnel'),
        tunnel_ips: [...new Set(['10.2.2.1', ...texts])].sort(),
        description: random.chance(0.2) ? this.#rows.values.text() : now['description'],
      },
    }
  }

  #restored(): Edit[] {
    const [uuid, row] = this.#switchRow
    const { database } = this.#world
    const stripped = (table: VtepTable, id: string, known: Row, columns: readonly string[]): Edit => ({
      table,
      uuid: id,
      row: {
        ...database.rows(table).get(id),
        ...Object.fromEntries(columns.map((column) => [column, known[column]])),
      },
    })
    return [
      stripped('Physical_Switch', uuid, row, ['ports', 'tunnels', 'tunnel_ips', 'description']),
      ...this.#portRows.map(([id, known]) => stripped('Physical_Port', id, known, ['vlan_bindings'])),
    ]
  }

  /** From the bytes of an update notification on, as a server sends them. */
  #make(edits: readonly Edit[]): void {
    const { database, core } = this.#world
    const known = edits.flatMap(({ table, uuid }) => {
      const row = lookup<unknown>(core.state.vtep?.[table] ?? none, uuid)
      return row === undefined ? [] : [{ table, uuid, row }]
    })
    database.edit((tables) => {
      for (const { table, uuid, row } of edits)
        if (row === null) tables[table].delete(uuid)
        else tables[table].set(uuid, row)
    })
    const after = edits.flatMap(({ table, uuid, row }) => (row === null ? [] : [{ table, uuid, row }]))
    const updates = updatesOf(vtepTables, snapshotOf(known), snapshotOf(after), true)
    const startedMs = performance.now()
    for (const value of new JsonSplitter().push(Buffer.from(JSON.stringify(asUpdate2(updates)))))
      this.#world.take(vtepUpdates(readUpdates2(value)))
    this.#work()
    const ms = performance.now() - startedMs
    this.tried += edits.length
    for (const { table } of edits) this.#costs.note(table, 1, ms / edits.length)
  }

  #work(): void {
    for (const batch of this.#world.work()) this.#inspect(batch)
    if (!this.#world.core.isInSync()) throw new Error('not in sync after all that was planned')
  }

  #inspect(batch: Batch): void {
    for (const command of commandsOf(batch)) {
      const complaint = foreignWord(command, 'br0')
      if (complaint !== null) throw new Error(`not of our alphabet: ${complaint}`)
    }
  }

  #judge(): void {
    const flows = this.#flows()
    for (const [key, text] of this.#baseline)
      if (this.#isMine(key, text) && flows.get(key) !== text)
        throw new Error(`changed for the good switch: ${key}`)
    for (const [key, text] of flows)
      if (this.#isMine(key, text) && !this.#baseline.has(key))
        throw new Error(`touches the good switch: ${key} ${text}`)
    this.#judgeFaults()
    this.#judgeLines()
  }

  #isMine(key: string, text: string): boolean {
    return this.#mine.test(key) || this.#mine.test(text)
  }

  #judgeFaults(): void {
    const { database } = this.#world
    const raised = new Set<string>()
    for (const { table, uuid, fault } of this.#problems())
      // vtep(5) has faults of routers that begin so at the switch
      if (fault !== null)
        raised.add(`${ownFaults.has(table) && !fault.startsWith('lr_') ? uuid : this.#switchRow[0]} ${fault}`)
    const ports = database.rows('Physical_Switch').get(this.#switchRow[0])?.['ports'] as readonly string[]
    const written = [
      [this.#switchRow[0], 'Physical_Switch', 'switch_fault_status'] as const,
      ...ports.map((port) => [port, 'Physical_Port', 'port_fault_status'] as const),
      ...[...database.rows('ACL').keys()].map((acl) => [acl, 'ACL', 'acl_fault_status'] as const),
      ...[...database.rows('ACL_entry').keys()].map(
        (one) => [one, 'ACL_entry', 'acle_fault_status'] as const,
      ),
      ...[...database.rows('Logical_Router').keys()].map(
        (one) => [one, 'Logical_Router', 'LR_fault_status'] as const,
      ),
    ].flatMap(([uuid, table, column]) => {
      const faults = (database.rows(table).get(uuid)?.[column] ?? []) as readonly string[]
      return faults.map((fault) => `${uuid} ${fault}`)
    })
    if ([...raised].sort().join('\n') !== written.sort().join('\n'))
      throw new Error(`faults raised: ${[...raised].join(', ')}; written: ${written.join(', ')}`)
  }

  /** What is shown of the last entry and of the problems is one line of text each. */
  #judgeLines(): void {
    const { core, entries } = this.#world
    const lines = entries.slice(-4).map((entry) => describe(entry))
    const [entry] = entries.slice(-1)
    if (entry !== undefined && this.#random.chance(0.05)) {
      const again: unknown = JSON.parse(JSON.stringify(entry))
      if (JSON.stringify(again) !== JSON.stringify(entry)) throw new Error('an entry that JSON changes')
      lines.push(...describeStatus(statusOf(core, health)).split('\n'))
    }
    for (const line of lines)
      if (/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u.test(line))
        throw new Error(`not a line: ${JSON.stringify(line)}`)
  }

  #judgeCleared(): void {
    const flows = this.#flows()
    if (flows.size !== this.#baseline.size)
      throw new Error(`${flows.size} flows when all is gone, ${this.#baseline.size} before`)
    for (const [key, text] of this.#baseline)
      if (flows.get(key) !== text) throw new Error(`not as before: ${key}`)
    const [problem] = this.#problems()
    if (problem !== undefined) throw new Error(`a problem stays: ${problem.reason}`)
  }

  #compareWithScratch(): void {
    const { core } = this.#world
    const [incremental, scratch] = [core.derived(), Derivation.of(core.state)?.derived]
    for (const part of ['flows', 'reports', 'problems', 'sessions'] as const) {
      const [a, b] = [incremental, scratch].map((derived) => textOf(derived?.desired[part] ?? none))
      if (a !== b) throw new Error(`${part} derived step by step are not those derived from scratch`)
    }
  }

  #flows(): Map<string, string> {
    const flows = this.#world.core.derived()?.desired.flows ?? none
    return new Map([...entriesOf(flows)].map(([key, { cookie, actions }]) => [key, `${cookie} ${actions}`]))
  }

  #problems() {
    const problems = this.#world.core.derived()?.desired.problems ?? none
    return [...entriesOf(problems)].flatMap(([, list]) => list)
  }
}

function textOf(collection: Collection<unknown>): string {
  return JSON.stringify([...entriesOf(collection)].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function asUpdate2(updates: ReturnType<typeof updatesOf>): object {
  return Object.fromEntries(
    Object.entries(updates).map(([table, rows]) => [
      table,
      Object.fromEntries(
        Object.entries(rows).map(([uuid, change]) => [uuid, 'delete' in change ? { delete: null } : change]),
      ),
    ]),
  )
}
