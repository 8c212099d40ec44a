import { useAnswer } from './ask.js'
import { Waiting } from './waiting.js'

interface Props {
  readonly at: number
  readonly about: string
  readonly seek: (seq: number) => void
}

/** Why flows are there, in the very lines of `vtep-replay explain`. */
export function ExplanationPane({ at, about, seek }: Props) {
  const { value, error, isWaiting } = useAnswer('/api/explain', about === '' ? null : { at, about })
  if (value === null || isWaiting) return <Waiting error={error} words="Looking through the history" />
  if (value.total === 0) return <p class="quiet">No flow of ours was there for {about} up to then.</p>
  return (
    <>
      {value.shown.map(({ flow, facts }) => (
        <article class="explanation" key={flow}>
          <p class="flow">{flow}</p>
          <dl>
            {facts.map(({ name, text, seq }, i) => (
              <div key={i} class={name}>
                <dt>{name}</dt>
                <dd>
                  {text}
                  {seq !== null && (
                    <button
                      type="button"
                      class="link"
                      aria-label={`Go to entry ${seq}`}
                      onClick={() => seek(seq)}
                    >
                      go there
                    </button>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </article>
      ))}
      {value.total > value.shown.length && (
        <p class="quiet">and {value.total - value.shown.length} more flows</p>
      )}
    </>
  )
}
