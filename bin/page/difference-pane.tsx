import { useState } from 'preact/hooks'
import type { FlowDifferenceView } from '../../lib/screens/page/api.js'
import { askServer, useAnswer } from './ask.js'
import { ListRow } from './row.js'
import { Waiting } from './waiting.js'
import { counted } from '../../lib/words/counted.js'

interface Props {
  readonly at: number
  readonly pin: number | null
  readonly setPin: (pin: number | null) => void
  readonly seek: (seq: number) => void
  /** What is asked about, which a search may be about. */
  readonly about: string
}

/** What differs between the marked position and this one, in words and columns; and where it turned. */
export function DifferencePane({ at, pin, setPin, seek, about }: Props) {
  const { value, error } = useAnswer('/api/difference', pin === null ? null : { at: pin, to: at })
  if (pin === null)
    return (
      <>
        <p class="quiet">Mark this position, then move: here stands what differs between the two.</p>
        <button type="button" onClick={() => setPin(at)}>
          Mark entry {at}
        </button>
      </>
    )
  const header = (
    <p class="line">
      <span>
        From entry <strong>{pin}</strong> to <strong>{at}</strong>
      </span>
      <button type="button" class="small" onClick={() => setPin(null)}>
        Remove the mark
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
  return (
    <>
      {header}
      {pin !== at && <Turn from={pin} to={at} about={about} seek={seek} />}
      <section class="difference">
        <h3>
          Rows <span class="quiet">{counted(rows, 'difference')}</span>
        </h3>
        {value.rows.map((row) => (
          <ListRow key={row.uuid} row={row} isBrief={true} />
        ))}
        {rows > value.rows.length && <p class="quiet">and {rows - value.rows.length} more</p>}
      </section>
      <Flows title="Flows that are wanted" count={desired} flows={value.desired} />
      <Flows title="Flows in the switch" count={installed} flows={value.installed} />
    </>
  )
}

interface FlowsProps {
  readonly title: string
  readonly count: number
  readonly flows: readonly FlowDifferenceView[]
}

function Flows({ title, count, flows }: FlowsProps) {
  return (
    <section class="difference">
      <h3>
        {title} <span class="quiet">{counted(count, 'difference')}</span>
      </h3>
      {flows.map(({ key, words, wordsBefore, before, after }) => (
        <details key={key} class="flow-pair">
          <summary>
            {after === null ? (
              <span class="del">
                − <del>{words}</del>
              </span>
            ) : before === null ? (
              <span class="ins">
                + <ins>{words}</ins>
              </span>
            ) : (
              <>
                <span class="del">
                  − <del>{wordsBefore}</del>
                </span>
                <span class="ins">
                  + <ins>{words}</ins>
                </span>
              </>
            )}
          </summary>
          {before !== null && <p class="flow">{before}</p>}
          {after !== null && <p class="flow">{after}</p>}
        </details>
      ))}
      {count > flows.length && <p class="quiet">and {count - flows.length} more</p>}
    </section>
  )
}

interface TurnProps {
  readonly from: number
  readonly to: number
  readonly about: string
  readonly seek: (seq: number) => void
}

/** Searches between the two for the first entry after which something holds. */
function Turn({ from, to, about, seek }: TurnProps) {
  const [text, setText] = useState(suggested(about))
  const [said, say] = useState<string | null>(null)
  const run = async (): Promise<void> => {
    say('Searching …')
    try {
      const { seq, looked } = await askServer('/api/bisect', { at: from, to, bad: text })
      say(`It holds from entry ${seq} on; ${looked} positions were looked at.`)
      seek(seq)
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <>
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        <label for="turn">First entry with</label>
        <input
          id="turn"
          value={text}
          placeholder="mac:…@10.2.2.9, problem, flows > 9"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">Find</button>
      </form>
      {said !== null && (
        <p class="quiet" role="status">
          {said}
        </p>
      )}
    </>
  )
}

function suggested(about: string): string {
  if (/^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(about)) return `mac:${about}`
  return /^\d+(\.\d+){3}$/.test(about) ? `tunnel:${about}` : ''
}
