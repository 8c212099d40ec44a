import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { until } from './until.js'
import type { RunDirectory } from './run-directory.js'

/** The program of test/support/tiny-daemon.ts. */
export const TINY_DAEMON = fileURLToPath(import.meta.resolve('./tiny-daemon.js'))

/** A tiny daemon in the foreground. */
export class TinyDaemon {
  readonly process: ChildProcess
  readonly socket: string
  /** Exit status or signal. */
  readonly ended: Promise<number | NodeJS.Signals>

  private constructor(child: ChildProcess, directory: RunDirectory) {
    this.process = child
    this.socket = directory.file(`ovs-vtep.${child.pid ?? 0}.ctl`)
    this.ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals)
  }

  /** Starts one with a command line and waits for its control socket. */
  static async start(directory: RunDirectory, ...args: string[]): Promise<TinyDaemon> {
    const child = spawn(process.execPath, [TINY_DAEMON, ...args], {
      env: { ...process.env, ...directory.env },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const daemon = new TinyDaemon(child, directory)
    await until('the control socket', () => existsSync(daemon.socket))
    return daemon
  }
}
