import type { EntryLine, EntryView, RowView, SceneView } from '../../lib/replay/page/api.js'
import { Pasteable } from './copy.js'
import { spanText, timeText } from './times.js'

interface Props {
  readonly entry: EntryView
  readonly scene: SceneView | null
  readonly seek: (seq: number) => void
}

/** An entry: what it says, rows before and after, its plan as commands, what came of it, and its neighbours. */
export function EntryPane({ entry, scene, seek }: Props) {
  const { seq, commands, outcome, plan, lines } = entry
  const rows = scene?.seq === seq ? scene.rows : []
  return (
    <>
      <p class="said">{entry.text === '' ? entry.type : entry.text}</p>
      {plan !== null && (
        <p>
          Outcome of <SeqLink line={plan} seek={seek} />
          <span class="quiet"> {spanText(entry.atMs - plan.atMs)} later</span>
        </p>
      )}
      {outcome !== null && (
        <p class={outcome.hasFailed ? 'outcome bad' : 'outcome good'}>
          <strong>{outcome.hasFailed ? 'Failed' : 'Applied'}</strong>
          {outcome.tookMs === null ? '' : ` in ${spanText(outcome.tookMs)}`}
          {outcome.hasFailed ? `: ${outcome.text}` : ''} – <SeqLink line={outcome} seek={seek} />
        </p>
      )}
      {commands.map((command, i) => (
        <Pasteable key={i} text={command} name={commands.length === 1 ? 'command' : `command ${i + 1}`} />
      ))}
      {rows.map((row) => (
        <Row key={`${row.table} ${row.uuid}`} row={row} />
      ))}
      {scene?.seq === seq && scene.rowsLeftOut > 0 && <p class="quiet">and {scene.rowsLeftOut} more rows</p>}
      {lines.length > 0 && <Pasteable text={lines.join('\n')} name="flows" />}
      <Neighbours entry={entry} seek={seek} />
    </>
  )
}

function SeqLink({ line, seek }: { readonly line: EntryLine; readonly seek: (seq: number) => void }) {
  return (
    <button type="button" class="link" onClick={() => seek(line.seq)}>
      entry {line.seq}
    </button>
  )
}

const verbs = { insert: 'inserted', modify: 'modified', delete: 'deleted' } as const

function Row({ row: { table, uuid, name: called, how, columns } }: { readonly row: RowView }) {
  const changed = columns.filter(({ before, after }) => before !== after)
  const kept = columns.filter(({ before, after }) => before === after)
  return (
    <table class={`row ${how}`}>
      <caption>
        <strong>{table}</strong> {called} {verbs[how]} <span class="uuid">{uuid.slice(0, 8)}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">column</th>
          {how !== 'insert' && <th scope="col">before</th>}
          {how !== 'delete' && <th scope="col">after</th>}
        </tr>
      </thead>
      <tbody>
        {[...changed, ...kept].map(({ name, before, after }) => (
          <tr key={name} class={before === after ? 'kept' : ''}>
            <th scope="row">{name}</th>
            {how !== 'insert' && <td class="before">{before}</td>}
            {how !== 'delete' && <td class="after">{after}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Neighbours({ entry, seek }: Pick<Props, 'entry' | 'seek'>) {
  return (
    <section class="neighbours" aria-label="Entries around this one">
      <h3>Around it</h3>
      <ol>
        {entry.around.map((line) => (
          <li key={line.seq}>
            <button
              type="button"
              aria-current={line.seq === entry.seq ? 'true' : undefined}
              onClick={() => seek(line.seq)}
              title={timeText(line.atMs)}
            >
              <span class="seq">{line.seq}</span>
              <span class={`type ${line.type}`}>{line.type}</span>
              <span class="text">{line.text}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
