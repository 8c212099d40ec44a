import { writeSync } from 'node:fs'
import { daemonize, type Startup } from '../adapters/daemon/daemonize.js'
import { controlSocket } from '../adapters/paths.js'
import { keepNotified } from '../adapters/daemon/service-manager.js'
import { claimPidfile } from '../adapters/pidfile.js'
import { ControlServer } from '../adapters/unixctl/control-server.js'
import { vlog } from '../adapters/vlog/vlog.js'
import { oneLine } from '../lib/words/one-line.js'
import { summarize, summarizeAll } from '../lib/words/status.js'
import { parseArguments } from './daemon/arguments.js'
import { type Arguments } from './daemon/asked.js'
import { registerCommands } from './daemon/control.js'
import { startDaemon } from './daemon/daemon.js'
import { answerOf, type DaemonCommand } from './daemon/daemon-commands.js'
import type { Daemon } from './daemon/switch-daemon.js'
import { TroubleError } from './command-line/trouble-error.js'
import { up } from './daemon/up.js'
import { UsageError } from './command-line/usage-error.js'
import { exitStatus, type ExitStatus } from './command-line/exit-status.js'

const log = vlog.module('ovs-vtep')

/** Does what a command line of ovs-vtep asks for. */
export async function runDaemon(argv: readonly string[]): Promise<void> {
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  const invocation = understood(argv)
  if (invocation.kind === 'show') {
    writeSync(process.stdout.fd, invocation.text)
    return
  }
  if (invocation.kind === 'doctor') {
    // a daemon that starts need not read what it does not need
    const { doctor } = await import('./doctor/program.js')
    process.exitCode = await doctor(invocation.arguments, invocation.isJson)
    return
  }
  if (invocation.kind === 'ask') {
    process.exitCode = await asked(invocation.asked)
    return
  }
  const options = invocation.arguments
  if (invocation.kind === 'run' && options.isDryRun) {
    const { dryRun } = await import('./daemon/dry-run.js')
    process.exitCode = await dryRun(options)
    return
  }
  for (const spec of options.verbose) refuse(spec, vlog.set(spec))
  if (options.isLogJson) vlog.setJson()
  const openLog = () => {
    if (options.logFile !== null) vlog.openFile(options.logFile)
  }
  const startup = await daemonize({ ...options, openLog })
  if (invocation.kind === 'run') await work(options, startup, () => workFor(options))
  else await work(options, startup, () => workForSeveral(options, invocation.names))
}

function understood(argv: readonly string[]): ReturnType<typeof parseArguments> {
  try {
    return parseArguments(argv)
  } catch (error) {
    if (error instanceof UsageError) end(`ovs-vtep: ${error.message}`, exitStatus.usage)
    throw error
  }
}

/** Prints what the running daemon says; gives the exit status. */
async function asked(command: DaemonCommand): Promise<ExitStatus> {
  try {
    writeSync(process.stdout.fd, await answerOf(command))
    return exitStatus.done
  } catch (error) {
    if (!(error instanceof TroubleError)) throw error
    writeSync(process.stderr.fd, `ovs-vtep: ${oneLine(error.message)}\n`)
    return exitStatus.trouble
  }
}

/** A bug of ours: the log gets the trace, and `--monitor` a status that means another try. */
function crash(error: unknown): never {
  log.emer(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exit(exitStatus.fault)
}

/** What the process works at, for one switch or for several. */
interface Work extends Pick<Daemon, 'settled' | 'ended'> {
  register(control: ControlServer): void
  /** For the service manager. */
  summary(): string
}

async function workFor(options: Arguments): Promise<Work> {
  const daemon = await startDaemon(options)
  return {
    settled: daemon.settled,
    ended: daemon.ended,
    register: (control) => registerCommands(control, daemon),
    summary: () => summarize(daemon.status()),
  }
}

async function workForSeveral(options: Arguments, names: readonly string[] | null): Promise<Work> {
  const { startSeveral } = await import('./daemon/several.js')
  const { registerSeveral } = await import('./daemon/control-several.js')
  const several = await startSeveral(options, names)
  return {
    settled: several.settled,
    ended: several.ended,
    register: (control) => registerSeveral(control, several),
    summary: () =>
      summarizeAll(
        [...several.crew.workers.values()].map((worker) => worker.status()),
        several.crew.troubles.size,
      ),
  }
}

async function work(options: Arguments, startup: Startup, start: () => Promise<Work>): Promise<void> {
  const daemon = await started(options, startup, start)
  const control = new ControlServer()
  daemon.register(control)
  try {
    await control.listen(options.controlSocket ?? controlSocket(process.pid))
    const isSettled = await up(daemon)
    if (!isSettled) log.warn('the start takes long, and goes on in the background')
    keepNotified(() => daemon.summary())
    await Promise.all([startup.ready(), daemon.ended])
  } catch (error) {
    log.emer(reasonOf(error))
    // once ready, nobody waits for this word any more
    await startup.failed(`ovs-vtep: ${reasonOf(error)}`)
    process.exitCode = exitStatus.fault
  }
  await control.close()
  // a connection that hangs must not keep a stopped daemon alive
  process.exit()
}

async function started(options: Arguments, startup: Startup, start: () => Promise<Work>): Promise<Work> {
  try {
    if (options.pidfile !== null) claimPidfile(options.pidfile, options.overwritePidfile)
    return await start()
  } catch (error) {
    await startup.failed(`ovs-vtep: ${reasonOf(error)}`)
    process.exit(exitStatus.trouble)
  }
}

function refuse(spec: string, problem: string | undefined): void {
  if (problem !== undefined) end(`ovs-vtep: processing "${spec}": ${problem}`, exitStatus.usage)
}

function end(message: string, status: number): never {
  writeSync(process.stderr.fd, `${message}\n`)
  process.exit(status)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
