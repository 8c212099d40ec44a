import { useState } from 'preact/hooks'
import type { SceneView } from '../../lib/screens/page/api.js'
import { groupings } from '../../lib/screens/page/drawing.js'
import { type Focus } from '../../lib/screens/page/kinds.js'
import type { Answered } from './ask.js'
import { PictureView } from './picture.js'
import type { Place } from './place.js'
import { Waiting } from './waiting.js'
import { counted } from '../../lib/words/counted.js'

interface Props {
  readonly scene: Answered<SceneView>
  readonly place: Place
  readonly go: (change: Partial<Place>) => void
  readonly unfold: () => void
}

/** From so many logical switches on they are grouped. */
const fewest = 12

/** The picture, what it is narrowed down to, and how the switch is as a whole. */
export function PicturePanel({ scene: { value, error }, place, go, unfold }: Props) {
  const { focus } = place
  return (
    <section class="panel stage" aria-label="Picture">
      <header>
        <h2>{value?.switch || 'The switch'}</h2>
        {value !== null && (
          <p class="quiet">
            {value.phase} · {value.tunnelIps.join(', ') || 'no tunnel IP'} ·{' '}
            {value.flows === null ? 'flows unknown' : counted(value.flows, 'flow')}
          </p>
        )}
        {value !== null && value.faults.length > 0 && <p class="outcome bad">{value.faults.join(', ')}</p>}
        {focus !== null && value !== null && <Narrowed focus={focus} scene={value} go={go} />}
      </header>
      {value !== null && isLarge(value) && <Find place={place} go={go} found={value.drawing.found} />}
      {error !== null && <p class="outcome bad">{error}</p>}
      {value === null ? (
        error === null && <Waiting error={null} words="Drawing" />
      ) : (
        <>
          <PictureView scene={value} focus={focus} narrow={(to) => go({ focus: to })} unfold={unfold} />
          {value.tunnel.length > 0 && <Facts facts={value.tunnel} />}
        </>
      )}
    </section>
  )
}

function isLarge({ drawing: { totals } }: SceneView): boolean {
  return Math.max(totals.port, totals.switch, totals.remote) > fewest
}

interface NarrowedProps {
  readonly focus: Focus
  readonly scene: SceneView
  readonly go: Props['go']
}

function Narrowed({ focus, scene, go }: NarrowedProps) {
  const name = scene.focusName ?? focus.id
  const isGroup = focus.id.startsWith('group:')
  return (
    <p class="narrowed">
      only <strong>{name}</strong>
      {!isGroup && (
        <>
          <button type="button" class="small" onClick={() => go({ tab: 'macs' })}>
            MACs
          </button>
          <button type="button" class="small" onClick={() => go({ tab: 'subject', about: name })}>
            Why?
          </button>
        </>
      )}
      <button type="button" class="small" title="Escape" onClick={() => go({ focus: null })}>
        Show all
      </button>
    </p>
  )
}

const groupingWords = { state: 'by state', port: 'by port', remote: 'by remote VTEP' } as const

function Find({
  place,
  go,
  found,
}: {
  readonly place: Place
  readonly go: Props['go']
  readonly found: number
}) {
  const [text, setText] = useState(place.find)
  return (
    <div class="line">
      <label for="find" class="hidden">
        Find in the picture
      </label>
      <input
        id="find"
        type="search"
        value={text}
        placeholder="find a port, switch, VNI, address"
        onInput={(event) => {
          setText(event.currentTarget.value)
          go({ find: event.currentTarget.value })
        }}
      />
      {place.find.trim() !== '' && (
        <span class="quiet" role="status">
          {found} found
        </span>
      )}
      <label for="by" class="hidden">
        Group
      </label>
      <select
        id="by"
        value={place.by}
        onChange={({ currentTarget }) =>
          go({ by: groupings.find((one) => one === currentTarget.value) ?? 'state', focus: null })
        }
      >
        {groupings.map((one) => (
          <option key={one} value={one}>
            {groupingWords[one]}
          </option>
        ))}
      </select>
    </div>
  )
}

/** What BFD says of one tunnel. */
function Facts({ facts }: { readonly facts: SceneView['tunnel'] }) {
  return (
    <dl class="facts tunnel">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
