import { execa } from 'execa'
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { readEntries } from '../../journal/reader.js'
import { commandsOf, shellLines } from '../../lib/plan/command.js'
import { describe } from '../../lib/words/describe.js'
import type { Entry } from '../../lib/model/event.js'
import { until } from '../support/until.js'

const REPLAY = join('dist', 'bin', 'vtep-replay.js')
const QUIET_MS = 200

/** vtep-replay's listing of a journal, a line an entry. */
export async function listing(journal: string): Promise<readonly string[]> {
  const { stdout } = await execa(process.execPath, [REPLAY, journal])
  return stdout.split('\n').filter((line) => line !== '')
}

/** What vtep-replay says about a journal that it refolded; rejects when a recorded plan came out differently. */
export async function verify(journal: string): Promise<string> {
  return (await execa(process.execPath, [REPLAY, 'verify', journal])).stdout
}

/** The entries after the first `known`, as soon as there are some and for a moment no more of them. */
export async function newEntries(journal: string, known: number): Promise<readonly Entry[]> {
  let seen = known
  const entries = await until('the journal has news', async () => {
    const now = [...readEntries(journal)]
    const isQuiet = now.length > known && now.length === seen
    seen = now.length
    if (!isQuiet) await pause(QUIET_MS)
    return isQuiet && now
  })
  return entries.slice(known)
}

const LINES = 8
const COLUMNS = 150

/** An entry in one line; of a plan also its command, as a person could type it, cut to a screen's size. */
export function tellEntry(entry: Entry): readonly string[] {
  if (entry.event.type !== 'Planned') return [describe(entry)]
  const lines = commandsOf(entry.event.batch).flatMap((command) => shellLines(command).split('\n'))
  const shown =
    lines.length > LINES ? [...lines.slice(0, LINES - 1), `… ${lines.length - LINES + 1} lines more`] : lines
  return [describe(entry), ...shown.map((line) => `          ${cut(line)}`)]
}

function cut(line: string): string {
  return line.length > COLUMNS ? `${line.slice(0, COLUMNS)}…` : line
}
