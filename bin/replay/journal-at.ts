import { existsSync } from 'node:fs'
import { journalFile } from '../../adapters/paths.js'
import { openRecording, type RecordingFile } from '../../journal/recording.js'
import { PositionError } from '../../lib/replay/position.js'
import { progress } from './progress.js'

/** The file that JOURNAL stands for: itself, or the default journal of the switch of that name. */
export function journalAt(name: string): string {
  if (name.includes('/') || existsSync(name)) return name
  const file = journalFile(name)
  return existsSync(file) ? file : name
}

/**
 * Opens the journal that `name` stands for, gives it to `use` and closes it; a long reading shows its progress.
 * Throws JournalError, and PositionError with the name of the file.
 */
export async function withRecording(
  name: string,
  use: (recording: RecordingFile) => Promise<void> | void,
): Promise<void> {
  const recording = openRecording(journalAt(name), (entries, from, to) => progress.over(entries, from, to))
  try {
    await use(recording)
  } catch (error) {
    if (error instanceof PositionError) throw new PositionError(`${recording.file}: ${error.message}`)
    throw error
  } finally {
    recording.close()
  }
}
