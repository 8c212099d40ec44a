import { useAnswer } from './ask.js'
import { Waiting } from './waiting.js'
import { counted } from '../../lib/words/counted.js'

/** Which plans would have been others had one entry not happened. */
export function WhatIf({
  without,
  seek,
}: {
  readonly without: number
  readonly seek: (seq: number) => void
}) {
  const { value, error, isWaiting } = useAnswer('/api/what-if', { without })
  if (value === null || isWaiting) return <Waiting error={error} words="Playing the history without it" />
  if (value.total === 0) return <p class="quiet">Every plan would have been the same.</p>
  return (
    <div class="what-if">
      <p class="quiet">{counted(value.total, 'plan')} would have been different:</p>
      <ul>
        {value.plans.map(({ seq, recorded, instead }, i) => (
          <li key={i}>
            {seq === null ? (
              'after the last entry'
            ) : (
              <button type="button" class="link" onClick={() => seek(seq)}>
                entry {seq}
              </button>
            )}
            : {recorded} → {instead}
          </li>
        ))}
      </ul>
    </div>
  )
}
