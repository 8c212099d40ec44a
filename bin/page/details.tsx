import type { EntryView, SceneView } from '../../lib/screens/page/api.js'
import { addressOf } from './ask.js'
import { DifferencePane } from './difference-pane.js'
import { ChangePane } from './change-pane.js'
import { FlowsPane } from './flows-pane.js'
import { MacsPane } from './macs-pane.js'
import { type Place, type Tab, tabs } from './place.js'
import { SubjectPane } from './subject-pane.js'
import { StatusPane } from './status-pane.js'
import { typeWords } from '../../lib/history/changes/type-words.js'
import { zoneText } from '../../lib/zone.js'
import { timeText } from './times.js'

interface Props {
  readonly place: Place
  readonly go: (change: Partial<Place>) => void
  readonly seek: (seq: number) => void
  readonly entry: EntryView
  readonly scene: SceneView | null
  readonly stamp: string
}

const titles: Readonly<Record<Tab, string>> = {
  change: 'Change',
  subject: 'Subject',
  flows: 'Flows',
  macs: 'MACs',
  difference: 'Difference',
  status: 'Status',
}

/** All that can be asked about the moment at hand. */
export function Details({ place, go, seek, entry, scene, stamp }: Props) {
  const { tab, pin, focus } = place
  const about = aboutOf(place, entry)
  const { seq } = entry
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] ?? tab
    go({ tab: next })
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <section class="panel details" aria-label="Details">
      <header>
        <h2>
          Entry {seq} <span class={`type ${entry.type}`}>{typeWords[entry.type] ?? entry.type}</span>
        </h2>
        <time dateTime={new Date(entry.atMs).toISOString()}>
          {timeText(entry.atMs)} {zoneText(entry.atMs)}
        </time>
      </header>
      <div class="tabs" role="tablist" aria-label="Details" onKeyDown={move}>
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            aria-selected={one === tab}
            aria-controls="pane"
            tabIndex={one === tab ? 0 : -1}
            onClick={() => go({ tab: one })}
          >
            {titles[one]}
          </button>
        ))}
      </div>
      <div class="pane" id="pane" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === 'change' && (
          <ChangePane
            entry={entry}
            scene={scene}
            seek={seek}
            ask={(text) => go({ tab: 'subject', about: text })}
          />
        )}
        {tab === 'subject' && (
          <SubjectPane
            key={about}
            at={seq}
            until={entry.parts.at(-1)?.seq ?? seq}
            about={about}
            seek={seek}
            stamp={stamp}
            ask={(text) => go({ about: text })}
          />
        )}
        {tab === 'flows' && <FlowsPane at={seq} seek={seek} />}
        {tab === 'macs' && (
          <MacsPane
            at={seq}
            focus={focus}
            narrow={(to) => go({ focus: to })}
            explain={(text) => go({ tab: 'subject', about: text })}
          />
        )}
        {tab === 'difference' && (
          <DifferencePane at={seq} pin={pin} setPin={(to) => go({ pin: to })} seek={seek} about={about} />
        )}
        {tab === 'status' && <StatusPane at={seq} />}
      </div>
      <footer>
        <span class="quiet">Download</span>
        <a
          href={addressOf('/api/download', { at: seq, as: 'shell' })}
          download
          title="Builds the switch of this moment from nothing"
        >
          shell script
        </a>
        <a
          href={addressOf('/api/download', { at: seq, from: pin, as: 'bundle' })}
          download
          title="For vtep-replay import, with what led to it"
        >
          {pin === null || pin === seq
            ? 'bundle of this entry'
            : `bundle of entries ${Math.min(pin, seq)} to ${Math.max(pin, seq)}`}
        </a>
      </footer>
    </section>
  )
}

/** What is asked about: what was said, else what is looked for, else what the change is about. */
export function aboutOf({ about, words }: Place, entry: EntryView | null): string {
  return about || words.trim() || (entry?.about[0] ?? '')
}
