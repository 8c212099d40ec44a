import { Observable, type Subscription } from 'rxjs'
import type { Intake } from '../../lib/ingest/intake.js'
import type { FlowWatch } from './flow-watch.js'

/** What has been said for longer than this, and nobody heard, is not worth keeping: it would be said anew. */
const longestMs = 10_000

/**
 * The same watch, which begins at once: what it says before its one subscriber is there is said to that first. So the flow tables are
 * read while their reader waits for something else.
 */
export function begun(watch: FlowWatch): FlowWatch {
  let early: Intake[] = []
  let take: (intake: Intake) => void = (intake) => void early.push(intake)
  let fail: (error: unknown) => void = () => undefined
  let running: Subscription | null = null
  const run = (): Subscription =>
    watch.intake$.subscribe({ next: (intake) => take(intake), error: (error: unknown) => fail(error) })
  running = run()
  const giveUp = setTimeout(() => {
    running?.unsubscribe()
    running = null
    early = []
  }, longestMs)
  const intake$ = new Observable<Intake>((subscriber) => {
    clearTimeout(giveUp)
    for (const intake of early) subscriber.next(intake)
    early = []
    take = (intake) => subscriber.next(intake)
    fail = (error) => subscriber.error(error)
    running ??= run()
    return running
  })
  return { ...watch, intake$ }
}
