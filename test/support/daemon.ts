import { execa } from 'execa'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pythonVtep } from './installation.js'
import { atProcessEnd } from './process-end.js'
import type { Environment, Owner } from './ovs.js'
import { patienceMs } from './patience.js'
import { until } from './until.js'

/** A daemon under test, seen from outside: a process, its control socket and what it printed. */
export interface Daemon {
  readonly pid: number
  /** `ovs-appctl` on its control socket; gives the answer, rejects on an error answer. */
  control(...command: readonly string[]): Promise<string>
  /** Ends it with SIGTERM and gives the exit status; -1 when a signal ended it. */
  stop(): Promise<number>
  /** The same with SIGKILL. */
  kill(): Promise<number>
  /** Resolves with the exit status however it ended. */
  readonly ended: Promise<number>
  /** Everything printed so far. */
  output(): string
}

export interface Program {
  /** Command and arguments. */
  readonly command: readonly string[]
  /** Its name in the control socket's path. */
  readonly name: string
  /** The control socket, where it is told to have it elsewhere than all such programs. */
  readonly socket?: string
}

/** Open vSwitch's own emulator, for comparison. */
export const PREDECESSOR: Program = {
  command: pythonVtep,
  name: 'ovs-vtep',
}

/** Ours as built; run tests from the package's top directory. */
export const OURS: Program = {
  command: [process.execPath, join('dist', 'bin', 'ovs-vtep.js')],
  name: 'ovs-vtep',
}

interface Ending {
  readonly status: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs `program` until it ends, or until its parent process does when it detaches; status undefined: it had to be killed. */
export async function runToEnd(program: Program, args: readonly string[], env: Environment): Promise<Ending> {
  const [file = '', ...leading] = program.command
  const { exitCode, stdout, stderr } = await execa(file, [...leading, ...args], {
    env,
    reject: false,
    stdin: 'ignore',
    timeout: patienceMs,
  })
  return { status: exitCode, stdout, stderr }
}

/**
 * Starts `program` in the foreground and waits until its control socket answers, `longestMs` at most as of `until`;
 * rejects with its output if it ends instead.
 */
export async function startDaemon(
  owner: Owner,
  program: Program,
  args: readonly string[],
  env: Environment,
  longestMs?: number,
): Promise<Daemon> {
  const [file = '', ...leading] = program.command
  const child = spawn(file, [...leading, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += String(chunk)))
  const ended = once(child, 'close').then(([status]) => (typeof status === 'number' ? status : -1))
  const { pid } = child
  if (pid === undefined) throw new Error(`cannot start ${program.command.join(' ')}`)

  const withdraw = atProcessEnd(() => child.kill('SIGKILL'))
  const end = async (signal: NodeJS.Signals): Promise<number> => {
    withdraw()
    return terminate(child, signal, ended)
  }
  owner.teardown(async () => {
    await end('SIGTERM')
  })

  const { socket = join(env.OVS_RUNDIR ?? '', `${program.name}.${pid}.ctl`) } = program
  const control = async (...command: readonly string[]): Promise<string> =>
    (await execa('ovs-appctl', ['-t', socket, ...command], { env })).stdout
  const answers = async (): Promise<boolean> => {
    if (child.exitCode !== null) return true
    return existsSync(socket) && (await control('version')) !== ''
  }
  await until(`${program.name} answers`, answers, longestMs)
  if (child.exitCode !== null) throw new Error(`${program.name} ended with ${await ended}:\n${output}`)

  return {
    pid,
    control,
    ended,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

async function terminate(
  child: ChildProcess,
  signal: NodeJS.Signals,
  ended: Promise<number>,
): Promise<number> {
  child.kill(signal)
  const tooLate = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  const status = await ended
  clearTimeout(tooLate)
  return status
}
