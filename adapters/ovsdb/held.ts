import { concat, defer, from, type Observable, Subject } from 'rxjs'

/**
 * What `source$` emits from now on: kept until someone subscribes, then passed on in order. For one
 * subscriber; what is kept is bounded only by how soon that one comes.
 */
export function held<T>(source$: Observable<T>): Observable<T> {
  const kept: T[] = []
  const passed$ = new Subject<T>()
  let isHeld = true
  source$.subscribe({
    next: (value) => (isHeld ? kept.push(value) : passed$.next(value)),
    complete: () => passed$.complete(),
  })
  return defer(() => {
    isHeld = false
    return concat(from(kept.splice(0)), passed$)
  })
}
