import { writeSync } from 'node:fs'
import { counted } from '../../lib/words/counted.js'
import { type Command, Option } from 'commander'
import { packageVersion } from '../../adapters/package-version.js'
import { bundleLines, type Excerpt } from '../../journal/bundle.js'
import { chainStart } from '../../journal/format.js'
import type { RecordingFile } from '../../journal/recording.js'
import { shellLines } from '../../lib/plan/command.js'
import { Core } from '../../lib/daemon/core.js'
import type { Entry } from '../../lib/model/event.js'
import { type Redacted, redacted } from '../../lib/redact/history.js'
import { buildCommands } from '../../lib/history/build.js'
import { oneLine } from '../../lib/words/one-line.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import { scriptLines } from '../../lib/history/script.js'
import { digestOf } from '../command-line/digest.js'
import { UsageError } from '../command-line/usage-error.js'
import { writeLines } from '../command-line/write-lines.js'
import { originBefore } from './bundle-of.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

interface Options {
  readonly format: 'bundle' | 'ndjson' | 'shell'
  readonly at?: string
  readonly from?: string
  readonly to?: string
  readonly output?: string
  readonly redact: boolean
  readonly secret?: string
}

export function addExport(program: Command, terminal: () => Terminal): void {
  program
    .command('export')
    .description('write a journal, or a part of it, in a form that others can read')
    .argument('<JOURNAL>')
    .addOption(
      new Option(
        '--format <FORMAT>',
        'bundle: entries with what led to them, `import` proves them; ndjson: an entry a line; shell: the plans as commands',
      )
        .choices(['bundle', 'ndjson', 'shell'])
        .default('bundle'),
    )
    .option('--from <POSITION>', `from there on: ${positionForms}`)
    .option('--to <POSITION>', 'up to there')
    .option(
      '--at <POSITION>',
      'that entry alone; of shell, what builds the switch of that position from nothing',
    )
    .option(
      '--redact',
      'with pseudonyms for names, addresses, MACs and UUIDs; texts that people wrote are hidden',
      false,
    )
    .option(
      '--secret <FILE>',
      'make pseudonyms by what FILE holds, so that two exports have the same; else by chance',
    )
    .option('-o, --output <FILE>', 'write to FILE, which must not be there yet')
    .addHelpText(
      'after',
      examples(
        'vtep-replay export br0 --from 03:12 --to 03:30 -o incident.bundle',
        'vtep-replay export br0 --redact -o for-the-list.bundle',
        'vtep-replay export br0 --format ndjson | gzip > br0.ndjson.gz',
        'vtep-replay export br0 --format shell --at HEAD~3',
      ),
    )
    .action((name: string, options: Options) =>
      withRecording(name, (recording) => {
        writeLines(linesOf(recording, options), options.output, terminal())
      }),
    )
}

function linesOf(recording: RecordingFile, options: Options): Iterable<string> {
  const { at, from: start = at, to: end = at, format } = options
  if (at !== undefined && (options.from !== undefined || options.to !== undefined))
    throw new UsageError('export: --at goes without --from and --to')
  const position = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : positionAt(text, recording, Date.now())
  const [from, to] = [position(start, recording.first), position(end, recording.last)]
  if (from > to) throw new UsageError(`export: --from is entry ${from}, --to is entry ${to} before it`)
  if (options.secret !== undefined && !options.redact)
    throw new UsageError('export: --secret goes with --redact')
  if (format === 'shell' && at !== undefined) return script(recording, to, options)
  const excerpt = excerptOf(recording, from, to, options)
  if (format === 'bundle') {
    const about = { program: `vtep-replay ${packageVersion()}`, isRedacted: options.redact }
    return bundleLines(excerpt, about, chainStart)
  }
  return format === 'ndjson' ? inJson(excerpt.entries) : scriptLines(excerpt.entries)
}

function* script(recording: RecordingFile, at: number, options: Options): Generator<string> {
  const core = recording.coreAt(at)
  const shown = options.redact
    ? new Core(redacted([], core.state, digestOf(options.secret)).start ?? undefined)
    : core
  for (const command of buildCommands(shown)) yield shellLines(command)
}

function excerptOf(recording: RecordingFile, from: number, to: number, options: Options): Excerpt {
  const origin = originBefore(recording, from)
  const entries = recording.entries(from, to)
  if (!options.redact) return { origin, entries }
  const shown = redacted(entries, origin?.state ?? null, digestOf(options.secret))
  return {
    origin: origin && shown.start && { ...origin, chain: chainStart, state: shown.start },
    entries: told(shown),
  }
}

/** With a word at the end where plans went astray. */
function* told({ entries, astray }: Redacted): Generator<Entry> {
  yield* entries
  if (astray() > 0)
    writeSync(
      process.stderr.fd,
      `vtep-replay: ${counted(astray(), 'plan')} ${astray() === 1 ? 'depends' : 'depend'} on the order of what has pseudonyms now; verify will name ${astray() === 1 ? 'it' : 'them'}\n`,
    )
}

function* inJson(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield oneLine(JSON.stringify(value))
}
