import type { ChangeLine, EntryLine, EntryView, SceneView } from '../../lib/screens/page/api.js'
import { Pasteable } from './copy.js'
import { ListRow } from './row.js'
import { clockOf, spanText, timeText } from './times.js'
import { typeWords } from '../../lib/history/changes/type-words.js'

interface Props {
  readonly entry: EntryView
  readonly scene: SceneView | null
  readonly seek: (seq: number) => void
  readonly ask: (about: string) => void
}

/** What happened, who did it and what came of it; the entry at hand in full, and those that belong to it. */
export function ChangePane({ entry, scene, seek, ask }: Props) {
  const { seq, change, parts, about, commands, outcome, plan, lines } = entry
  const rows = scene?.seq === seq ? scene.rows : []
  return (
    <>
      {change !== null && <Story change={change} about={about} ask={ask} />}
      {parts.length > 1 && <Lines title="Its entries" lines={parts} here={seq} seek={seek} />}
      <p class="said">
        <span class="quiet">Entry {seq}:</span>{' '}
        {entry.text === '' ? (typeWords[entry.type] ?? entry.type) : entry.text}
      </p>
      {plan !== null && (
        <p>
          Outcome of <SeqLink line={plan} seek={seek} />
          <span class="quiet"> {spanText(entry.atMs - plan.atMs)} later</span>
        </p>
      )}
      {outcome !== null && (
        <p class={outcome.hasFailed ? 'outcome bad' : 'outcome good'}>
          <strong>{outcome.hasFailed ? 'Failed' : 'Done'}</strong>
          {outcome.tookMs === null ? '' : ` in ${spanText(outcome.tookMs)}`}
          {outcome.hasFailed ? `: ${outcome.text}` : ''} (<SeqLink line={outcome} seek={seek} />)
        </p>
      )}
      {commands.map((command, i) => (
        <Pasteable key={i} text={command} name={commands.length === 1 ? 'the command' : `command ${i + 1}`} />
      ))}
      {rows.map((row) => (
        <ListRow key={row.uuid} row={row} />
      ))}
      {(scene?.seq === seq ? scene.rowsLeftOut : 0) > 0 && (
        <p class="quiet">and {scene?.rowsLeftOut} more rows</p>
      )}
      {lines.length > 0 && <Pasteable text={lines.join('\n')} name="the flows" />}
      <details>
        <summary>All entries around it</summary>
        <Lines title="Entries around this one" lines={entry.around} here={seq} seek={seek} />
      </details>
    </>
  )
}

function Story({
  change,
  about,
  ask,
}: {
  readonly change: ChangeLine
  readonly about: readonly string[]
  readonly ask: (about: string) => void
}) {
  const { text, tone, writer, outcome, kindName } = change
  return (
    <section class={`story ${tone}`} aria-label="What happened">
      <p class="text">{text}</p>
      <p class="quiet">
        {kindName}
        {writer === null ? '' : `, by ${writer}`}
        {outcome === '' ? '' : ` · ${outcome}`}
      </p>
      {about.length > 0 && (
        <p class="links">
          {about.map((one) => (
            <button key={one} type="button" class="link" onClick={() => ask(one)}>
              {one}
            </button>
          ))}
        </p>
      )}
    </section>
  )
}

function SeqLink({ line, seek }: { readonly line: EntryLine; readonly seek: (seq: number) => void }) {
  return (
    <button type="button" class="link" onClick={() => seek(line.seq)}>
      entry {line.seq}
    </button>
  )
}

interface LinesProps {
  readonly title: string
  readonly lines: readonly EntryLine[]
  readonly here: number
  readonly seek: (seq: number) => void
}

function Lines({ title, lines, here, seek }: LinesProps) {
  return (
    <section class="neighbours" aria-label={title}>
      <ol>
        {lines.map((line) => (
          <li key={line.seq}>
            <button
              type="button"
              aria-current={line.seq === here ? 'true' : undefined}
              onClick={() => seek(line.seq)}
              title={`${timeText(line.atMs)} ${line.text}`}
            >
              <span class="seq">{line.seq}</span>
              <span class="seq">{clockOf(line.atMs)}</span>
              <span class={`type ${line.type}`}>{typeWords[line.type] ?? line.type}</span>
              <span class="text">{line.text}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
