import type { Command } from 'commander'
import { startScratch } from '../../adapters/scratch/scratch.js'
import { standAs, targetIn } from '../../adapters/scratch/stand.js'
import { runWords } from '../../adapters/scratch/words.js'
import type { RecordingFile } from '../../journal/recording.js'
import { bisect, BisectError, type Verdict, WrongEnd } from '../../lib/history/bisect.js'
import { likenessOf } from '../../lib/history/build.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import { holds } from '../../lib/history/predicate/holds.js'
import { ofState, parsePredicate } from '../../lib/history/predicate/parse.js'
import { predicateHelp } from '../../lib/history/predicate/predicate.js'
import { UsageError } from '../command-line/usage-error.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import { showEntry, shownEntry } from './show.js'
import type { Terminal } from '../command-line/terminal.js'
import { exitStatus } from '../command-line/exit-status.js'

interface Options {
  readonly bad?: string
  readonly run?: string
  readonly good?: string
  readonly from?: string
  readonly to: string
}

export function addBisect(program: Command, terminal: () => Terminal): void {
  program
    .command('bisect')
    .description('the first entry after which a predicate holds, or a command of yours fails')
    .argument('<JOURNAL>')
    .option('--bad <PREDICATE>', 'a position is bad where this holds')
    .option('--run <CMD>', 'where CMD, run by a shell, fails in a scratch switch brought to it')
    .option('--good <POSITION>', 'a good position, not looked at: where the search begins')
    .option(
      '--from <POSITION>',
      'where the search begins, which is looked at (default: before the first entry)',
    )
    .option('--to <POSITION>', `where it ends: ${positionForms}`, 'HEAD')
    .addHelpText(
      'after',
      `
The first and the last position are looked at, then half by half what is between. Where good turns into bad more
than once, one of these turns is found; the entry before it was looked at, too. Exit status 0: found, 2: among several.

${predicateHelp}

CMD finds the switch by ovs-vsctl and ovs-ofctl (OVS_RUNDIR is set); VTEP_BRIDGE is its bridge, VTEP_POSITION the entry.
It ends with 0: good, 125: can't be told, another status below 126: bad.
${examples(
  "vtep-replay bisect br0 --bad 'mac:02:00:00:00:0e:01@10.2.2.9'",
  "vtep-replay bisect br0 --from 03:00 --bad '!in-sync'",
  `vtep-replay bisect br0 --run 'ovs-ofctl dump-flows "$VTEP_BRIDGE" | grep -q 10.2.2.3'`,
)}`,
    )
    .action((name: string, options: Options) =>
      withRecording(name, async (recording) => {
        const out = terminal()
        const look = lookOf(options, recording)
        const at = (text: string): number => positionAt(text, recording, Date.now())
        const to = at(options.to)
        const start = options.good ?? options.from
        const from = start === undefined ? beginning(options, recording) : at(start)
        const found = await bisect(from, to, (seq) => {
          if (seq === from && options.good !== undefined) return 'good'
          out.flush()
          return look(seq)
        }).catch((error: unknown) => {
          if (!(error instanceof WrongEnd) || !error.isGoodAgain || options.bad === undefined) throw error
          throw new BisectError(`${error.message}; ${whereItHeld(options.bad, recording, from, to)}`)
        })
        print(out, recording, found)
      }),
    )
}

function lookOf(
  { bad, run }: Options,
  recording: RecordingFile,
): (seq: number) => Promise<Verdict> | Verdict {
  if ((bad === undefined) === (run === undefined))
    throw new UsageError('bisect: say --bad PREDICATE or --run CMD, one of them')
  if (run !== undefined) return (seq) => tried(run, recording, seq)
  const predicate = parsePredicate(bad ?? '')
  if (predicate === null) throw new UsageError('bisect: the predicate of --bad has no term')
  ofState(predicate, bad ?? '')
  return (seq) => {
    const core = recording.coreAt(seq)
    return holds(predicate, null, () => core) ? 'bad' : 'good'
  }
}

/** The last stretch of positions between that are bad, which is where to search. */
function whereItHeld(bad: string, recording: RecordingFile, from: number, to: number): string {
  const predicate = parsePredicate(bad)
  const core = recording.coreAt(from)
  let stretch: { first: number; last: number } | null = null
  for (const entry of predicate === null ? [] : recording.entries(from + 1, to)) {
    core.fold(entry)
    if (predicate === null || !holds(predicate, null, () => core)) continue
    if (stretch?.last === entry.seq - 1) stretch.last = entry.seq
    else stretch = { first: entry.seq, last: entry.seq }
  }
  if (stretch === null) return 'nor does it hold at any position between'
  return `it held last in ${stretch.first}–${stretch.last}: try --to ${stretch.last}`
}

async function tried(words: string, recording: RecordingFile, seq: number): Promise<Verdict> {
  const core = recording.coreAt(seq)
  const scratch = await startScratch()
  try {
    const likeness = likenessOf(core, targetIn(scratch))
    if (likeness === null) return 'skip'
    const troubles = await standAs(scratch, likeness)
    if (troubles.length > 0) return 'skip'
    const position = { VTEP_BRIDGE: likeness.bridge, VTEP_POSITION: String(seq) }
    const status = await runWords(words, scratch, position)
    return status === 0 ? 'good' : status === 125 ? 'skip' : 'bad'
  } finally {
    await scratch.stop()
  }
}

/** Before the first entry; for a command the first position at which there is a switch. */
function beginning({ run }: Options, recording: RecordingFile): number {
  const before = recording.first - 1
  if (run === undefined) return before
  const core = recording.coreAt(before)
  const isThere = (): boolean => likenessOf(core, (bridge) => bridge) !== null
  if (isThere()) return before
  for (const entry of recording.entries()) {
    core.fold(entry)
    if (isThere()) return entry.seq
  }
  return before
}

function print(
  out: Terminal,
  recording: RecordingFile,
  { good, bad, looked }: Awaited<ReturnType<typeof bisect>>,
): void {
  const isFound = bad - good === 1
  if (!isFound) out.status = exitStatus.found
  const entry = isFound ? shownEntry(bad, recording) : null
  if (out.isJson) return out.json({ good, bad, looked, ...entry })
  if (!isFound)
    return out.line(`the first bad entry is one of ${good + 1} to ${bad}: of those between it can't be told`)
  const before = good < recording.first ? 'before all entries it was good' : `${good} is good`
  out.line(`entry ${bad} is the first bad one, ${before}; positions looked at: ${looked}`)
  showEntry(out, recording, bad)
  for (const next of recording.entries(bad + 1)) {
    if (next.event.type !== 'Planned') break
    showEntry(out, recording, next.seq)
  }
}
