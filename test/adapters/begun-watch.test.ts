import { mock } from 'node:test'
import { Observable, Subject } from 'rxjs'
import t from 'tap'
import { begun } from '../../adapters/switch/begun-watch.js'
import type { FlowWatch } from '../../adapters/switch/flow-watch.js'
import { event, type Intake } from '../../lib/ingest/intake.js'

const said = (reason: string): Intake => event({ type: 'FlowsDoubted', reason })

/** A watch that says what it is told to, and counts who listens. */
function watched() {
  const intake$ = new Subject<Intake>()
  const listeners = { now: 0 }
  const watch: FlowWatch = {
    intake$: new Observable<Intake>((subscriber) => {
      listeners.now++
      const inner = intake$.subscribe(subscriber)
      return () => {
        listeners.now--
        inner.unsubscribe()
      }
    }),
    observe: () => undefined,
    disturb: () => undefined,
    caughtUp: () => Promise.resolve(),
    counts: () => Promise.resolve(null),
    countsIn: () => Promise.resolve(new Map()),
  }
  return { intake$, listeners, watch }
}

t.test('what was said before anybody listened is heard first, and once', (t) => {
  const { intake$, listeners, watch } = watched()
  const { intake$: early$ } = begun(watch)
  t.equal(listeners.now, 1, 'it has begun')
  const [first, second, third] = ['a', 'b', 'c'].map(said)
  intake$.next(first as Intake)
  intake$.next(second as Intake)
  const heard: Intake[] = []
  const subscription = early$.subscribe((intake) => heard.push(intake))
  intake$.next(third as Intake)
  t.strictSame(heard, [first, second, third])
  t.equal(listeners.now, 1, 'nothing was begun anew')
  subscription.unsubscribe()
  t.equal(listeners.now, 0, 'it ends with who listens')
  t.end()
})

t.test('what nobody hears is not kept for ever, and is said anew', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const { intake$, listeners, watch } = watched()
  const { intake$: early$ } = begun(watch)
  intake$.next(said('a'))
  mock.timers.tick(10_000)
  t.equal(listeners.now, 0, 'it was given up')
  const heard: Intake[] = []
  const subscription = early$.subscribe((intake) => heard.push(intake))
  t.strictSame(heard, [])
  t.equal(listeners.now, 1, 'and begins again')
  subscription.unsubscribe()
  t.end()
})
