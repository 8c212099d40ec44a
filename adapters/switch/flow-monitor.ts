import { existsSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { openflowVersion } from '../../lib/model/flow.js'
import { changeFrom, isOthers } from '../../lib/ingest/changes.js'
import { countFrom } from '../../lib/ingest/flows.js'
import { flowChanges, type Intake } from '../../lib/ingest/intake.js'
import { countingTables } from '../../lib/pipeline/counting.js'
import type { FlowKey } from '../../lib/model/flow.js'
import type { FlowCount } from '../../lib/daemon/statistics.js'
import { Child, endingText } from '../child.js'
import { bridgeTarget, inRundir } from '../paths.js'
import { ask } from '../unixctl/ask.js'
import { aggregateStatistics, flowStatistics } from './openflow-requests.js'
import { Inquiry } from './inquiry.js'

export interface MonitorListener {
  /** From now on every change of a flow is heard. */
  onReady(): void
  /** `isOfOthers`: among the flows are some of others. */
  onChanged(intake: Intake, isOfOthers: boolean): void
  /** The switch closed the connection, or the process ended otherwise. Not called after stop(). */
  onEnd(reason: string): void
}

/** How often it is asked whether it still answers. */
const probeMs = 5_000
/** How long it may take to begin. */
const longestBeginMs = 10_000

/** In characters; a flow comes in a message of 64 kB, and is printed at some ten times that. */
const longestLine = 2 ** 22

/**
 * A running `ovs-ofctl monitor` on all tables. It takes requests by its control socket, so
 * that counters are read without another process.
 */
export class FlowMonitor {
  readonly #process: Child
  readonly #listener: MonitorListener
  readonly #control: string
  readonly #inquiry: Inquiry
  #rest = ''
  #lastWords = ''
  #timer: NodeJS.Timeout
  #isStopped = false
  #aggregates = ''

  constructor(bridge: string, listener: MonitorListener) {
    this.#listener = listener
    this.#control = inRundir(`ovs-vtep.${process.pid}.monitor`)
    const hung = () => this.#fail('flow monitor: it does not answer')
    this.#inquiry = new Inquiry((messages) => ask(this.#control, 'ofctl/send', messages), hung)
    this.#timer = setTimeout(hung, longestBeginMs)
    const how = ['-O', openflowVersion, '--no-names', `--unixctl=${this.#control}`]
    const target = bridgeTarget(bridge)
    const [program, ...list] = endingWithUs('ovs-ofctl', ...how, 'monitor', target, 'watch:!initial')
    this.#process = new Child(program, list, { stdio: ['ignore', 'pipe', 'pipe'] })
    // its first words are the reply to the request on standard output; what happens later goes to the other
    this.#process.stdout?.once('data', () => {
      this.#probeLater()
      listener.onReady()
    })
    this.#process.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk.toString('latin1')))
    void this.#process.ended.then((ending) => {
      const how = this.#lastWords === '' ? endingText(ending) : this.#lastWords
      clearTimeout(this.#timer)
      this.#inquiry.close(how)
      if (!this.#isStopped) listener.onEnd(`flow monitor: ${how}`)
    })
  }

  /** Resolves when every change that was made before the call was heard. Rejects when the switch can't be asked. */
  async caughtUp(): Promise<void> {
    await this.#inquiry.make(() => [])
  }

  /**
   * What the flows of the counting tables have counted; null when nothing was counted since the last call.
   * Rejects when the switch can't be asked.
   */
  async counts(isAsked: boolean): Promise<ReadonlyMap<FlowKey, FlowCount> | null> {
    const aggregates = await this.#inquiry.make((xid) =>
      countingTables.map((number) => aggregateStatistics(xid, number)),
    )
    const said = aggregates.map((line) => line.slice(line.indexOf(':'))).join('\n')
    if (said === this.#aggregates && !isAsked) return null
    const counts = await this.countsIn(countingTables)
    this.#aggregates = said
    return counts
  }

  /** What the flows of some tables have counted. Rejects when the switch can't be asked. */
  async countsIn(tables: readonly number[]): Promise<ReadonlyMap<FlowKey, FlowCount>> {
    const lines = await this.#inquiry.make((xid) => tables.map((number) => flowStatistics(xid, number)))
    return new Map(lines.map(countFrom).filter((count) => count !== undefined))
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#inquiry.close('stopped')
    // one that is stopped hears no other signal
    this.#process.kill('SIGKILL')
    rmSync(this.#control, { force: true })
  }

  #fail(reason: string): void {
    if (this.#isStopped) return
    this.stop()
    this.#listener.onEnd(reason)
  }

  /** Whether it takes requests is seen by asking; what the switch answers is of no interest. */
  #probeLater(): void {
    clearTimeout(this.#timer)
    if (this.#isStopped) return
    this.#timer = setTimeout(
      () =>
        void this.caughtUp()
          .catch(() => undefined)
          .then(() => this.#probeLater()),
      probeMs,
    )
  }

  #hear(chunk: string): void {
    if (this.#isStopped) return
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > longestLine) {
      this.#fail(`flow monitor: a line of more than ${longestLine} characters`)
      return
    }
    const changes = lines.map(changeFrom).filter((change) => change !== undefined)
    if (changes.length > 0) this.#listener.onChanged(flowChanges(changes), changes.some(isOthers))
    this.#inquiry.hear(lines)
    // what was left out while we were too slow is not told later
    if (lines.some((line) => line.includes('FLOW_MONITOR_RESUMED'))) this.#listener.onReady()
    const words = lines.filter((line) => line.startsWith('ovs-ofctl:') || line.includes('|WARN|'))
    this.#lastWords = words.at(-1) ?? this.#lastWords
  }
}

/** A command that the kernel ends when we end, however we end; without setpriv(1) it may outlive us. */
function endingWithUs(...command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  const directories = (process.env['PATH'] ?? '').split(delimiter)
  const isHere = directories.some((directory) => existsSync(join(directory, 'setpriv')))
  return isHere ? ['setpriv', '--pdeathsig', 'KILL', '--', ...command] : command
}
