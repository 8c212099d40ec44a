import { type Answer, printed, AnswerSettings } from './answer.js'

/** Carries out one command; what it throws is shown to who asked, and `ovs-appctl` exits with 2. */
export type CommandHandler = (args: readonly string[]) => Answer | Promise<Answer>

interface Command {
  /** null: `list-commands` does not name it. */
  readonly usage: string | null
  readonly minArgs: number
  readonly maxArgs: number
  readonly handler: (args: readonly string[], settings: AnswerSettings) => Answer | Promise<Answer>
}

/** What the asker did wrong, in the words of OVS. */
export class ControlError extends Error {
  override readonly name = 'CommandError'
}

/** The commands a daemon answers on its control socket. `list-commands`, `help` and `set-options` are always there. */
export class CommandTable {
  readonly #commands = new Map<string, Command>()

  constructor() {
    for (const name of ['list-commands', 'help'])
      this.register(name, '', 0, 0, () => ({ text: () => this.#list(), json: () => this.#usages() }))
    const setOptions: Command['handler'] = (args, settings) => settings.set(args)
    this.#commands.set('set-options', {
      usage: '[--format text|json]',
      minArgs: 1,
      maxArgs: 2,
      handler: setOptions,
    })
  }

  /**
   * Adds a command, or replaces the one of that name; `usage` is how its arguments look in `list-commands`, which does
   * not name it where that is null.
   */
  register(
    name: string,
    usage: string | null,
    minArgs: number,
    maxArgs: number,
    handler: CommandHandler,
  ): void {
    this.#commands.set(name, { usage, minArgs, maxArgs, handler })
  }

  /**
   * The answer to one command of a connection with these settings, as its reply holds it. Rejects with CommandError
   * before the handler sees a wrong call.
   */
  async run(name: string, args: readonly string[], settings = new AnswerSettings()): Promise<unknown> {
    const answer = await this.#find(name, args.length).handler(args, settings)
    return printed(answer, settings.format)
  }

  #find(name: string, count: number): Command {
    const command = this.#commands.get(name)
    if (!command) {
      throw new ControlError(
        `"${name}" is not a valid command (use "list-commands" to see a list of valid commands)`,
      )
    }
    if (count < command.minArgs) {
      throw new ControlError(`"${name}" command requires at least ${command.minArgs} arguments`)
    }
    if (count > command.maxArgs) {
      throw new ControlError(`"${name}" command takes at most ${command.maxArgs} arguments`)
    }
    return command
  }

  #list(): string {
    const lines = Object.entries(this.#usages()).map(([name, usage]) =>
      `  ${name.padEnd(23)} ${usage}`.trimEnd(),
    )
    return `The available commands are:\n${lines.join('\n')}\n`
  }

  /** The arguments of each command that is named. */
  #usages(): Readonly<Record<string, string>> {
    const named = [...this.#commands].flatMap(([name, { usage }]) =>
      usage === null ? [] : [[name, usage] as const],
    )
    return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
