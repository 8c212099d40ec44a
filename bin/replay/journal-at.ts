import { existsSync } from 'node:fs'
import { journalFile } from '../../adapters/paths.js'
import { openRecording, type RecordingFile } from '../../journal/recording.js'

/** The file that JOURNAL stands for: itself, or the default journal of the switch of that name. */
export function journalAt(name: string): string {
  if (name.includes('/') || existsSync(name)) return name
  const file = journalFile(name)
  return existsSync(file) ? file : name
}

/** Opens the journal that `name` stands for, gives it to `use` and closes it. Throws JournalError. */
export async function withRecording(
  name: string,
  use: (recording: RecordingFile) => Promise<void> | void,
): Promise<void> {
  const recording = openRecording(journalAt(name))
  try {
    await use(recording)
  } finally {
    recording.close()
  }
}
