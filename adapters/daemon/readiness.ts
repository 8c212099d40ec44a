import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import * as z from 'zod'
import { exitOf, exitText } from './exit-status.js'
import { ownRole } from './respawn.js'

/** What a process says once, to the process that started it: it is up, or the reason why it will not be. */
const Readiness = z.union([z.object({ isReady: z.literal(true) }), z.object({ error: z.string() })])
export type Readiness = z.infer<typeof Readiness>

/**
 * Tells whoever started this process, and lets go of it: its parent of the same program by message, a
 * user by an error line on standard error. A parent that is gone is not an error.
 */
export async function announce(readiness: Readiness): Promise<void> {
  if (ownRole() === 'launcher') {
    if ('error' in readiness) writeSync(process.stderr.fd, `${readiness.error}\n`)
    return
  }
  if (!isConnected()) return
  await new Promise((sent) => process.send?.(readiness, undefined, undefined, sent))
  if (isConnected()) process.disconnect()
}

function isConnected(): boolean {
  return process.connected
}

/** What `child` announces; its end without a word is an error. Never rejects. */
export async function readinessOf(child: ChildProcess | string): Promise<Readiness> {
  if (typeof child === 'string') return { error: child }
  const said = once(child, 'message').then(([message]) => Readiness.parse(message))
  const hungUp = once(child, 'disconnect').then(async () => ({
    error: `child process ${exitText(await exitOf(child))} before it was ready`,
  }))
  try {
    return await Promise.race([said, hungUp])
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
