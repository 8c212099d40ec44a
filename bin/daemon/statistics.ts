import { EMPTY, exhaustMap, filter, ignoreElements, merge, type Observable, tap, timer } from 'rxjs'
import * as z from 'zod'
import type { FlowWatch } from '../../adapters/switch/flow-watch.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import type { Core } from '../../lib/daemon/core.js'
import { decodeRow } from '../../lib/ingest/decode.js'
import { isCounting } from '../../lib/pipeline/counting.js'
import type { Batch } from '../../lib/model/batch.js'
import { lookup } from '../../lib/model/collection.js'
import { one } from '../../lib/schema/column.js'
import { rowDomain } from '../../lib/schema/domain.js'
import { Logical_Binding_Stats } from '../../lib/schema/vtep/logical-binding-stats.js'
import { countedIn, Statistics } from '../../lib/daemon/statistics.js'
import type { LiveDatabase } from '../databases.js'

const log = vlog.module('statistics')
const table = 'Logical_Binding_Stats'
const columns = { _uuid: one(rowDomain(table)), ...Logical_Binding_Stats.columns }

const WireRows = z.array(z.record(z.string(), z.unknown()))

/** Keeps the counters of hardware_vtep up to date. What it reads and writes is telemetry, not in the journal. */
export class StatisticsKeeper {
  readonly #core: Core
  readonly #flows: FlowWatch
  readonly #session: LiveDatabase['session']
  readonly #statistics = new Statistics()
  /** Of the last round: a view that keeps its identity asks for nothing new. */
  #view: unknown = null
  /** Whether the database has to be asked what it says. */
  #isUnread = true

  constructor(core: Core, flows: FlowWatch, { session }: LiveDatabase) {
    this.#core = core
    this.#flows = flows
    this.#session = session
  }

  /** Writes what has changed every `intervalMs` (0: never), one round at a time. Never errors. */
  rounds(intervalMs: number): Observable<void> {
    if (intervalMs === 0) return EMPTY
    const losses$ = this.#session.events$.pipe(
      filter(({ kind }) => kind === 'Disconnected'),
      tap(() => (this.#isUnread = true)),
      ignoreElements(),
    )
    return merge(losses$, timer(intervalMs, intervalMs).pipe(exhaustMap(() => this.#round().catch(explain))))
  }

  /** Reads what flows have counted that a batch will remove, or give to another binding. */
  async before(batch: Batch): Promise<void> {
    const { flows } = this.#core.state
    if (batch.kind !== 'flows' || flows === null) return
    const isAtStake = [...batch.remove, ...batch.add].some(
      ({ key }) => isCounting(key) && lookup(flows, key) !== undefined,
    )
    if (!isAtStake) return
    const counts = await this.#flows.counts(true).catch(explain)
    if (counts != null) this.#statistics.read(counts)
  }

  async #round(): Promise<void> {
    const { state } = this.#core
    const view = this.#core.derived()?.view
    const isKnown = state.knowledge.vtep === 'current' && state.knowledge.flows === 'current'
    if (view === undefined || state.vtep === null || state.phase !== 'running' || !isKnown) return
    const counts = await this.#flows.counts(this.#isUnread || view !== this.#view)
    if (counts === null) return
    if (this.#isUnread) await this.#readRows()
    this.#view = view
    this.#statistics.read(counts, countedIn(view, state.vtep))
    await this.#write()
  }

  async #readRows(): Promise<void> {
    this.#isUnread = false
    const [reply] = await this.#session.transact([{ op: 'select', table, where: [] }])
    const rows = WireRows.parse(reply?.['rows']).map((row) => decodeRow(columns, row))
    this.#statistics.written(rows.map(({ _uuid, ...totals }) => [_uuid, totals]))
  }

  /** What was not written for certain is written again. */
  async #write(): Promise<void> {
    const outdated = [...this.#statistics.outdated()]
    if (outdated.length === 0) return
    this.#isUnread = true
    await this.#session.transact(
      outdated.map(([uuid, row]) => ({ op: 'update', table, where: [['_uuid', '==', ['uuid', uuid]]], row })),
    )
    this.#statistics.wrote(outdated)
    this.#isUnread = false
  }
}

function explain(error: unknown): void {
  log.dbg(`not read: ${error instanceof Error ? error.message : String(error)}`)
}
