import { existsSync } from 'node:fs'
import { journalFile } from '../../adapters/paths.js'
import { JournalError } from '../../journal/format.js'
import { initialState, type State } from '../../lib/model/state.js'
import { withRecording } from '../command-line/journal-at.js'
import { TroubleError } from '../command-line/trouble-error.js'
import type { Where } from './options.js'

/** A journal of the switch, and what it came to. */
export interface Memory {
  readonly journal: string
  readonly state: State
}

/**
 * What is remembered of the switch: by the journal that is named, else by that of its daemon, which is done without where it
 * can't be read. Null: nothing, or nothing is wanted. Throws TroubleError or JournalError.
 */
export async function memoryOf(
  physicalSwitch: string,
  { journal: named }: Where,
  warn: (text: string) => void,
): Promise<Memory | null> {
  if (named === 'none') return null
  const journal = named ?? journalFile(physicalSwitch)
  if (named === null && !existsSync(journal)) return null
  let state: State = initialState
  try {
    await withRecording(journal, (recording) => {
      state = recording.coreAt(recording.last).state
    })
  } catch (error) {
    if (named !== null || !(error instanceof JournalError)) throw error
    warn(`${error.message}; compared without it`)
    return null
  }
  const recorded = state.settings?.physicalSwitch ?? physicalSwitch
  if (recorded !== physicalSwitch)
    throw new TroubleError(`${journal}: the journal of switch ${JSON.stringify(recorded)}`)
  return { journal, state }
}
