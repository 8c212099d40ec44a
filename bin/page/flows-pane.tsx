import { useState } from 'preact/hooks'
import { useAnswer } from './ask.js'
import { ExplanationPane } from './explanation.js'
import { Sieve, Sifted } from './sifted.js'

interface Props {
  readonly at: number
  readonly seek: (seq: number) => void
}

/** Our flows at a position, desired or in the switch, each with what it means and why it is there. */
export function FlowsPane({ at, seek }: Props) {
  const [filter, setFilter] = useState('')
  const [which, setWhich] = useState<'desired' | 'installed'>('desired')
  const [open, setOpen] = useState<string | null>(null)
  const answer = useAnswer('/api/flows', { at, which, filter })
  return (
    <>
      <Sieve
        id="flow-filter"
        label="Filter"
        text={filter}
        placeholder="words, as table=20 or a name"
        set={setFilter}
      >
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
      </Sieve>
      <Sifted answer={answer} noun="flow">
        {(shown) => (
          <ul class="flows">
            {shown.map(({ key, line, words }) => (
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
                {open === key && <ExplanationPane at={at} about={key} seek={seek} />}
              </li>
            ))}
          </ul>
        )}
      </Sifted>
    </>
  )
}
