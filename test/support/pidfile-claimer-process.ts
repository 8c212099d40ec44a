import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(import.meta.resolve('./pidfile-claimer.js'))

/** A process that claims a pidfile when told. */
export class PidfileClaimer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: Interface

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child
    this.#lines = createInterface(child.stdout)
  }

  /** Starts one and waits until it only lacks the word to go. */
  static async start(path: string, overwrite = false): Promise<PidfileClaimer> {
    const args = [PROGRAM, path, overwrite ? 'overwrite' : '']
    const claimer = new PidfileClaimer(spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    await once(claimer.#lines, 'line')
    return claimer
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Lets it claim; `claimed`, or why not. */
  async claim(): Promise<string> {
    this.#child.stdin.end()
    const [line] = (await once(this.#lines, 'line')) as [string]
    return line
  }

  /** Ends it; ending one that has ended is not an error. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    await ended
  }
}
