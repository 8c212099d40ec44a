import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isDone } from '../../lib/plan/command.js'
import { builtFile } from '../built-file.js'
import { Child, endingText, outputTextOf } from '../child.js'
import { endDaemons } from './daemons.js'
import { programFile, schemaFile, ScratchError } from './programs.js'

/** With these, bridges of type dummy tunnel for real, without privileges (--enable-dummy=override would not). */
export const dummyDatapath = ['--enable-dummy=system', '--disable-system', '--disable-system-route']

/** Open vSwitch in a directory of its own: one ovsdb-server with both databases on `db.sock`, one ovs-vswitchd. */
export interface Scratch {
  readonly directory: string
  /** What makes Open vSwitch's programs talk to this instance. */
  readonly env: Readonly<Record<string, string>>
  /** Gives a program's standard output without its last newline. Rejects with ScratchError where it has not done what it was asked to. */
  readonly run: (program: string, ...args: readonly string[]) => Promise<string>
  readonly killServer: () => Promise<void>
  readonly startServer: () => Promise<void>
  readonly killSwitch: () => Promise<void>
  readonly startSwitch: () => Promise<void>
  /** Lets it outlive this process, unless `stop` is called. */
  readonly keep: () => void
  /** Ends all daemons and removes the directory. Stopping twice is not an error. */
  readonly stop: () => Promise<void>
}

const vsctlTimeoutS = 20

/**
 * Starts the two daemons, unprivileged by default; `switchArguments` choose the datapaths, `enter` is a command prefix
 * that runs ovs-vswitchd elsewhere, in a network namespace say, `serverArguments` are for ovsdb-server. A process of its own removes everything when this one
 * ends without `stop`, however it ends. When the start fails nothing is left behind. Throws ScratchError.
 */
export async function startScratch(
  switchArguments: readonly string[] = dummyDatapath,
  enter: readonly string[] = [],
  serverArguments: readonly string[] = [],
): Promise<Scratch> {
  const [tool, server, vswitchd] = ['ovsdb-tool', 'ovsdb-server', 'ovs-vswitchd'].map(programFile)
  const schemas = { 'conf.db': schemaFile('vswitch.ovsschema'), 'vtep.db': schemaFile('vtep.ovsschema') }
  const directory = newDirectory()
  const guardian = watchOver(directory)
  const env = {
    OVS_RUNDIR: directory,
    OVS_LOGDIR: directory,
    OVS_DBDIR: directory,
    OVS_SYSLOG_METHOD: 'null',
  }
  const run = (program: string, ...args: readonly string[]): Promise<string> =>
    outputOf(program, args, directory, env)
  const daemonized = ['--detach', '--no-chdir', '--pidfile', '--log-file', '-vconsole:emer']
  const startServer = async (): Promise<void> => {
    const remote = `--remote=punix:${join(directory, 'db.sock')}`
    await run(server ?? '', ...daemonized, remote, ...serverArguments, ...Object.keys(schemas))
  }
  const startSwitch = async (): Promise<void> => {
    const [program = '', ...args] = [...enter, vswitchd ?? '', ...daemonized, ...switchArguments]
    await run(program, ...args)
  }
  const stop = async (): Promise<void> => {
    await endDaemons(directory)
    await rm(directory, { recursive: true, force: true })
    guardian.release()
  }
  try {
    for (const [file, schema] of Object.entries(schemas)) await run(tool ?? '', 'create', file, schema)
    await startServer()
    await run('ovs-vsctl', `--timeout=${vsctlTimeoutS}`, '--no-wait', 'init')
    await startSwitch()
  } catch (error) {
    await stop()
    throw new ScratchError(`a scratch switch does not start: ${reasonOf(error)}`)
  }
  return {
    directory,
    env,
    run,
    killServer: () => endDaemons(directory, 'ovsdb-server'),
    startServer,
    killSwitch: () => endDaemons(directory, 'ovs-vswitchd'),
    startSwitch,
    keep: guardian.release,
    stop,
  }
}

function newDirectory(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'vtep-box-'))
  } catch (error) {
    throw new ScratchError(`a scratch switch needs a directory: ${reasonOf(error)}`)
  }
}

async function outputOf(
  program: string,
  list: readonly string[],
  cwd: string,
  env: Scratch['env'],
): Promise<string> {
  const child = new Child(program, list, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr] = await Promise.all([outputTextOf(child.stdout), outputTextOf(child.stderr)])
  const ending = await child.ended
  const [said = ''] = (stderr ?? '').trim().split('\n')
  if (!isDone(program, ending.code ?? undefined))
    throw new ScratchError(`${basename(program)}: ${said === '' ? endingText(ending) : said}`)
  if (stdout === null) throw new ScratchError(`${basename(program)}: printed more than can be read`)
  return stdout.replace(/\n$/, '')
}

/** Starts the guardian of a directory; `release` sends it away. */
function watchOver(directory: string): { readonly release: () => void } {
  const child = new Child(process.execPath, [builtFile('adapters/scratch/guardian.js'), directory], {
    // in a session of its own, so that the Ctrl-C that ends us does not end it
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.unref()
  const { stdin } = child
  if (stdin instanceof Socket) stdin.unref()
  return {
    release: () => {
      if (stdin?.writableEnded === false) stdin.end('keep')
    },
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
