import { execa } from 'execa'
import { type Command, openflowVersion } from '../../lib/command.js'
import { bridgeTarget } from '../paths.js'

/** A command that did not exit with status 0; the message names it and says what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** An ovs-vsctl that waits for ovs-vswitchd ends itself before this. */
const timeoutMs = 30_000

/** Runs a command without a shell and gives its standard output. Throws CommandError. */
export function runCommand(command: Command): Promise<string> {
  return prepareCommand(command).run()
}

/** A command that is started and waits for its standard input. */
export interface PreparedCommand {
  /** As runCommand. */
  run(): Promise<string>
  cancel(): void
}

/** Starts a command for which there will be no time later. It must read its standard input before it does anything. */
export function prepareCommand({ program, arguments: list, input }: Command): PreparedCommand {
  const process = execa(program, list, {
    reject: false,
    timeout: timeoutMs,
    stripFinalNewline: false,
    maxBuffer: 2 ** 30,
    cleanup: false,
  })
  return {
    run: async () => {
      process.stdin.end(input)
      const result = await process
      if (result.failed) throw new CommandError(`${program}: ${reasonOf(result)}`)
      return result.stdout
    },
    cancel: () => process.kill(),
  }
}

/** All flows of a bridge, as lib's `parseFlow` reads them. */
export function dumpFlows(bridge: string): Promise<string> {
  const list = ['-O', openflowVersion, '--no-stats', '--no-names', 'dump-flows', bridgeTarget(bridge)]
  return runCommand({ program: 'ovs-ofctl', arguments: list, input: '' })
}

interface Ended {
  readonly timedOut: boolean
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  readonly stderr: string
  readonly code?: string | undefined
}

function reasonOf({ timedOut, exitCode, signal, stderr, code }: Ended): string {
  if (code === 'ENOENT') return 'no such program in PATH'
  if (timedOut) return `no answer within ${timeoutMs / 1000} s`
  const said = stderr.trim().split('\n').slice(0, 4).join('; ')
  return said === '' ? `ended by ${signal ?? `exit status ${String(exitCode)}`}` : said
}
