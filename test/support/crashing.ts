import { commandsOf } from '../../lib/plan/command.js'
import { flowDump } from '../../lib/ingest/intake.js'
import type { Batch, Lane } from '../../lib/model/batch.js'
import { lanes } from '../../lib/model/batch.js'
import { type Collection, entriesOf, none } from '../../lib/model/collection.js'
import type { OvsRowUpdate, VtepRowUpdate } from '../../lib/model/event.js'
import { type OvsTable, ovsTables } from '../../lib/schema/open-vswitch.js'
import { type VtepTable, vtepTables } from '../../lib/schema/hardware-vtep.js'
import { replay } from '../../lib/history/verify.js'
import { History } from './history.js'

/** How far a batch gets before the daemon is killed, in the order of its life. */
export const crashPoints = [
  'before the plan is appended',
  'plan appended, command not started',
  'command half done: its second process not run',
  'command done, nothing of it heard',
  'its news in, the outcome not appended',
  'outcome appended',
] as const

export type CrashPoint = (typeof crashPoints)[number]

/** A history in which the daemon is killed once, and started again on what is in its journal. */
export class Crashing extends History {
  /** What changed the world, in order. */
  readonly executed: Batch[] = []
  /** Whether the kill has come. */
  hasCrashed = false
  #planned = 0
  #appended = 0
  readonly #crash: { readonly batch: number; readonly point: CrashPoint } | null

  /** Killed at the batch of this number, from 0; null: never. */
  constructor(crash: { readonly batch: number; readonly point: CrashPoint } | null) {
    super()
    this.#crash = crash
  }

  override work(): Batch[] {
    const before = this.executed.length
    for (let round = 0; round < 40; round++) {
      const isIdle = lanes.map((lane) => this.#runOne(lane)).every((didRun) => !didRun)
      if (isIdle) return this.executed.slice(before)
    }
    throw new Error('still planning')
  }

  #runOne(lane: Lane): boolean {
    const batch = this.core.plan(lane)
    if (batch === null) return false
    const isDue = this.#crash?.batch === this.#planned++ && !this.hasCrashed
    const point = isDue ? this.#crash.point : null
    this.#live(lane, batch, point)
    if (point !== null) this.#restart()
    return true
  }

  /** Up to `point`; null: to the end. */
  #live(lane: Lane, batch: Batch, point: CrashPoint | null): void {
    if (point === 'before the plan is appended') {
      // it and its causes are one append
      this.entries.length = this.#appended
      return
    }
    this.record({ type: 'Planned', lane, batch })
    this.#appended = this.entries.length
    if (point === 'plan appended, command not started') return
    const news = this.#execute(batch, point === 'command half done: its second process not run')
    if (point?.startsWith('command ') === true) return
    for (const record of news) record()
    if (point === 'its news in, the outcome not appended') return
    this.record({ type: 'Applied', lane, tookMs: 1 })
    if (this.core.state.knowledge.flows === 'unknown') this.take(flowDump(this.fakeSwitch.dump()))
  }

  /** Gives what tells of it. */
  #execute(batch: Batch, isHalf: boolean): readonly (() => void)[] {
    if (batch.kind === 'rows') {
      this.executed.push(batch)
      const updates = this.database.transact(batch.operations)
      return [() => this.record({ type: 'VtepUpdated', isCatchUp: false, updates })]
    }
    const commands = commandsOf(batch)
    const isCut = isHalf && commands.length > 1
    if (!isCut) this.executed.push(batch)
    const updates = commands.slice(0, isCut ? 1 : undefined).flatMap((each) => this.fakeSwitch.execute(each))
    return updates.length > 0 ? [() => this.record({ type: 'OvsUpdated', isCatchUp: false, updates })] : []
  }

  /** What is in memory is lost; the journal, and what the world shows, come in again. */
  #restart(): void {
    this.hasCrashed = true
    const { settings, learned } = this.core.state
    this.core = replay(this.entries)
    if (settings === null) throw new Error('never started')
    this.record({ type: 'Started', version: 'test', settings })
    this.record({ type: 'VtepUpdated', isCatchUp: true, updates: this.#vtepDifferences() })
    this.record({ type: 'OvsUpdated', isCatchUp: true, updates: this.#ovsDifferences() })
    this.take(flowDump(this.fakeSwitch.dump()))
    const updates = [...entriesOf(learned ?? none)].map(([key, binding]) => ({
      key,
      binding,
    }))
    this.record({ type: 'MacsLearned', isCatchUp: true, updates })
    this.#appended = this.entries.length
  }

  #vtepDifferences(): VtepRowUpdate[] {
    const known = this.core.state.vtep
    return (Object.keys(vtepTables) as VtepTable[]).flatMap((table) =>
      differences(table, known?.[table], this.database.rows(table)),
    ) as never
  }

  #ovsDifferences(): OvsRowUpdate[] {
    const contents = this.fakeSwitch.contents()
    const known = this.core.state.ovs
    return (Object.keys(ovsTables) as OvsTable[]).flatMap((table) => {
      const rows = contents.filter((update) => update.table === table)
      const present = new Map(rows.map(({ uuid, row }) => [uuid, row]))
      return differences(table, known?.[table], present)
    }) as never
  }
}

function differences(
  table: string,
  known: Collection<unknown> | undefined,
  present: ReadonlyMap<string, unknown>,
) {
  const before = new Map<string, unknown>(entriesOf(known ?? none))
  const gone = [...before.keys()].filter((uuid) => !present.has(uuid))
  return [
    ...[...present]
      .filter(([uuid, row]) => JSON.stringify(before.get(uuid)) !== JSON.stringify(row))
      .map(([uuid, row]) => ({ table, uuid, row })),
    ...gone.map((uuid) => ({ table, uuid, row: null })),
  ]
}
