import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import { programs } from '../../lib/plan/command.js'
import { lanes, type Batch } from '../../lib/model/batch.js'
import type { Turn, Stage } from '../../lib/daemon/engine.js'
import type { Event } from '../../lib/model/event.js'
import { Rejection } from '../../lib/model/quarantine.js'
import type { Status } from '../../lib/words/status.js'
import { vlog } from '../vlog/vlog.js'
import { mergedMetrics } from './several-metrics.js'
import { statusGauges } from './status-gauges.js'

const bucketsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const stages = ['ingest', 'derive', 'plan', 'journal', 'apply', 'whole'] as const
const sources = ['vtep', 'ovs', 'flows'] as const
const outcomes = ['applied', 'failed', 'rejected'] as const

/** A metric, for the manual. */
export interface Told {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

/**
 * What a daemon does and how it is, as Prometheus reads it. Counters begin at 0 for every label they may have, so that a
 * first failure is seen as an increase. No label is a MAC, a row or anything else that grows.
 */
export class DaemonMetrics {
  readonly #registry = new Registry()
  readonly #gauges = statusGauges(this.#registry)
  #status: (() => Status) | null = null
  readonly #stages = new Histogram({
    name: 'ovs_vtep_stage_seconds',
    help: 'How long a stage took: ingest, derive, plan and journal of a turn, apply of a batch, and whole: from the turn that planned it until it was made',
    labelNames: ['stage'],
    buckets: bucketsSeconds,
    registers: [this.#registry],
  })
  readonly #events = this.#counter('events_total', 'Entries of the journal', ['type'])
  readonly #plans = this.#counter('plans_total', 'Batches that were planned', ['lane', 'kind'])
  readonly #commands = this.#counter(
    'commands_total',
    'Commands and transactions of batches, by how these ended',
    ['program', 'outcome'],
  )
  readonly #failures = this.#counter(
    'failures_total',
    'Batches that failed, were rejected, or must wait because somebody undoes them',
    ['lane', 'kind'],
  )
  readonly #drift = this.#counter(
    'drift_flows_total',
    'Flows of ours that somebody else changed or removed',
    ['how'],
  )
  readonly #lost = this.#counter('source_lost_total', 'Connections that were lost', ['source'])
  readonly #messages = this.#counter('log_messages_total', 'Messages for the log', ['level'])
  #turnBeganMs = performance.now()
  /** Of each switch, where this process works for several. */
  readonly #switches = new Map<string, DaemonMetrics>()
  #statuses: () => readonly (readonly [string, Status])[] = () => []

  /** `physicalSwitch`: whose they are, where there are others. */
  constructor(physicalSwitch: string | null = null) {
    if (physicalSwitch !== null) this.#registry.setDefaultLabels({ switch: physicalSwitch })
    for (const stage of stages) this.#stages.zero({ stage })
    for (const program of Object.values(programs))
      for (const outcome of outcomes) this.#commands.inc({ program, outcome }, 0)
    for (const lane of lanes)
      for (const kind of ['failed', 'rejected', 'backed_off']) this.#failures.inc({ lane, kind }, 0)
    for (const how of ['changed', 'gone']) this.#drift.inc({ how }, 0)
    for (const source of sources) this.#lost.inc({ source }, 0)
    if (physicalSwitch === null) collectDefaultMetrics({ register: this.#registry })
  }

  /** From now on `status` is asked whenever somebody reads. */
  showStatus(status: () => Status): void {
    this.#status = status
  }

  /** Those of one switch of several, the same whenever it is asked for. */
  of(physicalSwitch: string): DaemonMetrics {
    const own = this.#switches.get(physicalSwitch) ?? new DaemonMetrics(physicalSwitch)
    this.#switches.set(physicalSwitch, own)
    return own
  }

  /** As showStatus, of several switches: only those are shown that work now. */
  showStatuses(statuses: () => readonly (readonly [string, Status])[]): void {
    this.#statuses = statuses
  }

  /** Does `work` and notes how long it took. */
  timed<T>(stage: Stage, work: () => T): T {
    const beganMs = performance.now()
    if (stage === 'ingest') this.#turnBeganMs = beganMs
    try {
      return work()
    } finally {
      this.#observe(stage, beganMs)
    }
  }

  /** Notes how a batch ends that the last turn planned. */
  async applying<T>(batch: Batch, work: Promise<T>): Promise<T> {
    const [turnBeganMs, beganMs] = [this.#turnBeganMs, performance.now()]
    try {
      const result = await work
      this.#observe('apply', beganMs)
      this.#observe('whole', turnBeganMs)
      this.#ended(batch, 'applied')
      return result
    } catch (error) {
      this.#ended(batch, error instanceof Rejection ? 'rejected' : 'failed')
      throw error
    }
  }

  note({ entries }: Turn): void {
    for (const { event } of entries) {
      this.#events.inc({ type: event.type })
      this.#noteEvent(event)
    }
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    if (this.#switches.size === 0) return this.#ownText()
    const texts = this.#statuses().map(([name, status]) => {
      const own = this.of(name)
      own.showStatus(() => status)
      return own.#ownText()
    })
    return mergedMetrics([await processMetrics(this.#registry), ...(await Promise.all(texts))])
  }

  #ownText(): Promise<string> {
    if (this.#status !== null) this.#gauges(this.#status())
    this.#messages.reset()
    for (const [level, count] of Object.entries(vlog.counts())) this.#messages.inc({ level }, count)
    return this.#registry.metrics()
  }

  /** What ours are called, and their labels. */
  told(): readonly Told[] {
    return this.#registry
      .getMetricsAsArray()
      .filter(({ name }) => name.startsWith('ovs_vtep_'))
      .map((metric) => ({
        name: metric.name,
        help: metric.help,
        labels:
          'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [],
      }))
  }

  #noteEvent(event: Event): void {
    if (event.type === 'Planned') this.#plans.inc({ lane: event.lane, kind: event.batch.kind })
    if (event.type === 'Failed')
      this.#failures.inc({ lane: event.lane, kind: event.isRejected === true ? 'rejected' : 'failed' })
    if (event.type === 'BackedOff') this.#failures.inc({ lane: event.lane, kind: 'backed_off' })
    if (event.type === 'SourceLost') this.#lost.inc({ source: event.source })
    if (event.type !== 'FlowsObserved' || !event.isDrift) return
    this.#drift.inc({ how: 'changed' }, event.present.length)
    this.#drift.inc({ how: 'gone' }, event.absent.length)
  }

  #observe(stage: (typeof stages)[number], beganMs: number): void {
    this.#stages.observe({ stage }, (performance.now() - beganMs) / 1000)
  }

  #ended(batch: Batch, outcome: (typeof outcomes)[number]): void {
    this.#commands.inc({ program: programs[batch.kind], outcome })
    if (batch.kind === 'config' && batch.restoration !== null)
      this.#commands.inc({ program: programs.flows, outcome })
  }

  #counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name: `ovs_vtep_${name}`, help, labelNames, registers: [this.#registry] })
  }
}

/** What is of the process, and no switch's. */
async function processMetrics(registry: Registry): Promise<string> {
  const own = registry.getMetricsAsArray().filter(({ name }) => !name.startsWith('ovs_vtep_'))
  return (await Promise.all(own.map(({ name }) => registry.getSingleMetricAsString(name)))).join('\n')
}
