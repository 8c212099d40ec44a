import { lstatSync } from 'node:fs'
import { journalFile } from '../../adapters/paths.js'
import { JournalError } from '../../journal/format.js'
import { openRecording, type RecordingFile } from '../../journal/recording.js'
import { PositionError } from '../../lib/history/position.js'
import { progress } from '../replay/progress.js'

/** The file that JOURNAL stands for: itself, or the default journal of the switch of that name. */
export function journalAt(name: string): string {
  if (name.includes('/') || isThere(name)) return name
  const file = journalFile(name)
  return isThere(file) ? file : name
}

/** The same where one must be. Throws JournalError where neither is there. */
export function journalNamed(name: string): string {
  const file = journalAt(name)
  if (name.includes('/') || isThere(file)) return file
  throw new JournalError(
    `${name}: no such file, and no journal of a switch of that name: ${journalFile(name)}`,
  )
}

/** Also what can't be looked at, which whoever opens it will say. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

/**
 * Opens the journal that `name` stands for, gives it to `use` and closes it; a long reading shows its progress.
 * Throws JournalError, and PositionError with the name of the file.
 */
export async function withRecording(
  name: string,
  use: (recording: RecordingFile) => Promise<void> | void,
): Promise<void> {
  const recording = openRecording(journalNamed(name), (entries, from, to) => progress.over(entries, from, to))
  try {
    await use(recording)
  } catch (error) {
    if (error instanceof PositionError) throw new PositionError(`${recording.file}: ${error.message}`)
    throw error
  } finally {
    recording.close()
  }
}
