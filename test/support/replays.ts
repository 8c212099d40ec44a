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

/** What command lines about `journal` print, each in a process of its own; they must end well, or with differences. */
export function questionsTo(journal: string, t: Pick<typeof import('tap').default, 'ok'>) {
  const answer = (command: string, ...list: readonly string[]): string => {
    const [outcome] = replays([[command, journal, ...list]])
    const isWell = outcome?.status === 0 || outcome?.status === 2
    t.ok(isWell, `${command} ${list.join(' ')}: ${outcome?.stderr ?? ''}`)
    return outcome?.stdout ?? ''
  }
  const json = (command: string, ...list: readonly string[]): unknown[] =>
    answer(command, ...list, '--json')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown)
  return { answer, json }
}

/** How command lines of vtep-diff end, in a directory and surroundings of its own. */
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
  // without what the test runner would load into it, which costs more than all the rest
  const bare = ['-u', 'NODE_OPTIONS', process.execPath]
  const { stdout, stderr, status } = spawnSync('env', [...bare, child, program], {
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
