import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { type Environment, programEnvironment } from './environment.js'
import { hasCode, systemErrorText } from './error-code.js'

/** How a program ended. `trouble`: why it could not be started; null: it was. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly trouble: string | null
}

export interface ChildOptions extends Pick<SpawnOptions, 'stdio' | 'cwd' | 'detached'> {
  readonly env?: Environment | undefined
}

/**
 * A program that is started without a shell, or was to be. Whatever keeps it from starting (no such file, no permission,
 * arguments too long, no descriptor, process or memory left) is an ending like any other: nothing here throws.
 */
export class Child {
  /** Resolves when it has ended and all it printed was read. Never rejects. */
  readonly ended: Promise<Ending>
  readonly #process: ChildProcess | null

  /** `env`: see `programEnvironment`. */
  constructor(program: string, list: readonly string[], { env, ...options }: ChildOptions = {}) {
    try {
      const child = spawn(program, list, { ...options, env: programEnvironment(env) })
      this.#process = child
      this.ended = endOf(child)
      // Node gives a process no streams when no descriptor is left; the types don't say so
      this.stdin?.on('error', () => undefined)
    } catch (error) {
      this.#process = null
      this.ended = Promise.resolve({ code: null, signal: null, trouble: troubleOf(error) })
    }
  }

  /** Null: it was not started, or its options say so. */
  get stdin(): Writable | null {
    return this.#process?.stdin ?? null
  }

  get stdout(): Readable | null {
    return this.#process?.stdout ?? null
  }

  get stderr(): Readable | null {
    return this.#process?.stderr ?? null
  }

  isThere(): boolean {
    const child = this.#process
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null
  }

  /** Whether a signal, or who traces it, keeps it from going on, as of proc_pid_stat(5). */
  isStopped(): boolean {
    try {
      return /\) [Tt] /.test(readFileSync(`/proc/${String(this.#process?.pid)}/stat`, 'latin1'))
    } catch {
      return false
    }
  }

  /** Whether it was still there. */
  kill(signal: NodeJS.Signals = 'SIGTERM'): boolean {
    return this.isThere() && this.#process?.kill(signal) === true
  }

  /** Our process need not wait for its end. */
  unref(): void {
    this.#process?.unref()
  }
}

/** In one line. */
export function endingText({ code, signal, trouble }: Ending): string {
  return trouble ?? `ended by ${signal ?? `exit status ${code ?? 'unknown'}`}`
}

/** More does not fit into a text of JavaScript. */
const mostBytes = 2 ** 29 - 2 ** 10

/** All that a stream of a child says, from now on; null: that is more than a text can hold. Never rejects. */
export async function outputTextOf(stream: Readable | null): Promise<string | null> {
  let chunks: Buffer[] = []
  let size = 0
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= mostBytes) chunks.push(chunk)
    else chunks = []
  })
  if (stream !== null && !stream.closed)
    await new Promise((resolve) => stream.once('close', resolve).on('error', resolve))
  return size > mostBytes ? null : Buffer.concat(chunks).toString()
}

function endOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    let trouble: string | null = null
    child.on('error', (error) => {
      // a signal that can't be sent is an error, too
      if (child.pid === undefined) trouble = troubleOf(error)
    })
    child.once('close', (code: number | null, signal: NodeJS.Signals | null) =>
      resolve({ code: trouble === null ? code : null, signal, trouble }),
    )
  })
}

function troubleOf(error: unknown): string {
  if (hasCode(error, 'ENOENT')) return 'no such program in PATH'
  return `can't be started: ${systemErrorText(error)}`
}
