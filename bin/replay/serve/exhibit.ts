import { statSync } from 'node:fs'
import { isWriteLocked } from '../../../adapters/kernel-locks.js'
import { JournalError, lockFileOf, noTip, type Tip } from '../../../journal/format.js'
import { openRecording, type RecordingFile } from '../../../journal/recording.js'
import { initialState } from '../../../lib/model/state.js'
import { Chronicle } from '../../../lib/history/changes/chronicle.js'
import type { Entry } from '../../../lib/model/event.js'
import type { Course, News } from '../../../lib/screens/page/api.js'
import { Census } from '../../../lib/screens/page/census.js'
import { Timeline } from '../../../lib/screens/page/timeline.js'
import { Checkpoints } from '../../../lib/screens/step/checkpoints.js'
import { Pages } from '../../../lib/screens/step/pages.js'

/** So many entries are added to the timeline at once, so long changes are read: a few ms in which nothing else is answered. */
const ticksATime = 2_000
const turnMs = 15

/** What is made of a journal while it is read; another journal gets others. */
class Reading {
  readonly pages: Pages
  readonly checkpoints: Checkpoints
  readonly timeline = new Timeline()
  readonly census = new Census()
  readonly chronicle: Chronicle

  constructor(recording: RecordingFile) {
    const { first } = recording
    this.pages = new Pages(recording)
    this.checkpoints = new Checkpoints(recording, this.pages)
    this.chronicle = new Chronicle(first, first > 1 ? recording.coreAt(first - 1).state : initialState)
  }
}

/** A journal as it is shown: read as far as it goes, also while it grows, is compacted, or makes way for another. */
export class Exhibit {
  readonly file: string
  #recording: RecordingFile
  #reading: Reading
  #inode: number | null
  #seen: Tip = noTip
  #trouble: string | null = null
  #end: Entry | null = null
  #isWritten: boolean | null = null
  #generation = 1

  /** Throws JournalError. */
  constructor(file: string) {
    this.file = file
    this.#recording = openRecording(file)
    this.#inode = inodeOf(file)
    this.#reading = new Reading(this.#recording)
    this.#remember()
    this.#isWritten = isWriteLocked(lockFileOf(file))
  }

  get recording(): RecordingFile {
    return this.#recording
  }

  get reading(): Reading {
    return this.#reading
  }

  /** The share of the history that has been read. */
  get known(): number {
    const { first, last } = this.#recording
    const { timeline, chronicle } = this.#reading
    if (last === 0) return 1
    const read = Math.min(timeline.last, chronicle.last)
    return read >= last ? 1 : Math.max(0, read - first + 1) / (last - first + 1)
  }

  news(): News {
    const { first, last } = this.#recording
    const { known } = this
    return {
      first,
      last,
      lastMs: this.#end?.atMs ?? null,
      trouble: this.#trouble,
      course: this.#course(),
      generation: this.#generation,
      known,
    }
  }

  /** Looks whether the file has changed; true: there is news. What can't be read any more is said, and shown as it was. */
  look(): boolean {
    const was = this.#trouble
    const wasWritten = this.#isWritten
    this.#isWritten = isWriteLocked(lockFileOf(this.file))
    try {
      const inode = inodeOf(this.file)
      const hasChanged = this.#recording.refresh()
      const isOther = inode !== this.#inode || !this.#isContinued()
      if (isOther) this.#open(inode)
      else if (hasChanged) this.#remember()
      this.#trouble = null
      return isOther || hasChanged || was !== null || wasWritten !== this.#isWritten
    } catch (error) {
      return this.#note(error) !== was || wasWritten !== this.#isWritten
    }
  }

  /** Reads some more entries; false: all is read, or can't be. The timeline first, for it costs little. */
  readOn(): boolean {
    if (this.known === 1) return false
    try {
      const { timeline } = this.#reading
      const ticks = this.#recording.ticks(timeline.last, ticksATime)
      for (const tick of ticks) timeline.add(tick)
      return this.#readChanges() || ticks.length > 0
    } catch (error) {
      this.#note(error)
      return false
    }
  }

  #readChanges(): boolean {
    const { chronicle, checkpoints } = this.#reading
    const endMs = performance.now() + turnMs
    const before = chronicle.last
    for (const entry of this.#recording.entries(before + 1)) {
      chronicle.add(entry)
      checkpoints.tell(entry)
      if (performance.now() > endMs) break
    }
    return chronicle.last > before
  }

  #note(error: unknown): string {
    if (!(error instanceof JournalError)) throw error
    this.#trouble = error.message
    return error.message
  }

  close(): void {
    this.#recording.close()
  }

  /** What was seen last is still in it, or was dropped with what was before. */
  #isContinued(): boolean {
    const { first, last } = this.#recording
    if (this.#seen.seq < first - 1) return last >= this.#seen.seq
    return this.#recording.tip(this.#seen.seq).chain.equals(this.#seen.chain)
  }

  #open(inode: number | null): void {
    const recording = openRecording(this.file)
    this.#recording.close()
    this.#recording = recording
    this.#inode = inode
    this.#generation++
    this.#reading = new Reading(recording)
    this.#remember()
  }

  #remember(): void {
    const { last } = this.#recording
    this.#seen = this.#recording.tip(last)
    const [entry = null] = this.#recording.entries(last, last)
    this.#end = entry
  }

  #course(): Course {
    if (this.#end?.event.type === 'Stopped') return 'stopped'
    if (this.#isWritten === null) return 'unknown'
    return this.#isWritten ? 'written' : 'left'
  }
}

function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null
}
