import { packageVersion } from '../../adapters/package-version.js'
import { bundleLines, type Excerpt } from '../../journal/bundle.js'
import { chainStart } from '../../journal/format.js'
import type { RecordingFile } from '../../journal/recording.js'

/** The entries from `from` to `to` as the lines of a bundle, with what led to the first. */
export function bundleOf(recording: RecordingFile, from: number, to: number): Iterable<string> {
  return bundleLines(
    { origin: originBefore(recording, from), entries: recording.entries(from, to) },
    { program: `vtep-replay ${packageVersion()}`, isRedacted: false },
    chainStart,
  )
}

/** What led to the entry `from`; null: nothing did. */
export function originBefore(recording: RecordingFile, from: number): Excerpt['origin'] {
  const tip = recording.tip(from - 1)
  if (tip.seq === 0) return null
  const [first] = recording.entries(from, from)
  return { ...tip, atMs: first?.atMs ?? 0, state: recording.coreAt(tip.seq).state }
}
