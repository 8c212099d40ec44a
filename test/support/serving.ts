import { once } from 'node:events'
import { execa } from 'execa'
import type { Owner } from './ovs.js'
import { replayProgramFile } from './replays.js'

/** A `vtep-replay serve` that runs until its owner ends; `url` has the token. */
export async function startServing(
  owner: Owner,
  journal: string,
  ...options: readonly string[]
): Promise<{ readonly url: string; readonly origin: string }> {
  const process_ = execa(process.execPath, [replayProgramFile, 'serve', journal, ...options], {
    reject: false,
    buffer: false,
  })
  owner.teardown(async () => {
    process_.kill()
    await process_
  })
  const [first] = (await once(process_.stdout, 'data')) as [Buffer]
  const url = String(first).split('\n')[0] ?? ''
  return { url, origin: new URL(url).origin }
}
