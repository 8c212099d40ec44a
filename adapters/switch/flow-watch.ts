import {
  catchError,
  concat,
  EMPTY,
  merge,
  Observable,
  of,
  retry,
  Subject,
  type Subscriber,
  switchMap,
  throwError,
  timer,
} from 'rxjs'
import { flowDump, type Intake, sourceLost } from '../../lib/ingest/intake.js'
import type { FlowKey } from '../../lib/model/flow.js'
import type { Count } from '../../lib/statistics.js'
import { FlowMonitor } from './flow-monitor.js'
import { reachable } from './reachable.js'
import { dumpFlows } from './run-command.js'

/** Everything the bridge's flow tables say: a dump at first, now and then and when asked, and each change. */
export interface FlowWatch {
  /**
   * Subscribing starts the flow monitor; it starts again whenever it ends. Order: a dump says how things
   * stood at one moment, and what the monitor says while the dump runs follows it; all of it may be said
   * twice. Nothing is dropped: the monitor's lines are few and small.
   */
  readonly intake$: Observable<Intake>
  /** Asks for a dump. */
  observe(): void
  /** Resolves when every change made before the call was said, or can't be said any more. */
  caughtUp(): Promise<void>
  /**
   * What the flows of the counting tables have counted; null where nothing was counted since the last call,
   * unless `isAsked`. Rejects while the switch can't be asked.
   */
  counts(isAsked: boolean): Promise<ReadonlyMap<FlowKey, Count> | null>
}

const retryMs = 200

/** `auditMs`: how often everything is dumped though nothing says that it changed; 0: never. */
export function watchFlows(bridge: string, auditMs: number): FlowWatch {
  const request$ = new Subject<void>()
  let monitor: FlowMonitor | null = null
  const intake$ = reachable(bridge).pipe(
    switchMap(() => watchOnce(bridge, merge(request$, audits(auditMs)), (running) => (monitor = running))),
    catchError((error: Error) =>
      concat(
        of(sourceLost('flows', error.message)),
        throwError(() => error),
      ),
    ),
    retry({ delay: () => timer(retryMs) }),
  )
  return {
    intake$,
    observe: () => request$.next(),
    caughtUp: () => monitor?.caughtUp().catch(() => undefined) ?? Promise.resolve(),
    counts: (isAsked) => monitor?.counts(isAsked) ?? Promise.reject(new Error('no flow monitor')),
  }
}

function audits(auditMs: number): Observable<unknown> {
  return auditMs === 0 ? EMPTY : timer(auditMs, auditMs)
}

/** Errors when the monitor ends, for it never does by itself. */
function watchOnce(
  bridge: string,
  request$: Observable<unknown>,
  onStarted: (monitor: FlowMonitor) => void,
): Observable<Intake> {
  return new Observable<Intake>((subscriber) => {
    const dumps = new Dumps(bridge, subscriber)
    const monitor = new FlowMonitor(bridge, {
      onReady: () => dumps.request(),
      onChanged: (intake) => dumps.pass(intake),
      onEnd: (reason) => subscriber.error(new Error(reason)),
    })
    onStarted(monitor)
    const requests = request$.subscribe(() => dumps.request())
    return () => {
      requests.unsubscribe()
      monitor.stop()
    }
  })
}

/** Dumps one at a time; what the monitor says meanwhile waits its turn. */
class Dumps {
  readonly #bridge: string
  readonly #subscriber: Subscriber<Intake>
  #held: Intake[] | null = null
  #isWanted = false

  constructor(bridge: string, subscriber: Subscriber<Intake>) {
    this.#bridge = bridge
    this.#subscriber = subscriber
  }

  request(): void {
    if (this.#held !== null) this.#isWanted = true
    else void this.#dump()
  }

  pass(intake: Intake): void {
    if (this.#held === null) this.#subscriber.next(intake)
    else this.#held.push(intake)
  }

  async #dump(): Promise<void> {
    this.#held = []
    try {
      const text = await dumpFlows(this.#bridge)
      for (const intake of [flowDump(text), ...this.#held]) this.#subscriber.next(intake)
    } catch (error) {
      this.#subscriber.error(error)
    }
    this.#held = null
    if (!this.#isWanted) return
    this.#isWanted = false
    this.request()
  }
}
