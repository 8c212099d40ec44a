import { setTimeout as pause } from 'node:timers/promises'
import { JournalError, type Tip } from '../../journal/format.js'
import type { RecordingFile } from '../../journal/recording.js'
import type { Entry } from '../../lib/model/event.js'
import { withRecording } from '../command-line/journal-at.js'

/** How often a journal is looked at that is followed. */
const followEveryMs = 40

/** So long a journal may be away, or half made, until another has taken its place. */
const patienceMs = 5_000

/** Whom a follower tells of entries, and, in a line, of what it can't show. */
export interface Listener {
  take(entry: Entry, recording: RecordingFile): void
  say(line: string): void
  /** All that is there was taken. */
  rest(): void
}

/**
 * Tells of the entries behind `after` as they are recorded, until somebody ends it. It opens the journal anew each time, so it
 * keeps nothing from being dropped. A journal in the place of the one that it saw is followed from its first entry.
 * Throws JournalError when there is none for some seconds.
 */
export async function follow(name: string, after: Tip, listener: Listener): Promise<never> {
  let seen = after
  let goneSinceMs: number | null = null
  for (;;) {
    listener.rest()
    try {
      await withRecording(name, (recording) => {
        seen = caughtUp(recording, seen, listener)
      })
      goneSinceMs = null
    } catch (error) {
      if (!(error instanceof JournalError) || !mayPass(error)) throw error
      goneSinceMs ??= performance.now()
      if (performance.now() - goneSinceMs > patienceMs) throw error
    }
    await pause(followEveryMs)
  }
}

/** What is seen in the moment in which a journal is moved away and another begun. */
function mayPass({ trouble }: JournalError): boolean {
  return trouble === 'unusable' || trouble === 'foreign'
}

function caughtUp(recording: RecordingFile, seen: Tip, listener: Listener): Tip {
  const { file, first, last } = recording
  const tip = recording.tip(last)
  let from = seen.seq + 1
  const isDropped = seen.seq > 0 && seen.seq < first - 1
  if (isDropped && tip.seq > seen.seq)
    listener.say(`${file}: entries ${from} to ${first - 1} were dropped before they could be shown`)
  else if (!isDropped && !recording.tip(seen.seq).chain.equals(seen.chain)) {
    listener.say(`${file}: another journal took its place, this is its first entry`)
    from = 1
  }
  if (last >= from) for (const entry of recording.entries(from)) listener.take(entry, recording)
  return tip
}
