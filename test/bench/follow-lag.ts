import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Entry } from '../../lib/model/event.js'
import { replayProgramFile } from '../support/replays.js'

/** How long after an entry was recorded `vtep-replay log -f` prints it, for the entries that `changes` leads to. */
export async function followLag(
  journal: string,
  changes: () => Promise<unknown>,
): Promise<readonly number[]> {
  const lags: number[] = []
  const child = spawn(
    process.execPath,
    [replayProgramFile, 'log', '-f', '--json', '--from', 'HEAD', journal],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'exit').then(() =>
    Promise.reject(new Error('vtep-replay log -f ended by itself')),
  )
  await Promise.race([once(lines, 'line'), ended])
  ended.catch(() => undefined)
  lines.on('line', (line) => lags.push(Date.now() - (JSON.parse(line) as Entry).atMs))
  try {
    await changes()
  } finally {
    child.kill()
  }
  return lags
}
