import { execa } from 'execa'
import { userEnvironment } from '../environment.js'
import type { Scratch } from './scratch.js'
import { ScratchError } from './programs.js'

/**
 * Runs the user's own words by a shell, which see a scratch switch; what they print goes to standard error. Gives the
 * exit status. Throws ScratchError where they can't be run, or are killed.
 */
export async function runWords(
  words: string,
  { env }: Scratch,
  more: Readonly<Record<string, string>>,
): Promise<number> {
  const result = await execa(words, {
    shell: true,
    env: userEnvironment({ ...env, ...more }),
    extendEnv: false,
    reject: false,
    stdio: ['ignore', 2, 2],
  })
  const { exitCode, signal } = result
  if (exitCode !== undefined && exitCode < 126) return exitCode
  const how = signal === undefined ? `exit status ${exitCode ?? 'unknown'}` : signal
  throw new ScratchError(`--run ${JSON.stringify(words)}: can't be run, or was ended: ${how}`)
}
