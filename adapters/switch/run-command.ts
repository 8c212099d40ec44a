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
export async function runCommand({ program, arguments: list, input }: Command): Promise<string> {
  const result = await execa(program, list, {
    input,
    reject: false,
    timeout: timeoutMs,
    stripFinalNewline: false,
    maxBuffer: 2 ** 30,
    cleanup: false,
  })
  if (result.failed) throw new CommandError(`${program}: ${reasonOf(result)}`)
  return result.stdout
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
