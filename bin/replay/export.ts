import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { packageVersion } from '../../adapters/package-version.js'
import { bundleLines, type Excerpt } from '../../journal/bundle.js'
import { chainStart } from '../../journal/format.js'
import type { RecordingFile } from '../../journal/recording.js'
import { shellLines } from '../../lib/command.js'
import { buildCommands } from '../../lib/replay/build.js'
import { positionAt, positionForms } from '../../lib/replay/position.js'
import { scriptLines } from '../../lib/replay/script.js'
import { UsageError } from '../usage-error.js'
import { examples } from './help.js'
import { withRecording } from './journal-at.js'
import type { Terminal } from './terminal.js'

interface Options {
  readonly format: 'bundle' | 'ndjson' | 'shell'
  readonly at?: string
  readonly from?: string
  readonly to?: string
  readonly output?: string
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
    .option('-o, --output <FILE>', 'write to FILE, which must not be there yet')
    .addHelpText(
      'after',
      examples(
        'vtep-replay export br0 --from 03:12 --to 03:30 -o incident.bundle',
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
  const entries = recording.entries(from, to)
  if (format === 'bundle')
    return bundleLines(
      { origin: originBefore(recording, from), entries },
      { program: `vtep-replay ${packageVersion()}`, isRedacted: false },
      chainStart,
    )
  if (format === 'ndjson') return inJson(entries)
  return at === undefined ? scriptLines(entries) : buildCommands(recording.coreAt(to)).map(shellLines)
}

function originBefore(recording: RecordingFile, from: number): Excerpt['origin'] {
  const tip = recording.tip(from - 1)
  if (tip.seq === 0) return null
  const [first] = recording.entries(from, from)
  return { ...tip, atMs: first?.atMs ?? 0, state: recording.coreAt(tip.seq).state }
}

function* inJson(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield JSON.stringify(value)
}

/** To a new file, which goes again when not all of it could be written, else to the terminal. */
function writeLines(lines: Iterable<string>, file: string | undefined, out: Terminal): void {
  if (file === undefined) {
    for (const line of lines) out.line(line)
    return
  }
  const descriptor = newFile(file)
  try {
    for (const line of lines) writeAll(descriptor, Buffer.from(`${line}\n`))
  } catch (error) {
    rmSync(file, { force: true })
    if (error instanceof Error && 'syscall' in error) throw new UsageError(`${file}: ${error.message}`)
    throw error
  } finally {
    closeSync(descriptor)
  }
}

function newFile(file: string): number {
  try {
    return openSync(file, 'wx', 0o600)
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new UsageError(isThere ? `${file}: exists already` : String(error))
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
}
