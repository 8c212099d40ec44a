import { execa } from 'execa'
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
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

/** The lines after the first `known`, as soon as there are some and for a moment no more of them. */
export async function newLines(journal: string, known: number): Promise<readonly string[]> {
  let seen = known
  const lines = await until('the journal has news', async () => {
    const now = await listing(journal)
    const isQuiet = now.length > known && now.length === seen
    seen = now.length
    if (!isQuiet) await pause(QUIET_MS)
    return isQuiet && now
  })
  return lines.slice(known)
}
