import { openflowVersion } from '../../lib/model/flow.js'
import { type Command, handed, isDone } from '../../lib/plan/command.js'
import { Rejection } from '../../lib/model/quarantine.js'
import { Child, type Ending, endingText, outputTextOf } from '../child.js'
import type { Environment } from '../environment.js'
import { bridgeTarget } from '../paths.js'
import { sha256 } from '../sha256.js'

/** A command that did not do what it was asked to; the message names it and says what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** An ovs-vsctl that waits for ovs-vswitchd ends itself before this. */
const timeoutMs = 30_000

/**
 * Runs a command without a shell and gives its standard output. Throws CommandError, or Rejection where the
 * switch refused a flow of a bundle, or ovs-ofctl could not read one. It is killed when `signal` says so.
 */
export async function runCommand(command: Command, signal?: AbortSignal, env?: Environment): Promise<string> {
  return (await prepareCommand(command, signal, env).run(command.input)).stdout
}

/** What came of a command, and the digest of all that the process was given, see `handed`. */
export interface CommandOutcome {
  readonly stdout: string
  readonly digest: string
}

/** What is known of a command before there is anything to give it. */
export type Head = Pick<Command, 'program' | 'arguments'>

/** A command that is started and waits for its standard input. */
export interface PreparedCommand {
  /** As runCommand. Calls `onGiven` when it has got all its input. Once. */
  run(input: string, onGiven?: () => void): Promise<CommandOutcome>
  /** Whether it has not ended, nor been stopped by a signal. */
  isThere(): boolean
  cancel(): void
}

/** Starts a command for which there will be no time later. It must read its standard input before it does anything. */
export function prepareCommand(
  { program, arguments: list }: Head,
  signal = new AbortController().signal,
  env?: Environment,
): PreparedCommand {
  const child = new Child(program, list, { env })
  const [stdout, stderr] = [outputTextOf(child.stdout), outputTextOf(child.stderr)]
  // one that hangs may not hear anything else; a bundle that is not complete is dropped with its connection
  const cancel = (): void => void child.kill('SIGKILL')
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel)
  void child.ended.then(() => signal.removeEventListener('abort', cancel))
  return {
    run: async (input, onGiven) => {
      let known = ''
      const digest = () => (known ||= sha256(handed([program, ...list], input)))
      let isLate = false
      const timer = setTimeout(() => (isLate = child.kill('SIGKILL')), timeoutMs)
      child.stdin?.end(input, (error?: Error | null) => {
        if (error != null) return
        // while the command is at work with it
        digest()
        onGiven?.()
      })
      const ending = await child.ended
      clearTimeout(timer)
      const said = (await stderr) ?? ''
      const refusal = ending.code === 1 ? refusals[program](said) : undefined
      if (refusal !== undefined) throw new Rejection(refusal)
      if (!isDone(program, ending.code ?? undefined))
        throw new CommandError(
          `${program}: ${reasonOf(ending, said, { isLate, isCanceled: signal.aborted })}`,
        )
      const printed = await stdout
      if (printed === null) throw new CommandError(`${program}: printed more than can be read`)
      return { stdout: printed, digest: digest() }
    },
    isThere: () => child.isThere() && !child.isStopped(),
    cancel,
  }
}

/** All flows of a bridge, as lib's `parseFlow` reads them. */
export function dumpFlows(bridge: string, env?: Environment): Promise<string> {
  const target = bridgeTarget(bridge, env?.['OVS_RUNDIR'])
  const list = ['-O', openflowVersion, '--no-stats', '--no-names', 'dump-flows', target]
  return runCommand({ program: 'ovs-ofctl', arguments: list, input: '' }, undefined, env)
}

/** By program: what its words say that it refuses; undefined: it failed for another reason. */
const refusals: Readonly<Record<Command['program'], (stderr: string) => string | undefined>> = {
  'ovs-ofctl': refusalIn,
  'ovs-vsctl': refusedByVsctl,
  'ovsdb-client': () => undefined,
}

/** It looks at all commands before it commits any, and what the database refuses it does not commit. */
function refusedByVsctl(stderr: string): string | undefined {
  const words =
    /^ovs-vsctl: (?:cannot create |no row |no bridge |no port |transaction error: .*(?:constraint violation|range error)).*/m
  return words.exec(stderr)?.[0]
}

/** What a bundle's first error is, without the number of its message; undefined: it was not for what is in it. */
function refusalIn(stderr: string): string | undefined {
  const [refused] = /^Error OFP\w+ for: OFPT_FLOW_MOD .*|^ovs-ofctl: -:\d+: .*/m.exec(stderr) ?? []
  return refused?.replace(/ \(xid=0x[0-9a-f]+\)/, '')
}

function reasonOf(ending: Ending, stderr: string, { isLate = false, isCanceled = false }): string {
  if (ending.trouble !== null) return ending.trouble
  if (isCanceled) return 'killed, for the daemon ends'
  if (isLate) return `no answer within ${timeoutMs / 1000} s`
  const said = stderr.trim().split('\n').slice(0, 4).join('; ')
  return said === '' ? endingText(ending) : said
}
