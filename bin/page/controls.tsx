import { useState } from 'preact/hooks'
import { askServer } from './ask.js'

export const speeds = [1, 5, 25, 100] as const
export type Speed = (typeof speeds)[number]

interface Props {
  readonly seq: number
  readonly step: (by: number) => void
  readonly seek: (seq: number) => void
  readonly toEnd: (end: 'first' | 'last') => void
  readonly isPlaying: boolean
  readonly play: (isPlaying: boolean) => void
  readonly speed: Speed
  readonly setSpeed: (speed: Speed) => void
  /** Smaller than 1: closer. */
  readonly zoom: (factor: number | null) => void
  readonly say: (message: string | null) => void
}

/** Everything that moves through time, but for the slider. */
export function Controls(props: Props) {
  const { step, toEnd, isPlaying, play, speed, setSpeed, zoom } = props
  return (
    <div class="controls" role="toolbar" aria-label="Time">
      <span class="group">
        <button type="button" aria-label="First entry" title="Home" onClick={() => toEnd('first')}>
          ⇤
        </button>
        <button type="button" aria-label="Previous entry" title="←" onClick={() => step(-1)}>
          ←
        </button>
        <button
          type="button"
          class="main"
          aria-pressed={isPlaying}
          title="Space"
          onClick={() => play(!isPlaying)}
        >
          {isPlaying ? 'Pause' : 'Play'}
        </button>
        <button type="button" aria-label="Next entry" title="→" onClick={() => step(1)}>
          →
        </button>
        <button type="button" aria-label="Last entry" title="End" onClick={() => toEnd('last')}>
          ⇥
        </button>
      </span>
      <label class="hidden" for="speed">
        Speed
      </label>
      <select
        id="speed"
        value={speed}
        onChange={({ currentTarget }) =>
          setSpeed(speeds.find((one) => String(one) === currentTarget.value) ?? 1)
        }
      >
        {speeds.map((one) => (
          <option key={one} value={one}>
            {one === 1 ? '1 entry a second' : `${one} a second`}
          </option>
        ))}
      </select>
      <span class="group">
        <button type="button" aria-label="Zoom in" title="+" onClick={() => zoom(0.5)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" title="-" onClick={() => zoom(2)}>
          −
        </button>
        <button type="button" aria-label="Show all of the time" title="0" onClick={() => zoom(null)}>
          All
        </button>
      </span>
      <Jump {...props} />
    </div>
  )
}

function Jump({ seek, say }: Pick<Props, 'seek' | 'say'>) {
  const [text, setText] = useState('')
  const jump = async (): Promise<void> => {
    try {
      seek((await askServer('/api/entry', { at: text.trim() })).seq)
      say(null)
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void jump()
      }}
    >
      <label for="jump" class="hidden">
        Go to
      </label>
      <input
        id="jump"
        size={14}
        value={text}
        placeholder="41, 03:12, -10m"
        title="Go to a number, a time, or so far back"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit">Go</button>
    </form>
  )
}
