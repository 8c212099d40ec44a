import { pipelineVersion } from '../../lib/pipeline/version.js'
import { resolve } from 'node:path'
import * as z from 'zod'
import type { MetricsAddress } from '../../adapters/metrics/metrics-server.js'
import { packageVersion } from '../../adapters/package-version.js'
import {
  dbSocket,
  defaultLogFile,
  defaultPidfile,
  inRundir,
  journalFile,
  PROGRAM,
} from '../../adapters/paths.js'
import type { Settings } from '../../lib/model/settings.js'
import { didYouMean } from '../../lib/words/closest.js'
import { accessOf, ConnectionOptions } from '../command-line/connection-options.js'
import { type DaemonCommand, daemonCommandNames, daemonCommandOf } from './daemon-commands.js'
import { daemonExamples } from './daemon-examples.js'
import { daemonOptions, spelling } from './daemon-options.js'
import { daemonProgram, doctorOptions } from '../doctor/program.js'
import { explainedExamples } from '../command-line/examples.js'
import { exitStatusText } from '../command-line/exit-status.js'
import { listenAddress } from '../command-line/listen-address.js'
import { most, retentionOf } from '../command-line/quantity.js'
import { spelledOut } from '../command-line/spelled-out.js'
import { UsageError } from '../command-line/usage-error.js'
import type { Arguments } from './asked.js'

/** The daemon is to run, or the doctor, or the daemon that runs is asked, or a text is to be printed on standard output. */
export type Invocation =
  | { readonly kind: 'run'; readonly arguments: Arguments }
  /** For these switches, or for all that are here, where it is null; `arguments` has what they share. */
  | { readonly kind: 'several'; readonly arguments: Arguments; readonly names: readonly string[] | null }
  | { readonly kind: 'doctor'; readonly arguments: Arguments; readonly isJson: boolean }
  | { readonly kind: 'ask'; readonly asked: DaemonCommand }
  | { readonly kind: 'show'; readonly text: string }

const Options = ConnectionOptions.extend({
  db: z.string().optional(),
  vtepDb: z.string().optional(),
  journal: z.string().optional(),
  journalKeep: z.string().default('30d'),
  journalMaxSize: z.string().default('1G'),
  macAging: z.string().default('300'),
  maxMacs: z.string().default('0'),
  maxLearned: z.string().default('0'),
  maxLearnedPerPort: z.string().default('0'),
  maxTunnels: z.string().default('0'),
  acceptAnyPeer: z.boolean().default(false),
  arpSuppression: z.boolean().default(true),
  statisticsInterval: z.string().default('5'),
  auditInterval: z.string().default('60'),
  all: z.boolean().default(false),
  standby: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  detach: z.boolean().default(false),
  chdir: z.boolean().default(true),
  monitor: z.boolean().default(false),
  pidfile: z.union([z.string(), z.literal(true)]).optional(),
  overwritePidfile: z.boolean().default(false),
  unixctl: z.string().optional(),
  logFile: z.union([z.string(), z.literal(true)]).optional(),
  jsonLog: z.boolean().default(false),
  metrics: z.string().optional(),
  exposeMetrics: z.boolean().default(false),
  verbose: z.array(z.string()).default([]),
  help: z.boolean().default(false),
  version: z.boolean().default(false),
  /** The doctor's. */
  json: z.boolean().default(false),
})
type Options = z.infer<typeof Options>

/**
 * What `argv`, without interpreter and script, asks for. The name of the switch may stand anywhere, but that a first word
 * `doctor`, or one that the daemon answers, is the command: a switch of that name comes behind `--`.
 * Relative files are taken from where other OVS daemons take them: pidfile and control socket from the
 * rundir, others from the current directory. Throws UsageError.
 */
export function parseArguments(argv: readonly string[]): Invocation {
  const [first = ''] = argv
  if (daemonCommandNames.includes(first)) {
    const asked = daemonCommandOf(argv)
    return asked === null ? { kind: 'show', text: helpFor(first) } : { kind: 'ask', asked }
  }
  const isDoctor = first === 'doctor'
  const command = isDoctor ? doctorOptions() : daemonOptions()
  command.parse(spelledOut(argv.slice(isDoctor ? 1 : 0), spelling(command)), { from: 'user' })
  const options = Options.parse(command.opts())
  if (options.help) return { kind: 'show', text: helpFor(isDoctor ? 'doctor' : PROGRAM) }
  if (options.version) return { kind: 'show', text: `${PROGRAM} ${packageVersion()}\n` }
  const names = new Set(command.args)
  if (!isDoctor && (options.all || isSeveral(command.args))) {
    refuseForSeveral(options)
    if (options.all && names.size > 0) throw new UsageError('--all is for every switch: name none beside it')
    if (names.has('')) throw new UsageError('a PS-NAME is empty')
    return { kind: 'several', arguments: complete('', options), names: options.all ? null : [...names] }
  }
  const given = complete(onlyName(command.args), options)
  return isDoctor
    ? { kind: 'doctor', arguments: given, isJson: options.json }
    : { kind: 'run', arguments: given }
}

function helpFor(name: string): string {
  const whole = daemonProgram()
  const command = whole.commands.find((command) => command.name() === name)
  const help = (command ?? whole).helpInformation()
  if (command === undefined)
    return `${help}\n${exitStatusText('after exit', 'something to do (--dry-run)')}\n${explainedExamples(daemonExamples)}\n`
  return name === 'doctor' ? `${help}\n${exitStatusText('all is well', 'something is wrong')}\n` : help
}

/** What of it decides what is desired. */
export function settingsOf(given: Arguments): Settings {
  const { physicalSwitch, macAgingSeconds, limits, acceptsAnyPeer, suppressesArp } = given
  const isLimited = Object.values(limits).some((most) => most !== null)
  return {
    physicalSwitch,
    macAgingSeconds,
    ...(isLimited && { limits }),
    ...(acceptsAnyPeer && { acceptsAnyPeer }),
    ...(suppressesArp && { suppressesArp }),
    pipeline: pipelineVersion,
  }
}

/** Several names are several switches, but where one of them is a command that stands in the wrong place, or misspelt. */
function isSeveral([first = '', ...others]: readonly string[]): boolean {
  const commands = ['doctor', ...daemonCommandNames]
  const isCommand = others.some((word) => commands.includes(word)) || didYouMean(first, commands) !== ''
  return others.length > 0 && !isCommand && new Set([first, ...others]).size > 1
}

/** Each switch has a journal of its own, and a lock. */
function refuseForSeveral({ journal, standby, dryRun }: Options): void {
  const refused = [
    ...(journal === undefined ? [] : ['--journal']),
    ...(standby ? ['--standby'] : []),
    ...(dryRun ? ['--dry-run'] : []),
  ]
  if (refused.length > 0)
    throw new UsageError(`${refused.join(', ')} needs one PS-NAME; several switches are given`)
}

/** What several switches share, for one of them. */
export function forSwitch(shared: Arguments, physicalSwitch: string): Arguments {
  return { ...shared, physicalSwitch, journal: resolve(journalFile(physicalSwitch)), isOneOfSeveral: true }
}

function complete(physicalSwitch: string, options: Options): Arguments {
  const { standby, dryRun, detach, chdir, monitor, overwritePidfile, verbose, pidfile, unixctl, logFile } =
    options
  const db = options.db ?? dbSocket()
  return {
    physicalSwitch,
    db,
    vtepDb: options.vtepDb ?? db,
    access: accessOf(options),
    journal: resolve(options.journal ?? journalFile(physicalSwitch)),
    retention: retentionOf(options.journalKeep, options.journalMaxSize),
    macAgingSeconds: seconds('--mac-aging', options.macAging, 1),
    acceptsAnyPeer: options.acceptAnyPeer,
    suppressesArp: options.arpSuppression,
    limits: {
      macs: most('--max-macs', options.maxMacs),
      learned: most('--max-learned', options.maxLearned),
      learnedPerPort: most('--max-learned-per-port', options.maxLearnedPerPort),
      tunnels: most('--max-tunnels', options.maxTunnels),
    },
    statisticsIntervalSeconds: seconds('--statistics-interval', options.statisticsInterval, 0),
    auditIntervalSeconds: seconds('--audit-interval', options.auditInterval, 0),
    isOneOfSeveral: false,
    isStandby: standby,
    isDryRun: dryRun,
    detach,
    chdir,
    monitor,
    pidfile: pidfile ? inRundir(pidfile === true ? defaultPidfile() : pidfile) : null,
    overwritePidfile,
    controlSocket: unixctl === undefined ? null : inRundir(unixctl),
    logFile: logFile ? resolve(logFile === true ? defaultLogFile() : logFile) : null,
    isLogJson: options.jsonLog,
    metrics: metricsAddress(options.metrics, options.exposeMetrics),
    verbose,
  }
}

function metricsAddress(text: string | undefined, isGiven: boolean): MetricsAddress | null {
  if (text === undefined) return null
  const [, path] = /^unix:(.+)$/s.exec(text) ?? []
  if (path !== undefined) return { kind: 'unix', path: inRundir(path) }
  return { kind: 'tcp', ...listenAddress('--metrics', text, { option: '--expose-metrics', isGiven }) }
}

function onlyName(names: readonly string[]): string {
  const [name, extra] = names
  if (name === undefined || name === '') throw new UsageError('missing argument PS-NAME')
  if (extra !== undefined) {
    const commands = ['doctor', ...daemonCommandNames]
    const suggestion = didYouMean(name, commands)
    if (suggestion !== '') throw new UsageError(`unknown command '${name}'${suggestion}`)
    const isTurned = commands.includes(extra)
    throw new UsageError(
      `unexpected argument '${extra}'${isTurned ? `; did you mean ${PROGRAM} ${extra} ${name}?` : ''}`,
    )
  }
  return name
}

/** The longest that OpenFlow's 16-bit timeouts can say is the longest we accept. */
function seconds(option: string, text: string, least: number): number {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (seconds < least || seconds > 65535) {
    throw new UsageError(`option '${option}' needs whole seconds from ${least} to 65535, not '${text}'`)
  }
  return seconds
}
