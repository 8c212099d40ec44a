import { useEffect, useState } from 'preact/hooks'
import type { Overview } from '../../lib/screens/page/api.js'
import { CopyButton } from './copy.js'
import { zoneText } from '../../lib/zone.js'
import { timeText } from './times.js'
import { type Place, searchOf } from './place.js'

interface Props {
  readonly overview: Overview | null
  readonly place: Place
  readonly seq: number
  readonly last: number
  readonly isLive: boolean
  /** Its daemon has stopped, so nothing is recorded any more. */
  readonly isEnded: boolean
  /** Of the switch. */
  readonly name: string
  readonly help: () => void
}

/** Which journal this is, how far it goes, whether it is followed; a link to this very place. */
export function Header({ overview, place, seq, last, isLive, isEnded, name, help }: Props) {
  const search = searchOf({ ...place, at: String(seq) })
  const link = `${location.origin}${location.pathname}?token=${overview?.token ?? ''}&${search.slice(1)}`
  const isFollowing = isLive && place.at === null
  const isRunning = isFollowing && !isEnded
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
      <span class={isRunning ? 'live on' : 'live'} role="status">
        {isFollowing ? `${stateText(overview, isEnded)}, entry ${last}` : `entry ${seq} of ${last}`}
      </span>
      {overview?.lastMs != null && <span class="quiet zone">{zoneText(overview.lastMs)}</span>}
      <CopyButton text={link} words="Copy link" name="Copy link to this moment" />
      <button type="button" class="small" aria-label="Keys and legend" title="?" onClick={help}>
        ?
      </button>
      <Scheme />
    </header>
  )
}

/** Whether more is to be expected; a file does not say whether somebody still writes it. */
function stateText(overview: Overview | null, isEnded: boolean): string {
  if (overview === null) return 'reading'
  if (isEnded)
    return `stopped ${overview.lastMs === null ? '' : timeText(overview.lastMs).slice(0, 19)}`.trim()
  return 'live'
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
