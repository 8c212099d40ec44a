import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Outcome } from './run-directory.js'

const dist = join(import.meta.dirname, '..', '..')

/** The program itself. */
export const replayProgramFile = join(dist, 'bin', 'vtep-replay.js')

/** How each of these command lines of vtep-replay ends, in one process; its exit status, or undefined: it threw. */
export function replays(lists: readonly (readonly string[])[]): readonly Outcome[] {
  return outcomes('vtep-replay', lists)
}

/** The same of vtep-diff, in a directory and surroundings of its own. */
export function diffs(
  lists: readonly (readonly string[])[],
  where: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): readonly Outcome[] {
  return outcomes('vtep-diff', lists, where)
}

function outcomes(
  program: string,
  lists: readonly (readonly string[])[],
  { env, cwd }: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): readonly Outcome[] {
  const child = join(import.meta.dirname, 'replay-process.js')
  const { stdout, stderr, status } = spawnSync(process.execPath, [child, program], {
    input: JSON.stringify(lists),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    cwd,
    env: { ...process.env, ...env, TZ: 'UTC' },
  })
  const outs = stdout.split('\0')
  const errors = stderr.split('\0')
  if (status !== 0 || errors.length !== lists.length + 1) throw new Error(`ended with ${status}: ${stderr}`)
  return lists.map((_, i) => ({
    status: outs[2 * i + 1] === 'thrown' ? undefined : Number(outs[2 * i + 1]),
    stdout: outs[2 * i] ?? '',
    stderr: errors[i] ?? '',
  }))
}
