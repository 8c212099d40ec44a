import { execa } from 'execa'
import { replayProgramFile } from '../../support/replays.js'

/** How long `vtep-replay verify` takes. Rejects unless it finds the journal sound. */
export async function verifyMs(journal: string): Promise<number> {
  return replayMs('verify', journal)
}

/** How long a command of vtep-replay takes, its process included. */
export async function replayMs(...words: readonly string[]): Promise<number> {
  const startedMs = performance.now()
  await execa(process.execPath, [replayProgramFile, ...words], { stdout: 'ignore' })
  return performance.now() - startedMs
}
