import { useEffect, useState } from 'preact/hooks'
import type { Overview } from '../../lib/replay/page/api.js'
import { counted } from '../../lib/counted.js'
import { CopyButton } from './copy.js'
import { type Place, searchOf } from './place.js'

interface Props {
  readonly overview: Overview | null
  readonly place: Place
  readonly seq: number
  readonly last: number
  readonly isLive: boolean
  readonly known: number
  /** Its daemon has stopped, so nothing is recorded any more. */
  readonly isEnded: boolean
  /** Of the switch. */
  readonly name: string
}

/** Which journal this is, how far it goes, whether it is followed; a link to this very place. */
export function Header({ overview, place, seq, last, isLive, isEnded, known, name }: Props) {
  const search = searchOf({ ...place, at: String(seq) })
  const link = `${location.origin}/?token=${overview?.token ?? ''}&${search.slice(1)}`
  const isFollowing = isLive && place.at === null
  return (
    <header class="top">
      <h1>
        <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M7 10h6l3 6-3 6H7m18-12h-4l-5 6 5 6h4" />
        </svg>
        {name || 'vtep-replay'}
      </h1>
      <span class="file" title={overview?.file}>
        {overview?.file}
      </span>
      <span class={isFollowing && !isEnded ? 'live on' : 'live'} role="status">
        {known < 1
          ? `reading ${Math.floor(known * 100)} %`
          : isFollowing
            ? `${isEnded ? 'stopped' : 'live'}, ${counted(last, 'entry')}`
            : `entry ${seq} of ${last}`}
      </span>
      <CopyButton text={link} words="Copy link" name="Copy link to this moment" />
      <Scheme />
    </header>
  )
}

const schemes = ['auto', 'light', 'dark'] as const

/** Light, dark, or as the system has it. */
function Scheme() {
  const [scheme, setScheme] = useState(
    () => schemes.find((one) => one === localStorage.getItem('scheme')) ?? 'auto',
  )
  useEffect(() => {
    document.documentElement.dataset['scheme'] = scheme
    localStorage.setItem('scheme', scheme)
  }, [scheme])
  return (
    <select
      aria-label="Colours"
      value={scheme}
      onChange={({ currentTarget }) =>
        setScheme(schemes.find((one) => one === currentTarget.value) ?? 'auto')
      }
    >
      {schemes.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  )
}
