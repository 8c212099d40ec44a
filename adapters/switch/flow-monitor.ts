import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execa, type ResultPromise } from 'execa'
import { openflowVersion } from '../../lib/command.js'
import { learnedFrom } from '../../lib/ingest/flows.js'
import { type Intake, macsLearned } from '../../lib/ingest/intake.js'
import { table } from '../../lib/layout/tables.js'

export interface MonitorListener {
  /** From now on every change of a learned MAC is heard. */
  onReady(): void
  onLearned(intake: Intake): void
  /** The switch closed the connection, or the process ended otherwise. Not called after stop(). */
  onEnd(reason: string): void
}

const options = { buffer: false, reject: false, stdin: 'ignore', encoding: 'utf8' } as const

/** A running `ovs-ofctl monitor` on the table of learned MACs. */
export class FlowMonitor {
  readonly #process: ResultPromise<typeof options>
  readonly #listener: MonitorListener
  #rest = ''
  #lastWords = ''
  #isStopped = false

  constructor(bridge: string, listener: MonitorListener) {
    this.#listener = listener
    const watch = `watch:!initial,table=${table.local}`
    const [program, ...list] = endingWithUs('ovs-ofctl', '-O', openflowVersion, 'monitor', bridge, watch)
    this.#process = execa(program, list, options)
    // its first words are the reply to the request on standard output; what happens later goes to the other
    this.#process.stdout.once('data', () => listener.onReady())
    this.#process.stderr.on('data', (chunk: Buffer) => this.#hear(chunk.toString('latin1')))
    void this.#process.then(({ exitCode, signal }) => {
      const how =
        this.#lastWords === '' ? `ended by ${signal ?? `exit status ${String(exitCode)}`}` : this.#lastWords
      if (!this.#isStopped) listener.onEnd(`flow monitor: ${how}`)
    })
  }

  stop(): void {
    this.#isStopped = true
    this.#process.kill()
  }

  #hear(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop() ?? ''
    const learned = lines.map(learnedFrom).filter((update) => update !== undefined)
    if (learned.length > 0) this.#listener.onLearned(macsLearned(learned))
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
