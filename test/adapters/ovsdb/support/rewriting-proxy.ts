import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { JsonSplitter } from '../../../../adapters/ovsdb/json-splitter.js'
import type { Remote } from '../../../../adapters/ovsdb/remote.js'
import { temporaryDirectory } from './temporary-directory.js'

interface Request {
  readonly method?: string
  readonly id: unknown
}

/** Stands before a real server and looks like an older one. */
export class RewritingProxy {
  readonly remote: Remote
  readonly #sockets = new Set<Socket>()
  #isShut = false

  private constructor(path: string) {
    this.remote = { kind: 'unix', path }
  }

  /** A proxy to the unix socket `target` that knows none of `unknownMethods`. */
  static async before(
    t: Test,
    target: Remote,
    unknownMethods: readonly string[] = [],
  ): Promise<RewritingProxy> {
    const path = join(temporaryDirectory(t), 's')
    const proxy = new RewritingProxy(path)
    const server = createServer((client) => proxy.#join(client, target, unknownMethods))
    await once(server.listen(path), 'listening')
    t.teardown(() => {
      proxy.cut()
      server.close()
    })
    return proxy
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  /** Breaks every connection and refuses new ones, until it is opened. */
  shut(): void {
    this.#isShut = true
    this.cut()
  }

  open(): void {
    this.#isShut = false
  }

  #join(client: Socket, target: Remote, unknownMethods: readonly string[]): void {
    if (this.#isShut) {
      client.destroy()
      return
    }
    const server = connect(target.kind === 'unix' ? target.path : '')
    const splitter = new JsonSplitter()
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket
        .on('error', () => undefined)
        .on('close', () => [client, server].forEach((other) => other.destroy()))
    }
    server.pipe(client)
    client.on('data', (chunk: Buffer) => {
      for (const message of splitter.push(chunk)) {
        const { method = '', id } = message as Request
        if (unknownMethods.includes(method)) client.write(JSON.stringify({ id, error: 'unknown method' }))
        else server.write(JSON.stringify(message))
      }
    })
  }
}
