import { useState } from 'preact/hooks'
import type { ChangeLine, Track } from '../../lib/screens/page/api.js'
import { useAnswer } from './ask.js'
import { ExplanationPane } from './explanation.js'
import { clockOf, timeText } from './times.js'
import { Waiting } from './waiting.js'
import { WhatIf } from './what-if.js'
import { counted } from '../../lib/words/counted.js'

interface Props {
  readonly at: number
  /** The last entry of the change at hand: what it led to is part of why. */
  readonly until: number
  readonly about: string
  readonly seek: (seq: number) => void
  readonly ask: (about: string) => void
  readonly stamp: string
}

/** One thing: what it was, why it is as it is, and what would be without each cause. */
export function SubjectPane({ at, until, about, seek, ask, stamp }: Props) {
  const [text, setText] = useState(about)
  const { value, error } = useAnswer('/api/subject', about === '' ? null : { about, stamp })
  return (
    <>
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault()
          ask(text.trim())
        }}
      >
        <label for="about">About</label>
        <input
          id="about"
          value={text}
          placeholder="MAC, address, VNI, VLAN, port, name, row, flow"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">Show</button>
      </form>
      {about === '' ? (
        <p class="quiet">Its history, and why it is as it is.</p>
      ) : value === null ? (
        <Waiting error={error} words="Looking through the changes" />
      ) : (
        <>
          <h3>
            {about} <span class="quiet">{counted(value.total, 'change')}</span>
          </h3>
          {value.total === 0 && <p class="quiet">No change was about it so far.</p>}
          {value.tracks.map((track) => (
            <Strip key={track.name} track={track} at={at} seek={seek} />
          ))}
          <Changes lines={value.changes} total={value.total} at={at} seek={seek} />
          <h3>Why it is so after entry {until}</h3>
          <ExplanationPane at={until} about={about} seek={seek} />
        </>
      )}
    </>
  )
}

/** Values one after another, the one at hand marked. */
function Strip({
  track: { name, values },
  at,
  seek,
}: {
  readonly track: Track
  readonly at: number
  readonly seek: (seq: number) => void
}) {
  const now = values.findLastIndex(({ seq }) => seq <= at)
  return (
    <section class="strip" aria-label={`History of ${name}`}>
      <h4>{name}</h4>
      <ol>
        {values.map(({ seq, atMs, text }, i) => (
          <li key={seq} class={i === now ? 'now' : ''}>
            <button
              type="button"
              title={timeText(atMs)}
              aria-current={i === now ? 'true' : undefined}
              onClick={() => seek(seq)}
            >
              <span class={text === null ? 'value gone' : 'value'}>{text ?? 'gone'}</span>
              <span class="quiet">since {clockOf(atMs)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}

interface ChangesProps {
  readonly lines: readonly ChangeLine[]
  readonly total: number
  readonly at: number
  readonly seek: (seq: number) => void
}

function Changes({ lines, total, at, seek }: ChangesProps) {
  const [open, setOpen] = useState<number | null>(null)
  if (lines.length === 0) return null
  return (
    <section class="causes" aria-label="Changes about it">
      <ul>
        {lines.map(({ seq, atMs, text, writer, outcome, tone }) => (
          <li key={seq} class={seq > at ? 'later' : ''}>
            <p>
              <time title={timeText(atMs)}>{clockOf(atMs)}</time> <span class={`tone ${tone}`}>{text}</span>
            </p>
            <p class="quiet">
              {[writer === null ? '' : `by ${writer}`, outcome].filter(Boolean).join(' · ')}{' '}
              <button type="button" class="link" onClick={() => seek(seq)}>
                entry {seq}
              </button>{' '}
              <button
                type="button"
                class="link"
                aria-expanded={open === seq}
                onClick={() => setOpen(open === seq ? null : seq)}
              >
                what if not?
              </button>
            </p>
            {open === seq && <WhatIf without={seq} seek={seek} />}
          </li>
        ))}
      </ul>
      {total > lines.length && <p class="quiet">and {total - lines.length} earlier ones</p>}
    </section>
  )
}
