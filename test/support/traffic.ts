import type { Owner } from './ovs.js'
import { until } from './until.js'

const PAYLOAD_BYTES = 46

/** Frames of one kind that keep coming. */
export interface Stream {
  readonly name: string
  /** Sends a frame with this payload. */
  readonly send: (payload: Buffer) => void
  /** Every place at which a copy must come out. */
  readonly to: readonly string[]
}

/** Streams of numbered frames, one frame of each every few milliseconds until `owner` ends. */
export class Traffic {
  readonly #streams: readonly Stream[]
  readonly #arrived = new Map<string, Set<number>>()
  #sent = 0
  /** Between two frames of a stream. */
  readonly intervalMs = 5

  constructor(owner: Owner, streams: readonly Stream[]) {
    this.#streams = streams
    const timer = setInterval(() => this.#sendNext(), this.intervalMs)
    owner.teardown(async () => clearInterval(timer))
  }

  /** How many frames of each stream were sent. */
  get sent(): number {
    return this.#sent
  }

  get streams(): number {
    return this.#streams.length
  }

  /** A frame came out at `place`; frames of others are not counted. */
  arrived(place: string, payload: Buffer): void {
    const [, name = '', number = ''] = /^(\S+) (\d+)\0/.exec(payload.toString('latin1')) ?? []
    this.#at(name, place).add(Number(number))
  }

  /**
   * By stream the numbers of the frames that did not arrive everywhere, of those sent since `happens` was
   * called until every stream flows again.
   */
  async lostWhile(
    happens: () => Promise<void>,
    longestMs?: number,
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    const first = this.#sent + 1
    await happens()
    const last = this.#sent
    const doFlow = (): boolean => this.#streams.every((stream) => this.#latest(stream) > last)
    await until('every stream flows', doFlow, longestMs)
    return new Map(this.#streams.map((stream) => [stream.name, this.#lost(stream, first)]))
  }

  /** Resolves when frames of every stream arrive. */
  async established(): Promise<void> {
    await this.lostWhile(async () => undefined)
  }

  #sendNext(): void {
    this.#sent++
    for (const { name, send } of this.#streams) {
      const payload = Buffer.alloc(PAYLOAD_BYTES)
      payload.write(`${name} ${this.#sent}`)
      send(payload)
    }
  }

  /** The number of the latest frame that is decided: order is kept, so all before it are. */
  #latest({ name, to }: Stream): number {
    return Math.min(...to.map((place) => Math.max(0, ...this.#at(name, place))))
  }

  #lost(stream: Stream, first: number): number[] {
    const numbers = Array.from({ length: this.#latest(stream) - first + 1 }, (_, i) => first + i)
    return numbers.filter((number) => !stream.to.every((place) => this.#at(stream.name, place).has(number)))
  }

  #at(name: string, place: string): Set<number> {
    const key = `${name} ${place}`
    const known = this.#arrived.get(key) ?? new Set()
    this.#arrived.set(key, known)
    return known
  }
}
