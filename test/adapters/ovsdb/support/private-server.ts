import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Remote } from '../../../../adapters/ovsdb/remote.js'
import { schemaFile } from '../../../support/installation.js'
import { temporaryDirectory } from './temporary-directory.js'

const vtepSchema = schemaFile('vtep')

/** An ovsdb-server of the test's own, with an empty hardware_vtep database that outlives restarts. */
export class PrivateServer {
  readonly directory: string
  readonly remote: Remote
  #process: ChildProcess | null = null
  #stderr = ''

  private constructor(directory: string) {
    this.directory = directory
    this.remote = { kind: 'unix', path: join(directory, 's') }
  }

  /** A standalone server, which keeps no history. */
  static async standalone(t: Test, options: readonly string[] = []): Promise<PrivateServer> {
    const server = new PrivateServer(temporaryDirectory(t))
    execFileSync('ovsdb-tool', ['create', join(server.directory, 'db'), vtepSchema])
    return server.#startedFor(t, options)
  }

  /** A cluster of one, which keeps history. */
  static async clustered(t: Test): Promise<PrivateServer> {
    const server = new PrivateServer(temporaryDirectory(t))
    const raft = `unix:${join(server.directory, 'raft')}`
    execFileSync('ovsdb-tool', ['create-cluster', join(server.directory, 'db'), vtepSchema, raft])
    return server.#startedFor(t, [])
  }

  async #startedFor(t: Test, options: readonly string[]): Promise<this> {
    t.teardown(() => this.kill())
    await this.start(options)
    return this
  }

  /** Resolves when the server accepts connections. */
  async start(options: readonly string[] = []): Promise<void> {
    const inDirectory = (name: string) => join(this.directory, name)
    const own = [
      `--remote=p${pathOf(this.remote)}`,
      `--unixctl=${inDirectory('ctl')}`,
      '-vconsole:info',
      '-vsyslog:off',
    ]
    this.#stderr = ''
    this.#process = spawn('ovsdb-server', [inDirectory('db'), ...own, ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
    while (!(await this.#isAccepting())) {
      if (this.#process.exitCode !== null) throw new Error(`ovsdb-server: ${this.#stderr}`)
      await sleep(5)
    }
  }

  /** The port of a ptcp:0 or pssl:0 remote given at the start. */
  async listeningPort(): Promise<number> {
    for (;;) {
      const port = /listening on port (\d+)/.exec(this.#stderr)?.[1]
      if (port !== undefined) return Number(port)
      await sleep(5)
    }
  }

  /** Ends the server without a chance to say goodbye. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child?.exitCode !== null || !child.kill('SIGKILL')) return
    await once(child, 'exit')
  }

  async #isAccepting(): Promise<boolean> {
    const socket = connect(pathOf(this.remote).slice('unix:'.length))
    try {
      await once(socket, 'connect')
      return true
    } catch {
      return false
    } finally {
      socket.destroy()
    }
  }
}

function pathOf(remote: Remote): string {
  return remote.kind === 'unix' ? `unix:${remote.path}` : ''
}
