import {
  filter,
  firstValueFrom,
  merge,
  Observable,
  ReplaySubject,
  type SchedulerLike,
  Subject,
  timer,
} from 'rxjs'

/** What works for one switch of several. */
export interface Worker {
  readonly settled: Promise<void>
  /** Resolves when it has stopped; rejects when it can't go on. */
  readonly ended: Promise<void>
  /** Throws an Error where a cleanup is not possible now. */
  stop(reason: string, isCleanup: boolean): void
}

/** What several switches need of the world around them. */
export interface CrewWorld<W extends Worker> {
  /** Begins to work for a switch; throws or rejects with what keeps it from that. */
  start(name: string): W | Promise<W>
  warn(name: string, text: string): void
  info(name: string, text: string): void
  readonly timers?: SchedulerLike
}

/** After so long it is tried again to work for a switch. */
const retryMs = 5_000

/**
 * Those who work for several switches, one for each. One's trouble is nobody else's: whose start fails, or who can't go on, is said
 * and tried again. Who is not wanted any more removes what is ours, and is started again if it is wanted later.
 */
export class Crew<W extends Worker> {
  readonly #world: CrewWorld<W>
  readonly #workers = new Map<string, W>()
  readonly #troubles = new Map<string, string>()
  readonly #living = new Map<string, Promise<void>>()
  readonly #changed$ = new Subject<void>()
  readonly #end$ = new ReplaySubject<void>(1)
  readonly #dismissed = new Set<string>()
  #wanted: ReadonlySet<string> = new Set()
  #isEnding = false
  #tell = (): void => undefined
  /** Resolves when all of those first wanted are settled, or have a trouble that was said. */
  readonly settled = new Promise<void>((resolve) => (this.#tell = resolve))
  readonly #unsettled = new Set<string>()

  constructor(world: CrewWorld<W>) {
    this.#world = world
  }

  /** Those that work now. */
  get workers(): ReadonlyMap<string, W> {
    return this.#workers
  }

  /** Why others do not. */
  get troubles(): ReadonlyMap<string, string> {
    return this.#troubles
  }

  want(names: ReadonlySet<string>): void {
    const isFirst = this.#wanted.size === 0 && this.#living.size === 0
    this.#wanted = names
    for (const name of this.#dismissed) if (!names.has(name)) this.#dismissed.delete(name)
    if (isFirst) for (const name of names) this.#unsettled.add(name)
    for (const [name, worker] of this.#workers) if (!names.has(name)) this.#dismiss(name, worker)
    for (const name of names) this.#employ(name)
    this.#changed$.next()
    if (isFirst && names.size === 0) this.#tell()
  }

  /** Ends the work for one, until it was gone and is wanted again. Throws as `stop` of it. */
  stopOne(name: string, reason: string, isCleanup: boolean): Promise<void> {
    this.#workers.get(name)?.stop(reason, isCleanup)
    this.#dismissed.add(name)
    this.#changed$.next()
    return this.#living.get(name) ?? Promise.resolve()
  }

  /** Ends all work; with `isCleanup` everything of ours is removed first. Throws an Error where that is not possible now. */
  stop(reason: string, isCleanup: boolean): void {
    for (const worker of this.#workers.values()) worker.stop(reason, isCleanup)
    this.#isEnding = true
    this.#end$.next()
  }

  /** Resolves when nobody works any more, after `stop`. */
  async ended(): Promise<void> {
    await firstValueFrom(this.#end$)
    await Promise.all(this.#living.values())
  }

  #isDue(name: string): boolean {
    return !this.#isEnding && this.#wanted.has(name) && !this.#dismissed.has(name)
  }

  #employ(name: string): void {
    if (this.#living.has(name) || !this.#isDue(name)) return
    const life = this.#live(name).finally(() => {
      this.#living.delete(name)
      this.#employ(name)
    })
    this.#living.set(name, life)
  }

  async #live(name: string): Promise<void> {
    while (this.#isDue(name)) {
      try {
        await this.#serve(name)
        this.#troubles.delete(name)
      } catch (error) {
        this.#workers.delete(name)
        if (!this.#isDue(name)) return
        this.#blame(name, error instanceof Error ? error.message : String(error))
        await this.#pause(name)
      }
    }
  }

  async #serve(name: string): Promise<void> {
    const worker = await this.#world.start(name)
    this.#troubles.delete(name)
    this.#workers.set(name, worker)
    void worker.settled.then(
      () => this.#settle(name),
      () => undefined,
    )
    // meanwhile it may be wanted no more
    if (!this.#isDue(name)) this.#dismiss(name, worker)
    await worker.ended
    this.#workers.delete(name)
    this.#settle(name)
  }

  #blame(name: string, reason: string): void {
    if (this.#troubles.get(name) !== reason) this.#world.warn(name, reason)
    this.#troubles.set(name, reason)
    this.#settle(name)
  }

  #settle(name: string): void {
    this.#unsettled.delete(name)
    if (this.#unsettled.size === 0) this.#tell()
  }

  #dismiss(name: string, worker: W): void {
    this.#world.info(name, 'its Physical_Switch row or its bridge is gone: what is ours is removed')
    try {
      worker.stop('the switch is gone', true)
    } catch (error) {
      this.#world.warn(name, error instanceof Error ? error.message : String(error))
      worker.stop('the switch is gone', false)
    }
  }

  async #pause(name: string): Promise<void> {
    const undue$ = this.#changed$.pipe(filter(() => !this.#isDue(name)))
    await firstValueFrom(merge(timer(retryMs, this.#world.timers), undue$, this.#end$) as Observable<unknown>)
  }
}
