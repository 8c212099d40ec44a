import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { systemErrorText } from '../../adapters/error-code.js'
import { foldedExport } from '../../journal/import.js'
import { actualIn, desiredIn, type Side } from '../../lib/findings/sides.js'
import type { Settings } from '../../lib/model/event.js'
import type { State } from '../../lib/model/state.js'
import { positionAt } from '../../lib/replay/position.js'
import { journalAt, withRecording } from '../replay/journal-at.js'
import { UsageError } from '../usage-error.js'

/** One side of a comparison, read. */
export interface Source {
  readonly side: Side
  /** What it is called in messages. */
  readonly name: string
  /** As the daemon had them, where a history was read. */
  readonly settings: Settings | null
  readonly versions: Readonly<Record<string, string>>
}

export type Which = 'desired' | 'actual'

/** How sources are written, for help texts. */
export const sourceForms = `SOURCE is one of
  unix:PATH, tcp:HOST[:PORT], ssl:HOST[:PORT]  hardware_vtep as it is now (of --desired)
  JOURNAL[@POSITION]                           a journal, or the name of a switch; the last entry unless said otherwise
  FILE                                         what "vtep-diff capture" or "vtep-replay export" wrote`

/** What a file holds, read as one side. Throws UsageError or JournalError, with the file and where in it. */
export async function fileSource(text: string, which: Which): Promise<Source> {
  const [file, position] = split(text)
  const isJournal = startsWith(file, 'SQLite format 3\0')
  if (!isJournal && position !== null)
    throw new UsageError(`--${which} ${text}: only a journal has positions`)
  const state = isJournal ? await stateAt(file, position ?? 'HEAD') : exported(file, which)
  return sourceIn(state, text, which)
}

/** `FILE@POSITION`, where no file has that name. */
function split(text: string): readonly [file: string, position: string | null] {
  const cut = text.lastIndexOf('@')
  const whole = journalAt(text)
  if (existsSync(whole) || cut <= 0) return [whole, null]
  return [journalAt(text.slice(0, cut)), text.slice(cut + 1)]
}

async function stateAt(file: string, position: string): Promise<State> {
  const states: State[] = []
  await withRecording(file, (recording) => {
    states.push(recording.coreAt(positionAt(position, recording, Date.now())).state)
  })
  const [state] = states
  if (state === undefined) throw new UsageError(`${file}: nothing is recorded`)
  return state
}

function exported(file: string, which: Which): State {
  if (!startsWith(file, '{'))
    throw new UsageError(`--${which} ${file}: line 1: none of the files that are understood`)
  return foldedExport(file)
}

function sourceIn(state: State, name: string, which: Which): Source {
  const { settings, vtep, ovs, flows } = state
  if (settings === null) throw new UsageError(`--${which} ${name}: no switch is named in it`)
  if (which === 'desired' && vtep === null)
    throw new UsageError(`--desired ${name}: hardware_vtep is not in it`)
  if (which === 'actual' && (ovs === null || flows === null))
    throw new UsageError(
      `--actual ${name}: ${ovs === null ? 'Open_vSwitch' : 'the flow tables'} are not in it`,
    )
  return { side: which === 'desired' ? desiredIn(state) : actualIn(state), name, settings, versions: {} }
}

/** Throws UsageError where it can't be read. */
function startsWith(file: string, magic: string): boolean {
  const start = Buffer.alloc(Buffer.byteLength(magic))
  try {
    if (statSync(file).isDirectory()) throw new UsageError(`${file}: a directory, not a file`)
    const descriptor = openSync(file, 'r')
    try {
      readSync(descriptor, start)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${file}: ${systemErrorText(error)}`)
  }
  return start.toString('latin1') === magic
}
