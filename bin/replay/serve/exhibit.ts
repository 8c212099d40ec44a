import { statSync } from 'node:fs'
import { JournalError, noTip, type Tip } from '../../../journal/format.js'
import { openRecording, type RecordingFile } from '../../../journal/recording.js'
import type { News } from '../../../lib/replay/page/api.js'
import { Timeline } from '../../../lib/replay/page/timeline.js'
import { Checkpoints } from '../../../lib/replay/step/checkpoints.js'
import { Pages } from '../../../lib/replay/step/pages.js'

/** So many entries are added to the timeline at once: a few ms in which nothing else is answered. */
const ticksATime = 2_000

/** A journal as it is shown: read as far as it goes, also while it grows, is compacted, or makes way for another. */
export class Exhibit {
  readonly file: string
  #recording: RecordingFile
  #inode: number | null
  #seen: Tip = noTip
  #trouble: string | null = null
  #isEnded = false
  #generation = 1
  #timeline = new Timeline()
  pages: Pages
  checkpoints: Checkpoints

  /** Throws JournalError. */
  constructor(file: string) {
    this.file = file
    this.#recording = openRecording(file)
    this.#inode = inodeOf(file)
    this.pages = new Pages(this.#recording)
    this.checkpoints = new Checkpoints(this.#recording, this.pages)
    this.#remember()
  }

  get recording(): RecordingFile {
    return this.#recording
  }

  get timeline(): Timeline {
    return this.#timeline
  }

  /** The share of the history that the timeline knows. */
  get known(): number {
    const { first, last } = this.#recording
    if (last === 0 || this.#timeline.last >= last) return 1
    return Math.max(0, this.#timeline.last - first + 1) / (last - first + 1)
  }

  news(): News {
    const { first, last } = this.#recording
    const { known } = this
    return {
      first,
      last,
      trouble: this.#trouble,
      isEnded: this.#isEnded,
      generation: this.#generation,
      known,
    }
  }

  /** Looks whether the file has changed; true: there is news. What can't be read any more is said, and shown as it was. */
  look(): boolean {
    const was = this.#trouble
    try {
      const inode = inodeOf(this.file)
      const hasChanged = this.#recording.refresh()
      const isOther = inode !== this.#inode || !this.#isContinued()
      if (isOther) this.#open(inode)
      else if (hasChanged) this.#remember()
      this.#trouble = null
      return isOther || hasChanged || was !== null
    } catch (error) {
      return this.#note(error) !== was
    }
  }

  /** Adds some more entries to the timeline; false: it knows them all, or can't be told more. */
  readOn(): boolean {
    if (this.known === 1) return false
    try {
      const ticks = this.#recording.ticks(this.#timeline.last, ticksATime)
      for (const tick of ticks) this.#timeline.add(tick)
      return ticks.length > 0
    } catch (error) {
      this.#note(error)
      return false
    }
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
    this.pages = new Pages(recording)
    this.checkpoints = new Checkpoints(recording, this.pages)
    this.#timeline = new Timeline()
    this.#remember()
  }

  #remember(): void {
    const { last } = this.#recording
    this.#seen = this.#recording.tip(last)
    const [entry] = this.#recording.entries(last, last)
    this.#isEnded = entry?.event.type === 'Stopped'
  }
}

function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null
}
