import { useEffect, useState } from 'preact/hooks'
import { type Course, courseText, type Overview } from '../../lib/screens/page/api.js'
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
  readonly course: Course
  /** When the last entry was recorded. */
  readonly lastMs: number | null
  /** Of the switch. */
  readonly name: string
  readonly help: () => void
}

/** Which journal this is, how far it goes, whether it is followed; a link to this very place. */
export function Header({ overview, place, seq, last, isLive, course, lastMs, name, help }: Props) {
  const search = searchOf({ ...place, at: String(seq) })
  const link = `${location.origin}${location.pathname}?token=${overview?.token ?? ''}&${search.slice(1)}`
  const isFollowing = isLive && place.at === null
  const lastText = lastMs === null ? '' : timeText(lastMs).slice(0, 19)
  const isRunning = isFollowing && course === 'written'
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
        {isFollowing
          ? `${overview === null ? 'reading' : courseText(course, lastText)}, entry ${last}`
          : `entry ${seq} of ${last}`}
      </span>
      {lastMs !== null && <span class="quiet zone">{zoneText(lastMs)}</span>}
      <CopyButton text={link} words="Copy link" name="Copy link to this moment" />
      <button type="button" class="small" aria-label="Keys and legend" title="?" onClick={help}>
        ?
      </button>
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
