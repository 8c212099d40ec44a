import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Growth that is worth a pause: collecting stops the process for about 2 ms a MB that is in use. */
const worthwhileBytes = 48 * 2 ** 20
/** Each audit of large tables needs more than that for a moment; to collect after each would cost as much as the audits. */
const patienceMs = 600_000
/** What only a start or a change as large needs. */
const hugeBytes = 192 * 2 ** 20
/** By how much the heap may grow over what is in use until that is looked through. */
const growingPercent = 60

/**
 * The memory of JavaScript's objects. V8 takes more of it while it grows and keeps what it has taken, as room for more; a
 * daemon whose tables were read once has no use for that.
 */
export class Heap {
  #leastBytes = 0
  #nextMs = 0
  readonly #collect = exposed()

  /** Gives to the system what is not in use, where that is much. To be called when nothing waits. */
  trim(): void {
    // V8 would let it double; until the first rest, while tables are read and everything stays, it had better
    setFlagsFromString(`--heap-growing-percent=${growingPercent}`)
    const grownBytes = getHeapStatistics().total_heap_size - this.#leastBytes
    if (grownBytes < worthwhileBytes || (grownBytes < hugeBytes && performance.now() < this.#nextMs)) return
    // else only a few pages are emptied, and what is in use stays strewn over all of them
    setFlagsFromString('--compact-on-every-full-gc')
    this.#collect()
    setFlagsFromString('--no-compact-on-every-full-gc')
    this.#leastBytes = getHeapStatistics().total_heap_size
    this.#nextMs = performance.now() + patienceMs
  }
}

/** V8's own `gc`, which only contexts have that are made while the flag is set. */
function exposed(): () => void {
  setFlagsFromString('--expose-gc')
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
  const { gc } = runInNewContext('globalThis') as typeof globalThis
  setFlagsFromString('--no-expose-gc')
  return () => gc?.()
}
