import { type Command, Option } from 'commander'
import * as z from 'zod'
import { dbSocket } from '../../adapters/paths.js'
import { filtered, FilterError, filterForms } from '../../lib/compare/findings/filter.js'
import {
  type Access,
  accessOf,
  addConnectionOptions,
  ConnectionOptions,
} from '../command-line/connection-options.js'
import type { Limits } from '../../lib/model/limits.js'
import { UsageError } from '../command-line/usage-error.js'

/** Where both sides are read from. */
export interface Where {
  /** Name of the switch; null: the only one there is. */
  readonly physicalSwitch: string | null
  readonly db: string
  readonly vtepDb: string
  /** None: what the databases and the switch say now. Several: parts of one side. */
  readonly desired: readonly string[]
  readonly actual: readonly string[]
  /** null: the default one, where there is one. */
  readonly journal: string | null
  /** null: what a journal says, else 300. */
  readonly macAgingSeconds: number | null
  /** null: what a journal says, else none. */
  readonly limits: Limits | null
  /** false: whatever a journal says. */
  readonly suppressesArp: boolean
  readonly access: Access
}

const Options = ConnectionOptions.extend({
  db: z.string().optional(),
  vtepDb: z.string().optional(),
  desired: z.array(z.string()).default([]),
  actual: z.array(z.string()).default([]),
  journal: z.string().optional(),
  macAging: z.string().optional(),
  arpSuppression: z.boolean().default(true),
})

/** The options that say what is compared. */
export function addSourceOptions(command: Command): void {
  command
    .optionsGroup('What is compared:')
    .option(
      '--desired <SOURCE>',
      'what is asked for; may be repeated (default: what --vtep-db says now)',
      added,
    )
    .option('--actual <SOURCE>', 'what is there; may be repeated (default: the switch as it is now)', added)
    .option('--db <REMOTE>', 'connection to the Open_vSwitch database (default: unix:db.sock in OVS_RUNDIR)')
    .option('--vtep-db <REMOTE>', 'connection to the hardware_vtep database (default: the same as --db)')
    .option(
      '--journal <FILE>',
      'journal that knows causes, or none (default: that of the switch, if it can be read)',
    )
    .option('--mac-aging <SECONDS>', 'as given to ovs-vtep (default: what a journal says, or 300)')
    .option('--no-arp-suppression', 'as given to ovs-vtep (default: what a journal says)')
  addConnectionOptions(command)
}

export const formats = ['text', 'json', 'commands', 'unified'] as const
export type DiffFormat = (typeof formats)[number]

/** The options that say what is printed. */
export function addOutputOptions(command: Command): void {
  command
    .optionsGroup('What is printed:')
    .addOption(new Option('--format <FORMAT>', 'how').choices(formats).default('text'))
    .option('--json', 'the same as --format json: a value a line')
    .option('--commands', 'the same as --format commands: the plan, for a shell')
    .option('--only <FILTER>', `only findings with ${filterForms}; may be repeated`, added, [])
    .option('--ignore <FILTER>', 'no findings with that; may be repeated', added, [])
    .option('--watch', 'go on comparing the switch, and print whenever the answer changes')
}

const Output = z.object({
  format: z.enum(formats),
  json: z.boolean().default(false),
  commands: z.boolean().default(false),
  only: z.array(z.string()),
  ignore: z.array(z.string()),
  watch: z.boolean().default(false),
})

export interface OutputOptions {
  readonly format: DiffFormat
  readonly only: readonly string[]
  readonly ignore: readonly string[]
  readonly isWatching: boolean
}

/** Throws UsageError. */
export function outputOf(options: unknown): OutputOptions {
  const { json, commands, watch, ...given } = Output.parse(options)
  const format = json ? 'json' : commands ? 'commands' : given.format
  if (format === 'commands' && given.only.length + given.ignore.length > 0)
    throw new UsageError('commands are the whole plan: they go without --only and --ignore')
  checkFilters(given.only, given.ignore)
  return { format, only: given.only, ignore: given.ignore, isWatching: watch }
}

function checkFilters(only: readonly string[], ignore: readonly string[]): void {
  try {
    filtered([], only, ignore)
  } catch (error) {
    if (error instanceof FilterError) throw new UsageError(`filter ${error.message}`)
    throw error
  }
}

/** Throws UsageError. */
export function whereOf(physicalSwitch: string | undefined, options: unknown): Where {
  const given = Options.parse(options)
  const { desired, actual, journal = null, macAging } = given
  const db = given.db ?? dbSocket()
  const seconds = /^\d{1,5}$/.test(macAging ?? '300') ? Number(macAging ?? 300) : 0
  if (seconds < 1 || seconds > 65535)
    throw new UsageError(
      `option '--mac-aging' needs whole seconds from 1 to 65535, not '${String(macAging)}'`,
    )
  return {
    physicalSwitch: physicalSwitch ?? null,
    db,
    vtepDb: given.vtepDb ?? db,
    desired,
    actual,
    journal,
    macAgingSeconds: macAging === undefined ? null : seconds,
    limits: null,
    suppressesArp: given.arpSuppression,
    access: accessOf(given),
  }
}

function added(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
