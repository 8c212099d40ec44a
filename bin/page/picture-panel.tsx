import type { SceneView } from '../../lib/replay/page/api.js'
import type { Answered } from './ask.js'
import { Picture } from './picture.js'
import type { Focus, Place } from './place.js'
import { Waiting } from './waiting.js'
import { counted } from '../../lib/counted.js'

interface Props {
  readonly scene: Answered<SceneView>
  readonly focus: Focus | null
  readonly go: (change: Partial<Place>) => void
}

/** The picture, what it is narrowed down to, and how the switch is as a whole. */
export function PicturePanel({ scene: { value, error }, focus, go }: Props) {
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
        {focus !== null && (
          <p class="narrowed">
            only <strong>{nameOf(focus, value)}</strong>
            <button type="button" class="small" onClick={() => go({ tab: 'macs' })}>
              MACs
            </button>
            <button
              type="button"
              class="small"
              onClick={() => go({ tab: 'why', about: nameOf(focus, value) })}
            >
              Why?
            </button>
            <button type="button" class="small" title="Escape" onClick={() => go({ focus: null })}>
              Show all
            </button>
          </p>
        )}
      </header>
      {error !== null && <p class="outcome bad">{error}</p>}
      {value === null ? (
        error === null && <Waiting error={null} words="Drawing" />
      ) : (
        <>
          <Picture scene={value} focus={focus} narrow={(to) => go({ focus: to })} />
          {focus?.kind === 'remote' && <Tunnel scene={value} ip={focus.id} />}
        </>
      )}
    </section>
  )
}

function nameOf({ kind, id }: Focus, scene: SceneView | null): string {
  if (kind !== 'switch') return id
  return scene?.switches.find(({ uuid }) => uuid === id)?.name ?? id.slice(0, 8)
}

/** What BFD says of one tunnel. */
function Tunnel({ scene, ip }: { readonly scene: SceneView; readonly ip: string }) {
  const remote = scene.remotes.find((one) => one.ip === ip)
  if (remote === undefined) return null
  const facts = Object.entries(remote.bfd)
  return (
    <dl class="facts tunnel">
      <div>
        <dt>tunnel</dt>
        <dd>{remote.local === null ? 'no row of table Tunnel' : `${remote.local} – ${ip}`}</dd>
      </div>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>BFD {name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
