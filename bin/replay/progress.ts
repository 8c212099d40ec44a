import type { Entry } from '../../lib/model/event.js'

/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** So long it is measured before anything is said of how long it takes. */
const measuredMs = 300
/** What takes less is not worth a bar. */
const longMs = 2_000
const everyMs = 100
const entriesBetweenLooks = 64

/**
 * A bar with the time left, on a terminal's standard error alone, as soon as it can be foreseen that a reading takes
 * over two seconds. Gone without a trace when it ends.
 */
export class Progress {
  readonly #stream: ProgressStream
  readonly #nowMs: () => number
  #isOff: boolean
  #isShown = false
  #isBusy = false

  constructor(stream: ProgressStream, nowMs: () => number) {
    this.#stream = stream
    this.#nowMs = nowMs
    this.#isOff = stream.isTTY !== true
  }

  /** Gives the entries on, which go from `from` to `to` on the scale, and shows how far that is; one reading at a time. */
  over(entries: Iterable<Entry>, from: number, to: number, scale: Scale = byNumber): Iterable<Entry> {
    return this.#isOff || this.#isBusy || to - from < entriesBetweenLooks
      ? entries
      : this.#watched(entries, from, to, scale)
  }

  /** Something else is about to be written; `isForGood`: and shows by itself that it goes on. */
  makeWay(isForGood: boolean): void {
    if (this.#isShown) this.#stream.write('\r\x1b[K')
    this.#isShown = false
    this.#isOff ||= isForGood
  }

  *#watched(entries: Iterable<Entry>, from: number, to: number, scale: Scale): Generator<Entry> {
    const reading = this.begin(from, to, scale)
    let count = 0
    try {
      for (const entry of entries) {
        if (++count % entriesBetweenLooks === 0) reading.at(() => scale.at(entry))
        yield entry
      }
    } finally {
      reading.end()
    }
  }

  /** A reading that is done elsewhere and says by itself how far it is. */
  begin(from: number, to: number, scale: Pick<Scale, 'text'> = byNumber): Watched {
    const beganMs = this.#nowMs()
    let nextMs = beganMs + measuredMs
    this.#isBusy = true
    return {
      at: (place) => {
        if (this.#nowMs() < nextMs) return
        nextMs = this.#nowMs() + everyMs
        const at = place()
        this.#show({ from, at, to, elapsedMs: this.#nowMs() - beganMs, text: scale.text(at, to) })
      },
      end: () => {
        this.#isBusy = false
        this.makeWay(false)
      },
    }
  }

  #show(reading: ReadingProgress): void {
    if (this.#isOff || (!this.#isShown && totalMs(reading) < longMs)) return
    this.#stream.write(`\r${progressText(reading, (this.#stream.columns || 80) - 1)}\x1b[K`)
    this.#isShown = true
  }
}

/** A reading whose progress is shown; `at` may be told as often as one likes. */
export interface Watched {
  at(place: () => number): void
  end(): void
}

/** How far a reading is. */
export interface ReadingProgress {
  readonly from: number
  readonly at: number
  readonly to: number
  readonly elapsedMs: number
  /** Where it is, in words. */
  readonly text: string
}

/** What a reading is measured by. */
export interface Scale {
  at(entry: Entry): number
  text(at: number, to: number): string
}

const byNumber: Scale = { at: ({ seq }) => seq, text: (at, to) => `entry ${at} of ${to}` }

/** A bar of at most `columns` characters; the time left supposes that it goes on as it went. */
export function progressText(reading: ReadingProgress, columns: number): string {
  const { text, elapsedMs } = reading
  const share = shareOf(reading)
  const percent = `${Math.floor(share * 100)}`.padStart(3)
  const numbers = `${percent} %  ${text}  ${duration(totalMs(reading) - elapsedMs)} left`
  const width = Math.min(30, columns - numbers.length - 3)
  if (width < 5) return numbers.slice(0, columns)
  return `[${'#'.repeat(Math.floor(share * width)).padEnd(width, '.')}] ${numbers}`
}

function shareOf({ from, at, to }: ReadingProgress): number {
  return Math.min(1, (at - from + 1) / (to - from + 1))
}

function totalMs(reading: ReadingProgress): number {
  return reading.elapsedMs / shareOf(reading)
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The one of this process. */
export const progress = new Progress(process.stderr, () => performance.now())
