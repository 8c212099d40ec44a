import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeFrame, type Frame } from './frame.js'
import type { Namespace } from './namespace.js'
import type { Owner } from './ovs.js'
import { packetsOf } from './pcap.js'
import { until } from './until.js'
import { decapsulate, type TunnelFrame } from './vxlan.js'

/** What passes, in either direction, at a device of a namespace from now on. */
export interface Capture {
  frames(): Promise<readonly Frame[]>
}

let captures = 0

/** What of it was VXLAN. */
export async function tunnelFrames(capture: Capture): Promise<readonly TunnelFrame[]> {
  return (await capture.frames()).flatMap((frame) => decapsulate(frame) ?? [])
}

/** Resolves when tcpdump is listening; it ends with `owner`. The recording is kept in `directory`. */
export async function startCapture(
  owner: Owner,
  { name }: Namespace,
  device: string,
  directory: string,
): Promise<Capture> {
  const file = join(directory, `${name}-${device}-${++captures}.pcap`)
  const tcpdump = ['tcpdump', '-i', device, '-w', file, '-Z', 'root', '-U', '--immediate-mode']
  const child = spawn('ip', ['netns', 'exec', name, ...tcpdump], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)))
  const ended = once(child, 'close')
  owner.teardown(async () => {
    child.kill('SIGTERM')
    await ended
  })
  await until(`tcpdump listens on ${device}`, () => said.includes('listening on'))
  return { frames: async () => packetsOf(await readFile(file)).map(decodeFrame) }
}
