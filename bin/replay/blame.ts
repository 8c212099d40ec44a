import type { Command } from 'commander'
import { localTime } from '../../lib/words/describe.js'
import { byTable } from '../../lib/model/flow.js'
import { type Asked, type Cause, explain, type ExplainedOrigin } from '../../lib/history/explain.js'
import { positionAt, positionForms } from '../../lib/history/position.js'
import { examples } from '../command-line/help.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Terminal } from '../command-line/terminal.js'

export function addBlame(program: Command, terminal: () => Terminal): void {
  program
    .command('blame')
    .description('every flow of ours in the switch with the entry and the row that made it so')
    .argument('<JOURNAL>')
    .option('--at <POSITION>', positionForms, 'HEAD')
    .addHelpText('after', examples('vtep-replay blame br0', 'vtep-replay blame br0 --at HEAD-10m'))
    .action((name: string, { at }: { at: string }) =>
      withRecording(name, (recording) => {
        const out = terminal()
        const seq = positionAt(at, recording, Date.now())
        const there = explain(recording, seq, everything).filter(({ gone }) => gone === null)
        for (const { flow, planned, rows } of there.toSorted((a, b) => byTable(a.flow.key, b.flow.key))) {
          const blamed = blamedOf(rows)
          if (out.isJson) {
            out.json({ flow, planned, ...blamed })
            continue
          }
          const since = planned === null ? 'before'.padStart(6) : String(planned.seq).padStart(6)
          const time = planned === null ? '' : localTime(planned.atMs)
          const { row, cause } = blamed
          const why = row === null ? 'pipeline' : `${row.table} ${row.name}`
          const because = cause === null ? '' : ` (entry ${cause.seq})`
          out.line(`${since}  ${time.padEnd(23)}  ${`${why}${because}`.padEnd(50)}  ${flow.key}`)
        }
      }),
    )
}

const everything: Asked = { among: (mentions) => mentions, isAboutNow: () => true }

/** Of the rows that a flow was made from the one that was changed last before it was planned, and that change. */
function blamedOf(rows: readonly ExplainedOrigin[]): {
  readonly row: Pick<ExplainedOrigin, 'table' | 'uuid' | 'name'> | null
  readonly cause: Cause | null
} {
  const changed = rows.flatMap(({ table, uuid, name, causes }) =>
    causes.slice(-1).map((cause) => ({ row: { table, uuid, name }, cause })),
  )
  const last = changed.reduce<(typeof changed)[number] | null>(
    (latest, one) => (latest === null || one.cause.seq > latest.cause.seq ? one : latest),
    null,
  )
  if (last !== null) return last
  const [row] = rows
  return { row: row === undefined ? null : { table: row.table, uuid: row.uuid, name: row.name }, cause: null }
}
