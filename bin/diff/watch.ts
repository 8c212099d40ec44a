import { auditTime, concatMap, lastValueFrom, merge, tap } from 'rxjs'
import { watchFlows } from '../../adapters/switch/flow-watch.js'
import type { Intake } from '../../lib/ingest/intake.js'
import { localTime } from '../../lib/words/describe.js'
import { Core } from '../../lib/daemon/core.js'
import { connectOvs, connectVtep } from '../databases.js'
import type { Terminal } from '../command-line/terminal.js'
import { UsageError } from '../command-line/usage-error.js'
import { compared } from './compare.js'
import { connected } from './live.js'
import type { OutputOptions, Where } from './options.js'
import { readPair } from './pair.js'
import { printFindings } from './print.js'

/** Changes within so long are looked at together. */
const calmMs = 100
const auditMs = 60_000

/**
 * Compares a live switch whenever something is said of it, and prints what is found when it is another thing than before.
 * Ends only by a signal. Throws TroubleError as readPair.
 */
export async function watch(
  where: Where,
  output: OutputOptions,
  out: Terminal,
  warn: (text: string) => void,
): Promise<void> {
  if (where.actual.length + where.desired.length > 0)
    throw new UsageError('--watch is for what is live: it goes without --desired and --actual')
  const { core, journal, desired, actual } = await readPair(where, warn)
  const bridge = core.state.settings?.physicalSwitch ?? ''
  const [{ database: vtep }, { database: ovs }] = await Promise.all([
    connected('hardware_vtep', where.vtepDb, connectVtep(where.vtepDb, where.access)),
    connected('Open_vSwitch', where.db, connectOvs(where.db, where.access)),
  ])
  const flows = watchFlows(bridge, auditMs)
  let before = ''
  const look = async (): Promise<void> => {
    const { knowledge } = core.state
    if (Object.values(knowledge).some((one) => one !== 'current')) return
    const found = await compared(new Core(core.state), output, journal, [])
    const text = JSON.stringify([found.findings, found.problems, found.forecast])
    if (text === before) return
    const isFirst = before === ''
    before = text
    begin(output, out, isFirst)
    printFindings(found, output.format, { desired, actual }, where, out)
    out.flush()
  }
  const fold = (intake: Intake): void => {
    for (const event of intake(core.state)) {
      core.fold({ seq: core.state.seq + 1, atMs: Date.now(), event })
      // somebody changed flows in a way that only another look can tell
      if (event.type === 'FlowsDoubted') flows.observe()
      if (event.type === 'SourceLost') warn(`${event.source}: ${event.reason}`)
    }
  }
  // in order; a look that takes long is followed by one at most for all that came meanwhile
  const looks$ = merge(vtep.intake$, ovs.intake$, flows.intake$).pipe(
    tap(fold),
    auditTime(calmMs),
    concatMap(look),
  )
  await lastValueFrom(looks$)
}

/** A terminal is cleared; elsewhere a line says when. */
function begin({ format }: OutputOptions, out: Terminal, isFirst: boolean): void {
  if (format === 'json') return
  if (process.stdout.isTTY) out.line(`\x1b[2J\x1b[H${localTime(Date.now())}`)
  else out.line(`${isFirst ? '' : '\n'}# ${localTime(Date.now())}`)
}
