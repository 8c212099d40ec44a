import { availableParallelism } from 'node:os'
import { counted } from '../../lib/words/counted.js'
import type { Command } from 'commander'
import { broken } from '../../journal/promise.js'
import type { RecordingFile } from '../../journal/recording.js'
import { journalPartsOf, type Run } from '../../lib/history/parts.js'
import { pipelineVersion } from '../../lib/pipeline/version.js'
import type { Discrepancy } from '../../lib/history/verify.js'
import { UsageError } from '../command-line/usage-error.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import { progress } from './progress.js'
import type { Terminal } from '../command-line/terminal.js'
import { verifiedInParts } from './verify/verify-aside.js'
import { type Counts, noCounts, verified } from './verify/verified.js'
import { exitStatus } from '../command-line/exit-status.js'

interface Options {
  readonly threads?: string
}

export function addVerify(program: Command, terminal: () => Terminal): void {
  program
    .command('verify')
    .description('fold a journal again and compare every recorded plan, and the commands that ran')
    .argument('<JOURNAL>')
    .option('--threads <N>', 'parts of a large journal are verified side by side, at most so many')
    .addHelpText('after', examples('vtep-replay verify br0'))
    .action((name: string, { threads }: Options) =>
      withRecording(name, async (recording) => {
        const out = terminal()
        const counts = noCounts()
        const found: Discrepancy[] = []
        for await (const discrepancy of differences(recording, threads, counts)) {
          found.push(discrepancy)
          if (!out.isJson) out.line(`entry ${discrepancy.seq}: ${discrepancy.reason}`)
        }
        const missing = broken(recording.file, (seq = recording.last) => recording.tip(seq))
        if (found.length > 0 || missing !== null) out.status = exitStatus.found
        const { entries, plans, commands, skipped } = counts
        const notRecomputed = [...skipped].map(([pipeline, plans]) => ({ pipeline, plans }))
        if (out.isJson)
          return out.json({
            file: recording.file,
            entries,
            plans,
            commands,
            notRecomputed,
            discrepancies: found,
            missing,
          })
        if (notRecomputed.length > 0) out.line(skippedText(notRecomputed))
        if (missing !== null) out.line(missing)
        const verdict = found.length === 0 ? 'sound' : counted(found.length, 'difference')
        out.line(
          `${recording.file}: ${verdict}: ${counted(entries, 'entry')}, ${counted(plans, 'plan')} recomputed, ${counted(commands, 'command')} compared`,
        )
      }),
    )
}

interface NotRecomputed {
  readonly pipeline: number | null
  readonly plans: number
}

function skippedText(all: readonly NotRecomputed[]): string {
  const parts = all.map(({ pipeline, plans }) => {
    const what = pipeline === null ? 'no recorded version' : `version ${pipeline}`
    return `${counted(plans, 'plan')} made by a pipeline of ${what}`
  })
  return `not recomputed: ${parts.join(', ')}; this program's is version ${pipelineVersion}`
}

/** How finely a journal is weighed. */
const mostRuns = 4096

function differences(
  recording: RecordingFile,
  threads: string | undefined,
  counts: Counts,
): Iterable<Discrepancy> | AsyncIterable<Discrepancy> {
  const runs = recording.runs(mostRuns)
  const parts = journalPartsOf(runs, threads === undefined ? threadsFor(runs) : countIn(threads))
  const { first, last } = recording
  if (parts.length > 1) return verifiedInParts(recording, parts, counts, progress)
  return verified(recording, { from: first, to: last }, last, counts)
}

/** More would only fold the same entries to get to where they begin. */
const mostThreads = 8
/** What a thread takes in memory: by its largest state, and in any case. */
const bytesOfState = 16
const leastBytes = 330 << 20

function threadsFor(runs: readonly Run[]): number {
  const states = runs.map(({ snapshot }) => snapshot ?? 0)
  const known = states.some((weight) => weight > 0)
  const largest = known ? Math.max(...states) : runs.reduce((sum, { weight }) => sum + weight, 0)
  const room = process.availableMemory() / (largest * bytesOfState + leastBytes)
  return Math.max(1, Math.min(availableParallelism(), mostThreads, Math.floor(room)))
}

function countIn(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > 64)
    throw new UsageError(`verify: --threads is a number from 1 to 64, not '${text}'`)
  return count
}
