/** Carries out one command; what it throws is shown to who asked, and `ovs-appctl` exits with 2. */
export type CommandHandler = (args: readonly string[]) => string | Promise<string>

interface Command {
  readonly usage: string
  readonly minArgs: number
  readonly maxArgs: number
  readonly handler: CommandHandler
}

/** What the asker did wrong, in the words of OVS. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** The commands a daemon answers on its control socket. `list-commands` and `help` are always there. */
export class CommandTable {
  readonly #commands = new Map<string, Command>()

  constructor() {
    for (const name of ['list-commands', 'help']) this.register(name, '', 0, 0, () => this.#list())
  }

  /** Adds a command, or replaces the one of that name; `usage` is how its arguments look in `list-commands`. */
  register(name: string, usage: string, minArgs: number, maxArgs: number, handler: CommandHandler): void {
    this.#commands.set(name, { usage, minArgs, maxArgs, handler })
  }

  /** The answer to one command. Rejects with CommandError before the handler sees a wrong call. */
  async run(name: string, args: readonly string[]): Promise<string> {
    return await this.#find(name, args.length).handler(args)
  }

  #find(name: string, count: number): Command {
    const command = this.#commands.get(name)
    if (!command) {
      throw new CommandError(
        `"${name}" is not a valid command (use "list-commands" to see a list of valid commands)`,
      )
    }
    if (count < command.minArgs) {
      throw new CommandError(`"${name}" command requires at least ${command.minArgs} arguments`)
    }
    if (count > command.maxArgs) {
      throw new CommandError(`"${name}" command takes at most ${command.maxArgs} arguments`)
    }
    return command
  }

  #list(): string {
    const lines = [...this.#commands]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { usage }]) => `  ${name.padEnd(23)} ${usage}`.trimEnd())
    return `The available commands are:\n${lines.join('\n')}\n`
  }
}
