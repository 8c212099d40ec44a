import type { Overview } from '../../lib/screens/page/api.js'
import type { Place } from './place.js'

interface Props {
  readonly overview: Overview | null
  readonly known: number
  readonly kinds: string
  readonly go: (change: Partial<Place>) => void
  readonly seek: (seq: number) => void
}

/** What is noteworthy in the journal, each a way to the changes that it is about. */
export function SummaryPane({ overview, known, kinds, go, seek }: Props) {
  if (overview === null) return null
  return (
    <section class="summary" aria-label="What is noteworthy">
      {known < 1 && <span class="quiet">reading {Math.floor(known * 100)} %</span>}
      <ul>
        {overview.summary.map(({ text, tone, kind, count, seq }) => (
          <li key={kind}>
            {count === 0 ? (
              <span class="quiet">{text}</span>
            ) : (
              <button
                type="button"
                class={`chip ${tone}`}
                aria-pressed={kinds === kind}
                onClick={() => {
                  go({
                    words: '',
                    kinds: kinds === kind ? '' : kind,
                    stage: 'changes',
                    tab: 'change',
                    about: '',
                  })
                  if (seq !== null && kinds !== kind) seek(seq)
                }}
              >
                {text}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
