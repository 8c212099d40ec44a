import { useEffect, useRef, useState } from 'preact/hooks'
import { askServer, useAnswer } from './ask.js'
import { ChangesPanel } from './changes-panel.js'
import { Controls } from './controls.js'
import { Details } from './details.js'
import { Header } from './header.js'
import { Help } from './help.js'
import { useKeys } from './keys.js'
import { useNews } from './news.js'
import { PicturePanel } from './picture-panel.js'
import { stages, usePlace } from './place.js'
import { usePlaying } from './playing.js'
import { isSubject } from './sought.js'
import { SummaryPane } from './summary.js'
import { TimelinePanel, zoomed } from './timeline.js'
import { useWidth } from './width.js'
import { Waiting } from './waiting.js'

const pixelsAPart = 3
/** Of a column of the picture, and so many more at once. */
const fewestBoxes = 10

/** The time machine: where somebody looks is the place, all else is asked of the server. */
export function App() {
  const [place, go] = usePlace()
  const [message, say] = useState<string | null>(null)
  const { news, isLive } = useNews()
  const [ref, width] = useWidth()
  const [isHelp, setHelp] = useState(false)
  const [boxes, setBoxes] = useState(fewestBoxes)
  const field = useRef<HTMLInputElement>(null)
  const generation = news?.generation ?? 1
  const known = news?.known ?? 1
  const read = `${news?.last ?? 0} ${known} ${generation}`
  const overview = useAnswer('/api/overview', { generation, stamp: read })
  const first = news?.first ?? overview.value?.first ?? 0
  const last = news?.last ?? overview.value?.last ?? 0
  const isEmpty = last === 0
  const at = place.at ?? 'HEAD'
  const entry = useAnswer(
    '/api/entry',
    isEmpty ? null : { at, stamp: stampOf(place.at, last), known: known < 1 ? 0 : 1, generation },
  )
  const focus = place.focus && `${place.focus.kind}:${place.focus.id}`
  const scene = useAnswer(
    '/api/scene',
    isEmpty
      ? null
      : {
          at,
          stamp: place.at === null ? last : 0,
          generation,
          focus,
          find: place.find,
          by: place.by,
          most: boxes,
        },
  )
  const pinned = useAnswer('/api/entry', place.pin === null ? null : { at: place.pin })
  const parts = Math.max(60, Math.floor((width - 90) / pixelsAPart))
  const { fromMs: from, toMs: to, words, kinds } = place
  const timeline = useAnswer(
    '/api/timeline',
    width === 0 ? null : { from, to, width: parts, stamp: read, words, kinds },
  )
  const seq = /^\d+$/.test(at) ? Number(at) : (entry.value?.seq ?? last)

  const here = useRef(seq)
  here.current = seq
  const finding = useRef(Promise.resolve())

  const seek = (target: number): void => {
    say(null)
    here.current = Math.min(Math.max(target, first), last)
    go({ at: String(here.current) })
  }
  const step = (by: number): void => {
    const around = entry.value?.around ?? []
    const here = around.findIndex((line) => line.seq === seq)
    seek(here < 0 ? seq + by : (around[here + by]?.seq ?? seq + by))
  }
  const toEnd = (end: 'first' | 'last'): void => {
    say(null)
    go({ at: end === 'first' ? String(first) : null })
  }
  const zoom = (factor: number | null): void => {
    const { value } = timeline
    if (value === null) return
    const center = entry.value?.atMs ?? value.endMs
    go(factor === null ? all : (zoomed(value, center, factor) ?? all))
  }
  const find = async (direction: 'forward' | 'backward'): Promise<void> => {
    try {
      const found = await askServer('/api/next', { at: here.current, words, kinds, direction })
      if (found.seq === null) {
        say(`No change has: ${words}`)
        return
      }
      seek(found.seq)
      // who looks for a thing wants to know what became of it
      if (isSubject(words)) go({ tab: 'subject', about: '' })
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
    }
  }
  // keys come faster than answers: each goes on from where the one before it led to
  const next = (direction: 'forward' | 'backward'): void => {
    finding.current = finding.current.then(() => find(direction))
  }
  const playing = usePlaying(seq, last, step)
  useKeys({
    step,
    toEnd,
    zoom,
    page: (by) => {
      const shown = timeline.value?.entries.reduce((sum, count) => sum + count, 0) ?? 0
      step(by * Math.max(10, Math.round(shown / 20)))
    },
    play: () => playing.play(!playing.isPlaying),
    search: () => {
      go({ stage: 'changes' })
      field.current?.focus()
    },
    help: () => setHelp(!isHelp),
    pin: () => go({ pin: place.pin === seq ? null : seq, tab: 'difference' }),
    escape: () => go({ focus: null }),
  })

  // what can't be shown is said, and what was shown stays
  useEffect(() => {
    if (entry.error === null) return
    say(entry.error)
    const shown = entry.value?.seq
    if (place.at !== null) go({ at: shown === undefined || shown > last ? null : String(shown) })
  }, [entry.error])
  useEffect(() => {
    if (generation > 1) {
      say('Another journal took the place of the one that was shown; this is its last entry.')
      go({ at: null, pin: null, fromMs: null, toMs: null })
    }
  }, [generation])
  useEffect(() => {
    if (place.at === null || first === 0 || seq >= first) return
    say(`Entries up to ${first - 1} were dropped from the journal; this is the first that is left.`)
    go({ at: String(first), pin: place.pin !== null && place.pin < first ? null : place.pin })
  }, [first])

  const name = scene.value?.switch ?? ''
  useEffect(() => {
    document.title = `${name === '' ? 'vtep-replay' : name} · entry ${seq}`
  }, [name, seq])
  const trouble = news?.trouble ?? null
  return (
    <>
      <Header
        overview={overview.value}
        place={place}
        seq={seq}
        last={last}
        isLive={isLive}
        course={news?.course ?? overview.value?.course ?? 'unknown'}
        lastMs={news?.lastMs ?? overview.value?.lastMs ?? null}
        name={name}
        help={() => setHelp(true)}
      />
      <Help isOpen={isHelp} close={() => setHelp(false)} />
      <main ref={ref}>
        <div role="alert" class={message === null && trouble === null && isLive ? 'message none' : 'message'}>
          {trouble !== null && <p>{trouble}</p>}
          {message !== null && <p>{message}</p>}
          {!isLive && news !== null && <p>The connection to vtep-replay is lost; it is tried again.</p>}
        </div>
        {isEmpty ? (
          <section class="panel">
            <p class="quiet">{overview.error ?? 'Nothing is recorded yet. What is will appear here.'}</p>
          </section>
        ) : (
          <>
            <SummaryPane overview={overview.value} known={known} kinds={kinds} go={go} seek={seek} />
            <section class="panel time" aria-label="Timeline">
              {timeline.value === null ? (
                <Waiting error={timeline.error} words="Reading the journal" />
              ) : (
                <TimelinePanel
                  view={timeline.value}
                  first={first}
                  last={last}
                  seq={seq}
                  atMs={entry.value?.seq === seq || place.at === null ? (entry.value?.atMs ?? null) : null}
                  pinMs={place.pin === null ? null : (pinned.value?.atMs ?? null)}
                  seek={seek}
                  zoom={(range) => go(range ?? all)}
                />
              )}
              <Controls {...playing} seq={seq} step={step} seek={seek} toEnd={toEnd} zoom={zoom} say={say} />
            </section>
            <div class={`columns with-${place.stage}`}>
              <div class="stages" role="group" aria-label="Beside the details">
                {stages.map((one) => (
                  <button
                    key={one}
                    type="button"
                    aria-pressed={place.stage === one}
                    onClick={() => go({ stage: one })}
                  >
                    {one === 'changes' ? 'Changes' : 'Picture'}
                  </button>
                ))}
              </div>
              <ChangesPanel
                place={place}
                go={go}
                seq={seq}
                seek={seek}
                counts={overview.value?.counts ?? null}
                stamp={read}
                field={field}
                next={next}
              />
              <PicturePanel
                scene={scene}
                place={place}
                go={go}
                unfold={() => setBoxes(boxes + fewestBoxes)}
              />
              {entry.value === null ? (
                <section class="panel">
                  <Waiting error={entry.error} />
                </section>
              ) : (
                <Details
                  place={place}
                  go={go}
                  seek={seek}
                  entry={entry.value}
                  scene={scene.value}
                  stamp={read}
                />
              )}
            </div>
          </>
        )}
      </main>
    </>
  )
}

const all = { fromMs: null, toMs: null }

/** The neighbours of an entry near the end change when more is recorded. */
function stampOf(at: string | null, last: number): number {
  return at === null || !/^\d+$/.test(at) ? last : Math.min(last, Number(at) + 12)
}
