import { useAnswer } from './ask.js'
import { Waiting } from './waiting.js'
import { counted } from '../../lib/counted.js'

interface Props {
  readonly at: number
  readonly pin: number | null
  readonly setPin: (pin: number | null) => void
}

/** What differs between the pinned position and this one. */
export function DifferencePane({ at, pin, setPin }: Props) {
  const { value, error } = useAnswer('/api/difference', pin === null ? null : { at: pin, to: at })
  if (pin === null)
    return (
      <>
        <p class="quiet">Pin this position, then move: here stands what differs between the two.</p>
        <button type="button" onClick={() => setPin(at)}>
          Pin entry {at}
        </button>
      </>
    )
  const header = (
    <p class="line">
      <span>
        From entry <strong>{pin}</strong> to <strong>{at}</strong>
      </span>
      <button type="button" class="small" onClick={() => setPin(null)}>
        Unpin
      </button>
    </p>
  )
  if (value === null)
    return (
      <>
        {header}
        <Waiting error={error} />
      </>
    )
  const [rows, desired, installed] = value.counts
  const rowText = (table: string, uuid: string, row: object | null): string | null =>
    row && `${table} ${uuid.slice(0, 8)} ${JSON.stringify(row)}`
  return (
    <>
      {header}
      <Section
        title="Rows"
        count={rows}
        pairs={value.rows.map(({ table, uuid, before, after }) => [
          rowText(table, uuid, before),
          rowText(table, uuid, after),
        ])}
      />
      <Section
        title="Desired flows"
        count={desired}
        pairs={value.desired.map(({ before, after }) => [before, after])}
      />
      <Section
        title="Flows in the switch"
        count={installed}
        pairs={value.installed.map(({ before, after }) => [before, after])}
      />
    </>
  )
}

interface SectionProps {
  readonly title: string
  readonly count: number
  readonly pairs: readonly (readonly [string | null, string | null])[]
}

function Section({ title, count, pairs }: SectionProps) {
  return (
    <section class="difference">
      <h3>
        {title} <span class="quiet">{counted(count, 'difference')}</span>
      </h3>
      {pairs.map(([before, after], i) => (
        <div key={i}>
          {before !== null && (
            <p class="del">
              <span aria-hidden="true">−</span>
              <del>{before}</del>
            </p>
          )}
          {after !== null && (
            <p class="ins">
              <span aria-hidden="true">+</span>
              <ins>{after}</ins>
            </p>
          )}
        </div>
      ))}
      {count > pairs.length && <p class="quiet">and {count - pairs.length} more</p>}
    </section>
  )
}
