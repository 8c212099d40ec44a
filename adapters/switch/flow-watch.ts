import { catchError, concat, EMPTY, Observable, of, retry, Subject, switchMap, throwError, timer } from 'rxjs'
import { Dumps } from '../../lib/ingest/dumps.js'
import { type Intake, sourceLost } from '../../lib/ingest/intake.js'
import type { FlowKey } from '../../lib/model/flow.js'
import type { FlowCount } from '../../lib/daemon/statistics.js'
import { FlowMonitor } from './flow-monitor.js'
import { reachable } from './reachable.js'
import { dumpFlows } from './run-command.js'

/** Everything the bridge's flow tables say: a dump at first, now and then and when asked, and each change. */
export interface FlowWatch {
  /**
   * Subscribing starts the flow monitor; it starts again whenever it ends. Order: as of Dumps. Nothing is
   * dropped: the monitor's lines are few and small.
   */
  readonly intake$: Observable<Intake>
  /** Asks for a dump. */
  observe(): void
  /** A batch for the switch begins or ends; whether one is under way now. */
  disturb(isUnderWay: boolean): void
  /** Resolves when every change made before the call was said, or can't be said any more. */
  caughtUp(): Promise<void>
  /**
   * What the flows of the counting tables have counted; null where nothing was counted since the last call,
   * unless `isAsked`. Rejects while the switch can't be asked.
   */
  counts(isAsked: boolean): Promise<ReadonlyMap<FlowKey, FlowCount> | null>
  /** The same of some tables, whenever. */
  countsIn(tables: readonly number[]): Promise<ReadonlyMap<FlowKey, FlowCount>>
}

const retryMs = 200

/**
 * `auditMs`: how often everything is dumped though nothing says that it changed; 0: never. Where a batch is under way then, or
 * begins before it is done, it is left to the next time.
 */
export function watchFlows(bridge: string, auditMs: number): FlowWatch {
  const request$ = new Subject<void>()
  let watched: Watched | null = null
  const intake$ = reachable(bridge).pipe(
    switchMap(() => watchOnce(bridge, request$, audits(auditMs), (started) => (watched = started))),
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
    disturb: (isUnderWay) => watched?.dumps.disturb(isUnderWay),
    caughtUp: () => watched?.monitor.caughtUp().catch(() => undefined) ?? Promise.resolve(),
    countsIn: (tables) => watched?.monitor.countsIn(tables) ?? Promise.reject(new Error('no flow monitor')),
    counts: (isAsked) => watched?.monitor.counts(isAsked) ?? Promise.reject(new Error('no flow monitor')),
  }
}

function audits(auditMs: number): Observable<unknown> {
  return auditMs === 0 ? EMPTY : timer(auditMs, auditMs)
}

interface Watched {
  readonly monitor: FlowMonitor
  readonly dumps: Dumps
}

/** Errors when the monitor ends, for it never does by itself. */
function watchOnce(
  bridge: string,
  request$: Observable<unknown>,
  audit$: Observable<unknown>,
  onStarted: (watched: Watched) => void,
): Observable<Intake> {
  return new Observable<Intake>((subscriber) => {
    let look: NodeJS.Timeout | undefined
    const dumps = new Dumps(
      (taken) => {
        const startMs = performance.now()
        const told = (text: string) => taken(text, performance.now() - startMs)
        void dumpFlows(bridge).then(told, (error: unknown) => subscriber.error(error))
      },
      (intake) => subscriber.next(intake),
      (waitMs, then) => (look = setTimeout(then, waitMs)),
    )
    const monitor = new FlowMonitor(bridge, {
      onReady: () => dumps.request(),
      onChanged: (intake, isOfOthers) => {
        dumps.pass(intake)
        if (isOfOthers) dumps.lookSoon()
      },
      onEnd: (reason) => subscriber.error(new Error(reason)),
    })
    onStarted({ monitor, dumps })
    const requests = request$.subscribe(() => dumps.request())
    requests.add(audit$.subscribe(() => dumps.audit()))
    return () => {
      requests.unsubscribe()
      clearTimeout(look)
      monitor.stop()
    }
  })
}
