import type { Intake } from '../lib/ingest/intake.js'
import type { Entry } from '../lib/model/event.js'
import type { State } from '../lib/model/state.js'
import { snapshotOf } from '../lib/model/snapshot.js'
import type { KeptFile } from './aside.js'
import type { JournalHealth } from '../lib/words/status.js'
import { Backlog, type BacklogLimits } from './backlog.js'
import { JournalError, noTip, type Tip } from './format.js'
import type { Retention } from './retention.js'
import type { Reached } from './reader.js'
import type { Fold } from './sound.js'
import type { Store } from './store.js'
import type { JournalWriter } from './writer.js'

/** Where the keeper says what happens to the journal, and its clock (milliseconds since 1970-01-01 UTC). */
export interface Surroundings {
  readonly now: () => number
  readonly info: (text: string) => void
  readonly warn: (text: string) => void
}

const usualLimits: BacklogLimits = { entries: 10_000, characters: 64 << 20 }

/**
 * A journal whose troubles stop nobody. States and moves: *sound* → *degraded* when an append fails or the
 * file is gone; then entries are held in memory. Each `check` tries again: what is held is written and all
 * is as before, unless entries were dropped or the file can't be continued. Then the engine is asked for a
 * `JournalResumed` and it is sound when that is written.
 */
export class JournalKeeper {
  readonly #store: Store
  readonly #surroundings: Surroundings
  readonly #backlog: Backlog
  readonly #retention: Retention
  #writer: JournalWriter | null = null
  /** The last entry known to be in the file. */
  #tip: Tip = noTip
  /** Null: sound. */
  #reason: string | null = null
  /** Why the file that is there has to give way to a new one; null: it has not. */
  #unfit: KeptFile | null = null
  #isResumptionDue = false
  /** The entry noted last outside the file. */
  #promised = 0
  #kept: readonly string[] = []

  constructor(
    store: Store,
    surroundings: Surroundings,
    limits: BacklogLimits = usualLimits,
    retention: Retention = { keepMs: null, maxBytes: null },
  ) {
    this.#store = store
    this.#retention = retention
    this.#surroundings = surroundings
    this.#backlog = new Backlog(limits)
  }

  /**
   * Opens the journal and gives what `fold` makes of its history, or of what follows `reached`; it is empty when it can't be
   * read. Call it first. Throws JournalError where it is another's: it is no journal of ours, or somebody writes it, unless
   * `isDue`: then the entries wait in memory until that one lets go.
   */
  open<T>(fold: Fold<T>, reached: Reached | null = null, isDue = false): T {
    try {
      const { writer, folded, kept } = this.#store.openSound(fold, this.#surroundings.now, reached)
      if (kept !== null) this.#keep(kept)
      this.#writer = writer
      this.#tip = writer.tip()
      return folded
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      if (error.trouble !== 'unusable' && !(isDue && error.trouble === 'locked')) throw error
      this.#degrade(error)
      const { folded, tip } = this.#store.read(fold, reached)
      this.#tip = tip
      return folded
    }
  }

  /** Records entries, on the disk if possible, else in memory. Never throws for the disk's sake. */
  append(entries: readonly Entry[]): void {
    const resumed = entries.findIndex(({ event }) => event.type === 'JournalResumed')
    if (this.#isResumptionDue && resumed >= 0) {
      this.#isResumptionDue = false
      this.#backlog.mended()
      this.#add(entries.slice(resumed))
      this.#flush()
    } else this.#add(entries)
  }

  /**
   * Looks whether the file is where it was, and tries again what could not be done; to be called every
   * second or so. Gives what the engine has to take in for the history to go on, null for nothing.
   */
  check(): Intake | null {
    if (this.#isResumptionDue) return null
    if (this.#reason === null && this.#isInPlace()) {
      this.#promise()
      return null
    }
    try {
      this.#reopen()
      this.#write()
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      this.#degrade(error)
      return null
    }
    if (!this.#backlog.isBroken) {
      this.#recover()
      return null
    }
    this.#isResumptionDue = true
    const { seq: last } = this.#tip
    return (state) => [{ type: 'JournalResumed', lost: state.seq - last, snapshot: snapshotOf(state) }]
  }

  /** Writes a bit of a snapshot where one is due, and drops what need not be kept; to be called every second or so, with what all entries led to. */
  tend(state: State): void {
    if (this.#reason !== null || this.#writer === null) return
    try {
      this.#writer.tend(state)
      const dropped = this.#writer.drop(this.#retention, this.#surroundings.now())
      if (dropped !== null)
        this.#surroundings.info(
          `entries ${dropped.first} to ${dropped.last} dropped for the journal's ${dropped.why}, a snapshot stands for them`,
        )
    } catch (error) {
      // what is wrong the next append will find; a snapshot can wait
      if (!(error instanceof JournalError)) throw error
    }
  }

  /** `seq` is the entry recorded last. */
  health(seq: number): JournalHealth {
    const held = this.#backlog.entries.length
    const lost = this.#backlog.isBroken ? seq - this.#tip.seq - held : 0
    return { file: this.#store.file, trouble: this.#reason, held, lost, kept: this.#kept }
  }

  /** Tries once more to write what is held, and where that does not continue the file, `state`. */
  close(state: State): void {
    const resumed = this.#reason === null ? [] : (this.check()?.(state) ?? [])
    if (resumed.length > 0)
      this.append(resumed.map((event) => ({ seq: state.seq + 1, atMs: this.#surroundings.now(), event })))
    const { entries, isBroken } = this.#backlog
    if (entries.length > 0 || isBroken)
      this.#surroundings.warn(`ended with entries that are in no file, after ${this.#tip.seq}`)
    if (this.#reason === null) this.#promise()
    this.#writer?.close()
    this.#writer = null
  }

  #promise(): void {
    if (this.#tip.seq === this.#promised) return
    this.#store.promise?.(this.#tip)
    this.#promised = this.#tip.seq
  }

  #add(entries: readonly Entry[]): void {
    if (this.#reason !== null) {
      if (this.#backlog.add(entries) === 'full')
        this.#surroundings.warn('no more entries can be held in memory; what follows is lost')
      return
    }
    try {
      this.#append(entries)
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      this.#backlog.add(entries)
      this.#degrade(error)
    }
  }

  /** What is held, when nothing was dropped before it. */
  #flush(): void {
    try {
      this.#write()
      this.#recover()
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      this.#degrade(error)
    }
  }

  #append(entries: readonly Entry[]): void {
    if (this.#writer === null || entries.length === 0) return
    this.#writer.append(entries)
    this.#tip = this.#writer.tip()
  }

  #write(): void {
    this.#append(this.#backlog.entries)
    this.#backlog.written()
  }

  /** Degrades where it is not. */
  #isInPlace(): boolean {
    let misplaced: 'moved' | 'shortened' | null = null
    try {
      misplaced = this.#writer?.misplaced() ?? null
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      this.#degrade(error)
      return false
    }
    if (misplaced === null) return true
    this.#unfit = misplaced === 'shortened' ? 'damaged' : 'swapped'
    this.#degrade(new JournalError(`${this.#store.file}: ${explanations[misplaced]}`))
    return false
  }

  /** The file again, from its path; a new one where there is none, or none that goes on where we are. */
  #reopen(): void {
    this.#writer?.close()
    this.#writer = null
    if (this.#unfit !== null) this.#replace(this.#unfit)
    let writer = this.#store.open()
    const tip = writer.tip()
    if (tip.seq > 0 && !isSame(tip, this.#tip)) {
      writer.close()
      this.#replace('other')
      writer = this.#store.open()
    }
    this.#writer = writer
    if (isSame(writer.tip(), this.#tip)) return
    this.#tip = noTip
    this.#backlog.drop()
  }

  #replace(why: KeptFile): void {
    const aside = this.#store.setAside(why, this.#surroundings.now())
    this.#unfit = null
    if (aside === null) return
    this.#keep(
      why === 'damaged'
        ? `${this.#store.file} was damaged; it is kept as ${aside}, a new journal begins`
        : `${this.#store.file} does not lead to where we are; it is kept as ${aside}, a new journal begins`,
    )
  }

  #degrade({ message, trouble }: JournalError): void {
    if (trouble === 'damaged' || trouble === 'foreign') this.#unfit ??= 'damaged'
    if (message !== this.#reason) this.#surroundings.warn(`degraded: ${message}`)
    this.#reason = message
    this.#writer?.close()
    this.#writer = null
  }

  #recover(): void {
    this.#surroundings.info(`${this.#store.file} is written again, up to entry ${this.#tip.seq}`)
    this.#reason = null
  }

  #keep(text: string): void {
    this.#surroundings.warn(text)
    this.#kept = [...this.#kept.slice(1 - mostKept), text]
  }
}

/** How many notes on files kept aside the status shows. */
const mostKept = 3

const explanations = {
  moved: 'deleted or replaced while in use',
  shortened: 'shortened while in use',
}

function isSame(one: Tip, other: Tip): boolean {
  return one.seq === other.seq && one.chain.equals(other.chain)
}
