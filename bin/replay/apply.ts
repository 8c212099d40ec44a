import type { Command } from 'commander'
import { counted } from '../../lib/words/counted.js'
import { startScratch, type Scratch } from '../../adapters/scratch/scratch.js'
import { flowsIn, runIn, standAs, targetIn } from '../../adapters/scratch/stand.js'
import type { RecordingFile } from '../../journal/recording.js'
import type { Core } from '../../lib/daemon/core.js'
import { observe } from '../../lib/ingest/flows.js'
import { amend, sizeOf, none } from '../../lib/model/collection.js'
import { type Likeness, likenessOf } from '../../lib/history/build.js'
import { type FlowDifference, flowDifferences } from '../../lib/history/compare.js'
import { positionAt, PositionError, positionForms } from '../../lib/history/position.js'
import { reenact } from '../../lib/history/reenact.js'
import { UsageError } from '../command-line/usage-error.js'
import { printFlows } from './diff.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'
import { exitStatus } from '../command-line/exit-status.js'

interface Options {
  readonly at: string
  readonly sandbox: boolean
  readonly history: boolean
}

/** What came of it. */
interface Performance {
  readonly core: Core
  readonly likeness: Likeness
  readonly troubles: readonly { readonly seq: number; readonly reason: string }[]
}

export function addApply(program: Command, terminal: () => Terminal): void {
  program
    .command('apply')
    .description('play a position, or all that led to it, on a real scratch switch and compare the flows')
    .argument('<JOURNAL>')
    .option('--sandbox', 'in a private Open vSwitch, which is removed again; nothing else is offered', false)
    .option('--at <POSITION>', positionForms, 'HEAD')
    .option('--history', 'every batch that was applied, in order, in place of the position alone', false)
    .addHelpText(
      'after',
      examples('vtep-replay apply br0 --sandbox --at 03:12', 'vtep-replay apply br0 --sandbox --history'),
    )
    .action((name: string, { at, sandbox, history }: Options) =>
      withRecording(name, async (recording) => {
        if (!sandbox) throw new UsageError('apply: only a scratch switch is written to: say --sandbox')
        const out = terminal()
        const seq = positionAt(at, recording, Date.now())
        const perform = history ? performHistory : performPosition
        const nothing = () =>
          new PositionError(`position ${JSON.stringify(at)}: no bridge and flows are known there`)
        const scratch = await startScratch()
        try {
          const performance = await perform(scratch, recording, seq)
          if (performance === null) throw nothing()
          const dump = await flowsIn(scratch, performance.likeness.bridge)
          print(out, recording.file, seq, performance, observe(dump).own)
        } finally {
          await scratch.stop()
        }
      }),
    )
}

async function performPosition(
  scratch: Scratch,
  recording: RecordingFile,
  seq: number,
): Promise<Performance | null> {
  const core = recording.coreAt(seq)
  const likeness = likenessOf(core, targetIn(scratch))
  if (likeness === null) return null
  const reasons = await standAs(scratch, likeness)
  return { core, likeness, troubles: reasons.map((reason) => ({ seq, reason })) }
}

async function performHistory(
  scratch: Scratch,
  recording: RecordingFile,
  to: number,
): Promise<Performance | null> {
  const core = recording.coreAt(recording.first - 1)
  const troubles: { seq: number; reason: string }[] = []
  let likeness: Likeness | null = null
  for (const act of reenact(recording.entries(recording.first, to), core, targetIn(scratch))) {
    const { seq } = act
    if ('likeness' in act) {
      likeness = act.likeness
      for (const reason of await standAs(scratch, act.likeness)) troubles.push({ seq, reason })
    } else {
      const reason = 'reason' in act ? act.reason : await runIn(scratch, act.commands)
      if (reason !== null) troubles.push({ seq, reason })
    }
  }
  return likeness && { core, likeness, troubles }
}

function print(
  out: Terminal,
  file: string,
  seq: number,
  { core, likeness, troubles }: Performance,
  own: ReturnType<typeof observe>['own'],
): void {
  const flows: readonly FlowDifference[] = flowDifferences(core.state.flows, amend(none, own))
  const { dummies } = likeness
  const count = troubles.length + flows.length
  if (count > 0) out.status = exitStatus.found
  if (out.isJson)
    return out.json({ file, entry: seq, flows: own.size, dummies, troubles, differences: flows })
  if (dummies.length > 0) out.line(`dummies in place of devices: ${dummies.join(', ')}`)
  for (const trouble of troubles) out.line(`entry ${trouble.seq}: ${trouble.reason}`)
  printFlows(out, flows)
  const known = sizeOf(core.state.flows ?? none)
  const verdict = count === 0 ? 'as recorded' : counted(count, 'difference')
  out.line(
    `${file}: entry ${seq}: ${verdict}: ${counted(known, 'flow')} recorded, ${own.size} in the scratch switch`,
  )
}
