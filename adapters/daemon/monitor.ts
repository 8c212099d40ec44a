import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { vlog } from '../vlog/vlog.js'
import { exitOf, exitText, isFailure } from './exit-status.js'
import { announce, readinessOf } from './readiness.js'
import { respawn } from './respawn.js'

const log = vlog.module('monitor')

/**
 * The process of `--monitor`: keeps one worker running and does nothing else. Moves: starting → watching
 * when the first worker is ready, or the end with 1 and its error line; watching → pausing → watching
 * when the worker failed (see isFailure) or ended before it was ready; the end with 0 when it ended otherwise.
 *
 * Pidfile and control socket are the worker's, so after a restart both name the new one.
 */
export class DaemonMonitor {
  readonly #restartIntervalMs: number
  /** Workers start where the user started us, since their arguments may name files from there. */
  readonly #cwd = process.cwd()
  readonly #stop = new AbortController()
  /** A text: why it can't be started. */
  #worker: ChildProcess | string
  #startedAtMs = -Infinity
  /** A worker that ends before it is ready has failed, whatever its status: a database may be down. */
  #isWorking = false

  /** Starts the first worker. Later ones follow at least `restartIntervalMs` after each other. */
  constructor(restartIntervalMs: number) {
    this.#restartIntervalMs = restartIntervalMs
    this.#worker = this.#start()
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.#end(signal))
    process.on('SIGHUP', () => this.#signal('SIGHUP'))
  }

  /** Passes on what the first worker announces; whether it is ready. */
  async isUp(): Promise<boolean> {
    const readiness = await readinessOf(this.#worker)
    await announce(readiness)
    this.#isWorking = 'isReady' in readiness
    if (!this.#isWorking) await exitOf(this.#worker)
    return this.#isWorking
  }

  /** Restarts the worker as often as it fails; returns when there is none any more. */
  async watch(): Promise<void> {
    for (;;) {
      const status = await exitOf(this.#worker)
      const ended =
        typeof this.#worker === 'string'
          ? this.#worker
          : `pid ${this.#worker.pid ?? 'unknown'} ${exitText(status)}`
      if (this.#stop.signal.aborted || (this.#isWorking && !isFailure(status))) {
        log.info(`${ended}, exiting`)
        return
      }
      log.err(`${ended}, restarting`)
      if (!(await this.#pause())) return
      this.#restart()
    }
  }

  #start(): ChildProcess | string {
    const cwd = existsSync(this.#cwd) ? this.#cwd : '/'
    return respawn('worker', { cwd, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  }

  #restart(): void {
    this.#startedAtMs = performance.now()
    this.#worker = this.#start()
    this.#isWorking = false
    void readinessOf(this.#worker).then((readiness) => {
      this.#isWorking = 'isReady' in readiness
      // what can't be started is said by who waits for its end
      if ('error' in readiness && typeof this.#worker !== 'string') log.err(readiness.error)
    })
  }

  /** Waits until the next restart is due; false if we were told to end meanwhile. */
  async #pause(): Promise<boolean> {
    const waitMs = Math.max(0, this.#startedAtMs + this.#restartIntervalMs - performance.now())
    await setTimeout(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
    return !this.#stop.signal.aborted
  }

  #end(signal: NodeJS.Signals): void {
    this.#stop.abort()
    this.#signal(signal)
  }

  #signal(signal: NodeJS.Signals): void {
    if (typeof this.#worker !== 'string') this.#worker.kill(signal)
  }
}
