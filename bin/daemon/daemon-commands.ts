import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import * as z from 'zod'
import { hasCode, systemErrorText } from '../../adapters/error-code.js'
import { inRundir, PROGRAM, rundir } from '../../adapters/paths.js'
import { ask } from '../../adapters/unixctl/ask.js'
import { helpLayout } from './daemon-options.js'
import { TroubleError } from '../command-line/trouble-error.js'
import { UsageError } from '../command-line/usage-error.js'

/** A command for the daemon that runs for a switch, as `ovs-appctl -t` would give it. */
export interface DaemonCommand {
  readonly command: string
  /** null: the only daemon there is. */
  readonly physicalSwitch: string | null
  readonly words: readonly string[]
  /** null: what is found by the switch. */
  readonly controlSocket: string | null
}

/** Those of its `list-commands`, with what they do. */
const commands: Readonly<Record<string, readonly [words: string, purpose: string, ...option: string[]]>> = {
  status: ['[PS-NAME]', 'asks the running daemon how things stand', '--json', 'as JSON'],
  acls: ['[PS-NAME]', 'asks the running daemon which entries of ACLs decided on how many frames'],
  retry: ['[PS-NAME]', 'has the running daemon try again at once what was refused'],
  exit: ['[PS-NAME]', 'ends the running daemon', '--cleanup', 'and removes all that is ours from the switch'],
  'list-commands': ['[PS-NAME]', 'lists what the running daemon can be asked'],
  'vlog/list': ['[PS-NAME]', 'lists the logging levels of the running daemon'],
  'vlog/set': ['PS-NAME [SPEC...]', 'sets logging levels of the running daemon'],
  'vlog/reopen': ['[PS-NAME]', 'has the running daemon open its log file anew'],
}

export const daemonCommandNames = Object.keys(commands)

/** Their help; what behind the name is an option goes to the daemon. */
export function daemonCommandHelps(): readonly Command[] {
  return Object.entries(commands).map(([name, [words, purpose, option, meaning]]) => {
    const command = new Command(name)
      .usage(`[options] ${words}`)
      .description(purpose)
      .helpOption(false)
      .configureHelp(helpLayout)
      .option('--unixctl <SOCKET>', 'its control socket (default: found by the name of the switch)')
    if (option !== undefined) command.option(option, meaning)
    return command.option('-h, --help', 'show this help and exit')
  })
}

/** What `argv` says, whose first word is one of them; null: its help is wanted. Throws UsageError. */
export function daemonCommandOf([command = '', ...rest]: readonly string[]): DaemonCommand | null {
  let controlSocket: string | null = null
  const words: string[] = []
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? ''
    const [, joined] = /^--unixctl(?:=(.*))?$/s.exec(word) ?? []
    if (word === '--help' || word === '-h') return null
    if (word.startsWith('--unixctl')) {
      const socket = joined ?? rest[++i]
      if (!socket) throw new UsageError("option '--unixctl' needs a value")
      controlSocket = inRundir(socket)
    } else words.push(word)
  }
  const at = words.findIndex((word) => !word.startsWith('-'))
  const physicalSwitch = at < 0 ? null : (words[at] ?? null)
  return { command, physicalSwitch, words: words.filter((_, i) => i !== at), controlSocket }
}

/** The daemon's answer. Throws TroubleError where none runs, or with its own words. */
export async function answerOf(given: DaemonCommand): Promise<string> {
  const { socket, isOneOfSeveral } =
    given.controlSocket === null
      ? await runningOf(given.physicalSwitch)
      : { socket: given.controlSocket, isOneOfSeveral: await isOfSeveral(given.controlSocket) }
  try {
    return await ask(socket, given.command, wordsFor(given, isOneOfSeveral))
  } catch (error) {
    throw new TroubleError(error instanceof Error ? error.message : String(error))
  }
}

/** One who works for several switches is told which is meant, where its command is for one. */
function wordsFor(
  { command, physicalSwitch, words }: DaemonCommand,
  isOneOfSeveral: boolean,
): readonly string[] {
  const isForOne = ['status', 'acls', 'retry', 'exit'].includes(command)
  return isOneOfSeveral && isForOne && physicalSwitch !== null ? [physicalSwitch, ...words] : words
}

async function isOfSeveral(socket: string): Promise<boolean> {
  return Array.isArray(await statusAt(socket))
}

/** A daemon that answers at `socket`, for a switch. */
export interface Running {
  readonly socket: string
  readonly physicalSwitch: string
  readonly isStandby: boolean
  /** It works for others in the same process. */
  readonly isOneOfSeveral: boolean
  /** What somebody undoes again and again, by its name. */
  readonly contested: readonly string[]
}

/** The daemons that answer, for `physicalSwitch` or, where that is null, for any; what does not answer is passed over. */
export async function runningFor(physicalSwitch: string | null): Promise<readonly Running[]> {
  const found = await Promise.all(socketsFor(physicalSwitch).map(lookAt))
  return found.flat().filter((one) => physicalSwitch === null || one.physicalSwitch === physicalSwitch)
}

async function runningOf(physicalSwitch: string | null): Promise<Pick<Running, 'socket' | 'isOneOfSeveral'>> {
  const found = await runningFor(physicalSwitch)
  const working = found.filter(({ isStandby }) => !isStandby)
  const [first, ...others] = working.length > 0 ? working : found
  const second = others.find(({ socket }) => socket !== first?.socket)
  if (first === undefined) {
    const idle = physicalSwitch === null ? await idleSocket() : null
    if (idle !== null) return { socket: idle, isOneOfSeveral: true }
    const whose = physicalSwitch === null ? '' : ` for ${JSON.stringify(physicalSwitch)}`
    throw new TroubleError(
      `no ${PROGRAM} that runs${whose} answers in ${whereLooked()}; say --unixctl where it was started with that`,
    )
  }
  if (second !== undefined) {
    const names = [...new Set(found.map((one) => one.physicalSwitch))].join(', ')
    throw new TroubleError(`several run, for ${names}: say which switch is meant, or --unixctl`)
  }
  return first
}

/** Of a process for several switches that works for none yet. */
async function idleSocket(): Promise<string | null> {
  for (const socket of socketsFor(null)) {
    const answer = await statusAt(socket)
    if (Array.isArray(answer) && answer.length === 0) return socket
  }
  return null
}

/** Where daemons listen by themselves, and where the systemd unit has that of a switch listen. */
function socketsFor(physicalSwitch: string | null): readonly string[] {
  const directory = rundir()
  const usual = listed(directory).names.filter(
    (name) => name.startsWith(`${PROGRAM}.`) && /\.\d+\.ctl$/.test(name),
  )
  const service = physicalSwitch?.replaceAll('/', '-') ?? ''
  const unit = join(directory, '..', PROGRAM, service, `${PROGRAM}.ctl`)
  return [...usual.map((name) => join(directory, name)), ...(existsSync(unit) ? [unit] : [])]
}

/** The directory of the sockets, for who found no daemon there, and why it can't be listed where that is so. */
export function whereLooked(): string {
  const directory = rundir()
  const { reason } = listed(directory)
  return reason === null ? directory : `${directory} (which can not be listed: ${reason})`
}

/** Nothing is in a directory that is not there. */
function listed(directory: string): { readonly names: readonly string[]; readonly reason: string | null } {
  try {
    return { names: readdirSync(directory), reason: null }
  } catch (error) {
    return { names: [], reason: hasCode(error, 'ENOENT') ? null : systemErrorText(error) }
  }
}

const Told = z.object({
  switch: z.string(),
  role: z.string(),
  // an older daemon says nothing of it
  contested: z.array(z.object({ name: z.string() })).optional(),
})

/** Those that answer at a socket: one, or in a process for several switches each of them. */
async function lookAt(socket: string): Promise<readonly Running[]> {
  const answer = await statusAt(socket)
  const isOneOfSeveral = Array.isArray(answer)
  const { data = [] } = z.array(Told).safeParse(isOneOfSeveral ? answer : [answer])
  return data.map(({ switch: physicalSwitch, role, contested = [] }) => ({
    socket,
    physicalSwitch,
    isOneOfSeveral,
    isStandby: role === 'standby',
    contested: contested.map(({ name }) => name),
  }))
}

/** What answers at a socket says, as JSON; null where nothing does. */
async function statusAt(socket: string): Promise<unknown> {
  try {
    return JSON.parse(await ask(socket, 'status', ['--json']))
  } catch {
    return null
  }
}
