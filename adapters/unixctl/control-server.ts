import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { limitClients, listenAtFile } from '../listening.js'
import { CommandTable, type CommandHandler } from './command-table.js'
import { converse } from './conversation.js'

/** How long a client may be silent, or not read its answer, while no command of it runs. */
const IDLE_MS = 60_000

/** How long the end of the daemon waits for commands that run. */
const FAREWELL_MS = 500

/**
 * The control socket that `ovs-appctl` talks to. States: made, listening, closed. A command runs as soon
 * as its request is read, whatever else the daemon waits for.
 */
export class ControlServer {
  readonly #commands = new CommandTable()
  readonly #clients = new Set<Socket>()
  readonly #answers = new Set<Promise<void>>()
  readonly #server: Server
  #withdraw = (): void => undefined

  constructor() {
    this.#server = createServer((client) => this.#accept(client))
    limitClients(this.#server)
  }

  /** Adds a command, or replaces the one of that name; see CommandTable. */
  register(
    name: string,
    usage: string | null,
    minArgs: number,
    maxArgs: number,
    handler: CommandHandler,
  ): void {
    this.#commands.register(name, usage, minArgs, maxArgs, handler)
  }

  /**
   * Listens at `file`, for the owner and as much of the group as the umask allows. A socket left there is
   * replaced, any other file is an error. The socket is removed when the process exits.
   */
  async listen(file: string): Promise<void> {
    this.#withdraw = await listenAtFile(this.#server, file)
  }

  /**
   * Removes the socket, lets running commands answer for a moment, and hangs up. A command must not
   * wait for it. Closing a server that doesn't listen is not an error.
   */
  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    await Promise.race([
      Promise.allSettled(this.#answers),
      setTimeout(FAREWELL_MS, undefined, { ref: false }),
    ])
    for (const client of this.#clients) client.destroy()
    await closed
    this.#withdraw()
  }

  #accept(client: Socket): void {
    this.#clients.add(client)
    client.on('error', () => client.destroy()).setTimeout(IDLE_MS)
    void converse(client, this.#commands, this.#answers).finally(() => this.#clients.delete(client))
  }
}
