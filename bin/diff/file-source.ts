import { existsSync } from 'node:fs'
import { foldedExport } from '../../journal/import.js'
import { actualIn, desiredIn } from '../../lib/compare/findings/sides.js'
import type { State } from '../../lib/model/state.js'
import { positionAt } from '../../lib/history/position.js'
import { recognise } from '../../lib/compare/sources/recognise.js'
import { journalAt, withRecording } from '../command-line/journal-at.js'
import { TroubleError } from '../command-line/trouble-error.js'
import { headOf, isDirectory } from './found-files.js'
import { foundSource } from './found.js'
import type { DiffSource, Which } from './source.js'

/** How sources are written, for help texts. */
export const sourceForms = `SOURCE is one of
  unix:PATH, tcp:HOST[:PORT], ssl:HOST[:PORT]  hardware_vtep as it is now (of --desired)
  JOURNAL[@POSITION]                           a journal, or the name of a switch; the last entry unless said otherwise
  FILE                                         what "vtep-diff capture" or "vtep-replay export" wrote
  FILE, several times, DIRECTORY, .tar.gz      what others made of a switch, as in archives of ovs-bugtool and sosreport:
                                               vtep.db, conf.db, "ovsdb-client backup" or "dump", "ovs-vsctl list", and
                                               "ovs-ofctl dump-flows" of the switch (of --actual), also with "ovs-vsctl show"
                                               and "ovs-ofctl show"`

/** What files hold, read as one side. Throws TroubleError or JournalError, with the file and where in it. */
export async function fileSource(
  texts: readonly string[],
  which: Which,
  warn: (text: string) => void,
): Promise<DiffSource> {
  const histories = texts.filter((text) => isHistory(split(text)[0]))
  const [text, ...more] = histories
  if (text === undefined) return foundIn(texts, which, warn)
  if (more.length + texts.length > 1)
    throw new TroubleError(`--${which} ${text}: it is a whole side and goes alone`)
  const [file, position] = split(text)
  const isJournal = headOf(file).startsWith(journalMagic)
  if (!isJournal && position !== null)
    throw new TroubleError(`--${which} ${text}: only a journal has positions`)
  const state = isJournal ? await stateAt(file, position ?? 'HEAD') : foldedExport(file)
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
  if (state === undefined) throw new TroubleError(`${file}: nothing is recorded`)
  return state
}

/** A journal, a capture or an export; dumps of tables are JSON, too, but tell so. Throws TroubleError. */
function isHistory(file: string): boolean {
  if (isDirectory(file)) return false
  const head = headOf(file)
  return head.startsWith(journalMagic) || (head.startsWith('{') && recognise(file, head) === undefined)
}

const journalMagic = 'SQLite format 3\0'

function foundIn(texts: readonly string[], which: Which, warn: (text: string) => void): DiffSource {
  for (const text of texts)
    if (split(text)[1] !== null) throw new TroubleError(`--${which} ${text}: only a journal has positions`)
  return foundSource(texts, which, warn)
}

function sourceIn(state: State, name: string, which: Which): DiffSource {
  const { settings, vtep, ovs, flows } = state
  if (settings === null) throw new TroubleError(`--${which} ${name}: no switch is named in it`)
  if (which === 'desired' && vtep === null)
    throw new TroubleError(`--desired ${name}: hardware_vtep is not in it`)
  if (which === 'actual' && (ovs === null || flows === null))
    throw new TroubleError(
      `--actual ${name}: ${ovs === null ? 'Open_vSwitch' : 'the flow tables'} are not in it`,
    )
  return {
    side: which === 'desired' ? desiredIn(state) : actualIn(state),
    name,
    settings,
    versions: {},
    untold: null,
  }
}
