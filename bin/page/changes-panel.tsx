import type { RefObject } from 'preact'
import { changeKinds, type ChangeKind, kindWords } from '../../lib/history/changes/change.js'
import type { Overview } from '../../lib/screens/page/api.js'
import { ChangesList } from './changes-list.js'
import type { Place } from './place.js'

interface Props {
  readonly place: Place
  readonly go: (change: Partial<Place>) => void
  readonly seq: number
  readonly seek: (seq: number) => void
  readonly counts: Overview['counts'] | null
  /** Changes when there is more to be read. */
  readonly stamp: string
  readonly field: RefObject<HTMLInputElement | null>
  readonly next: (direction: 'forward' | 'backward') => void
}

/** The history as changes, those that are wanted. */
export function ChangesPanel({ place, go, seq, seek, counts, stamp, field, next }: Props) {
  const { words, kinds } = place
  const chosen = new Set(kinds.split(',').filter(Boolean))
  const toggle = (kind: ChangeKind): void => {
    const others = changeKinds.filter((one) => (one === kind ? !chosen.has(one) : chosen.has(one)))
    go({ kinds: others.join(',') })
  }
  return (
    <section class="panel changes" aria-label="Changes">
      <form
        role="search"
        class="line"
        onSubmit={(event) => {
          event.preventDefault()
          next('forward')
        }}
      >
        <label for="filter" class="hidden">
          Filter changes
        </label>
        <input
          id="filter"
          ref={field}
          type="search"
          value={words}
          placeholder="/ MAC, address, VNI, port, name, words"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => go({ words: event.currentTarget.value, about: '' })}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.preventDefault()
              go({ words: '' })
              event.currentTarget.blur()
            }
            if (event.key !== 'Enter' || !event.shiftKey) return
            event.preventDefault()
            next('backward')
          }}
        />
        <button
          type="button"
          aria-label="Previous found"
          title="Shift+Enter"
          onClick={() => next('backward')}
        >
          ↑
        </button>
        <button type="submit" aria-label="Next found" title="Enter">
          ↓
        </button>
      </form>
      <details class="kinds" open={chosen.size > 0}>
        <summary>{chosen.size === 0 ? 'Kinds' : `Kinds: ${[...chosen].map(nameOf).join(', ')}`}</summary>
        <div class="chips">
          {changeKinds
            .filter((kind) => (counts?.[kind] ?? 0) > 0)
            .map((kind) => (
              <button
                key={kind}
                type="button"
                class="chip"
                aria-pressed={chosen.has(kind)}
                title={kindWords[kind].means}
                onClick={() => toggle(kind)}
              >
                {kindWords[kind].name} {counts?.[kind]}
              </button>
            ))}
        </div>
      </details>
      <ChangesList words={words} kinds={kinds} seq={seq} seek={seek} stamp={stamp} go={go} />
    </section>
  )
}

function nameOf(kind: string): string {
  const known = changeKinds.find((one) => one === kind)
  return known === undefined ? kind : kindWords[known].name
}
