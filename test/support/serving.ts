import { once } from 'node:events'
import { execa } from 'execa'
import type { Owner } from './ovs.js'
import { replayProgramFile } from './replays.js'

/** A `vtep-replay serve` that runs until its owner ends; `url` has the token, `said` gives what it prints, in both ways. */
export async function startServing(
  owner: Owner,
  journal: string,
  ...options: readonly string[]
): Promise<{ readonly url: string; readonly origin: string; readonly said: () => string }> {
  const process_ = execa(process.execPath, [replayProgramFile, 'serve', journal, ...options], {
    reject: false,
    buffer: false,
  })
  owner.teardown(async () => {
    process_.kill()
    await process_
  })
  let said = ''
  for (const stream of [process_.stdout, process_.stderr])
    stream.on('data', (chunk: Buffer) => (said += String(chunk)))
  await once(process_.stdout, 'data')
  const url = said.split('\n').find((line) => line.startsWith('http')) ?? ''
  return { url, origin: new URL(url).origin, said: () => said }
}
