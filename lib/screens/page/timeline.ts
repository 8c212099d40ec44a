import type { LaneName, Tick } from '../../history/tick.js'
/** A stretch of a history in equal parts of time. */
export interface TimelineView {
  /** The whole history, ms since 1970-01-01 UTC. */
  readonly startMs: number
  readonly endMs: number
  readonly fromMs: number
  readonly toMs: number
  /** How much of the history has been looked at, 0 to 1. */
  readonly known: number
  readonly entries: readonly number[]
  readonly rows: readonly number[]
  /** For each part, the first entry in it or after it. */
  readonly seqs: readonly number[]
  readonly lanes: Readonly<Record<LaneName, readonly Mark[]>>
}

/** What a lane has in one part: how many, and the last of them. */
export interface Mark {
  readonly part: number
  readonly count: number
  readonly seq: number
}

const firstCapacity = 1 << 12

/**
 * Where the entries of a history stand in time, 24 bytes for each, so that any stretch of a million is told in
 * a millisecond. Time never goes back in it: a clock that was set back stands still until it has caught up.
 */
export class Timeline {
  #length = 0
  #seqs = new Float64Array(firstCapacity)
  #times = new Float64Array(firstCapacity)
  /** Rows changed by this entry and all before it. */
  #rows = new Float64Array(firstCapacity)
  /** Places of the entries of each lane, ascending. */
  readonly #lanes: Readonly<Record<LaneName, number[]>> = {
    plans: [],
    restarts: [],
  }

  get last(): number {
    return this.#seqAt(this.#length - 1)
  }

  /** In the order of the entries. */
  add({ seq, atMs, rows, lane }: Tick): void {
    const at = this.#length
    if (at === this.#seqs.length) this.#grow()
    this.#seqs[at] = seq
    this.#times[at] = at === 0 ? atMs : Math.max(atMs, this.#times[at - 1] ?? 0)
    this.#rows[at] = rows + this.#rowsBefore(at)
    if (lane !== null) this.#lanes[lane].push(at)
    this.#length++
  }

  /** The stretch from `fromMs` to `toMs`, null for the whole, in `parts` parts; `known`: see TimelineView. */
  view(parts: number, fromMs: number | null, toMs: number | null, known: number): TimelineView {
    const startMs = this.#times[0] ?? 0
    const endMs = this.#length === 0 ? 0 : (this.#times[this.#length - 1] ?? 0)
    const from = fromMs ?? startMs
    const to = Math.max(toMs ?? endMs, from + 1)
    const ends = Array.from({ length: parts + 1 }, (_, part) =>
      part === parts ? this.#placeAfter(to) : this.#placeFrom(from + ((to - from) * part) / parts),
    )
    const between = <T>(make: (start: number, end: number, part: number) => T): T[] =>
      Array.from({ length: parts }, (_, part) => make(ends[part] ?? 0, ends[part + 1] ?? 0, part))
    const marks = (places: readonly number[]): Mark[] =>
      between((start, end, part) => {
        const [first, after] = [placeIn(places, start), placeIn(places, end)]
        return { part, count: after - first, seq: this.#seqAt(places[after - 1] ?? -1) }
      }).filter(({ count }) => count > 0)
    return {
      startMs,
      endMs,
      fromMs: from,
      toMs: to,
      known,
      entries: between((start, end) => end - start),
      rows: between((start, end) => this.#rowsBefore(end) - this.#rowsBefore(start)),
      seqs: between((start) => this.#seqAt(Math.min(start, this.#length - 1))),
      lanes: {
        plans: marks(this.#lanes.plans),
        restarts: marks(this.#lanes.restarts),
      },
    }
  }

  /** 0 where there is none. */
  #seqAt(place: number): number {
    return place < 0 ? 0 : (this.#seqs[place] ?? 0)
  }

  #rowsBefore(place: number): number {
    return place === 0 ? 0 : (this.#rows[place - 1] ?? 0)
  }

  /** The first place whose time is `ms` or later, and the first whose time is later. */
  #placeFrom(ms: number): number {
    return firstWhere(this.#length, (place) => (this.#times[place] ?? 0) >= ms)
  }

  #placeAfter(ms: number): number {
    return firstWhere(this.#length, (place) => (this.#times[place] ?? 0) > ms)
  }

  #grow(): void {
    const twice = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(old.length * 2)
      larger.set(old)
      return larger
    }
    this.#seqs = twice(this.#seqs)
    this.#times = twice(this.#times)
    this.#rows = twice(this.#rows)
  }
}

/** How many of these ascending places are before one. */
function placeIn(places: readonly number[], place: number): number {
  return firstWhere(places.length, (i) => (places[i] ?? 0) >= place)
}

/** The first number up to `length` from which on `holds` is true. */
function firstWhere(length: number, holds: (number: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
