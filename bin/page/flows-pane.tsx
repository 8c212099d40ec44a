import { useState } from 'preact/hooks'
import { useAnswer } from './ask.js'
import { Explanation } from './explanation.js'
import { Waiting } from './waiting.js'

interface Props {
  readonly at: number
  readonly seek: (seq: number) => void
}

/** Our flows at a position, desired or in the switch, each with what it means and why it is there. */
export function FlowsPane({ at, seek }: Props) {
  const [filter, setFilter] = useState('')
  const [which, setWhich] = useState<'desired' | 'installed'>('desired')
  const [open, setOpen] = useState<string | null>(null)
  const { value, error } = useAnswer('/api/flows', { at, which, filter })
  return (
    <>
      <div class="line">
        <label for="flow-filter">Filter</label>
        <input
          id="flow-filter"
          value={filter}
          placeholder="words, as table=20 or a name"
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
        <label for="flow-which" class="hidden">
          Which flows
        </label>
        <select
          id="flow-which"
          value={which}
          onChange={(event) => setWhich(event.currentTarget.value === 'installed' ? 'installed' : 'desired')}
        >
          <option value="desired">desired</option>
          <option value="installed">in the switch</option>
        </select>
      </div>
      {value === null ? (
        <Waiting error={error} />
      ) : (
        <>
          <p class="quiet" role="status">
            {value.total === 1 ? '1 flow' : `${value.total} flows`}
            {value.total > value.shown.length ? `, the first ${value.shown.length} of them` : ''}
          </p>
          <ul class="flows">
            {value.shown.map(({ key, line, words }) => (
              <li key={key}>
                <p>{words}</p>
                <p class="flow">{line}</p>
                <button
                  type="button"
                  class="small"
                  aria-expanded={open === key}
                  aria-label={`Why: ${words}`}
                  onClick={() => setOpen(open === key ? null : key)}
                >
                  Why?
                </button>
                {open === key && <Explanation at={at} about={key} seek={seek} />}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
