import type { TargetedEvent } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { counted } from '../../lib/words/counted.js'
import { type SpanKind, spanKinds } from '../../lib/history/changes/spans.js'
import type { MarkedTimeline } from '../../lib/screens/page/api.js'
import { type TimelineView } from '../../lib/screens/page/timeline.js'
import { type LaneName, laneNames } from '../../lib/history/tick.js'
import { SpanButtons } from './span-buttons.js'
import { roundTimes, timeText } from './times.js'
import { useWidth } from './width.js'

interface Props {
  readonly view: MarkedTimeline
  readonly first: number
  readonly last: number
  readonly seq: number
  readonly atMs: number | null
  readonly pinMs: number | null
  readonly seek: (seq: number) => void
  /** Null: all of it. */
  readonly zoom: (range: { fromMs: number; toMs: number } | null) => void
}

const labels = 62
const density = 52
const lane = 14
const axis = 20
const laneWords: Readonly<Record<LaneName | SpanKind, string>> = {
  faults: 'faults',
  drift: 'drift',
  failures: 'failures',
  outages: 'outages',
  degraded: 'gaps',
  stopped: 'stopped',
  plans: 'plans',
  restarts: 'starts',
}

/** Density of a history over time, what lasted in it, what is found, and the slider that moves through it. */
export function TimelinePanel({ view, first, last, seq, atMs, pinMs, seek, zoom }: Props) {
  const [ref, width] = useWidth()
  const [hover, setHover] = useState<number | null>(null)
  const [told, tell] = useState<{ readonly ms: number; readonly text: string } | null>(null)
  const isDragging = useRef(false)
  const plot = Math.max(10, width - labels - 8)
  const { fromMs, toMs, entries, rows, seqs, spans, hits } = view
  // a lane of what lasts is there where anything did
  const lasting = spanKinds.filter((kind) => spans.some((span) => span.kind === kind))
  const lanes = [...lasting, ...laneNames]
  const height = density + lanes.length * lane + axis
  const part = plot / entries.length
  const x = (ms: number): number => labels + ((ms - fromMs) / (toMs - fromMs)) * plot
  const partAt = (event: TargetedEvent<Element, PointerEvent | WheelEvent>): number => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(entries.length - 1, Math.max(0, Math.floor((event.clientX - box.left - labels) / part)))
  }
  const seekTo = (event: TargetedEvent<Element, PointerEvent>): void => {
    const place = partAt(event)
    // the very end is the last entry, also of those in one part
    const found = place === entries.length - 1 && toMs >= view.endMs ? last : seqs[place]
    if (found !== undefined && found > 0) seek(found)
  }
  const msOf = (place: number): number => fromMs + ((place + 0.5) / entries.length) * (toMs - fromMs)
  const isInside = atMs !== null && atMs >= fromMs && atMs <= toMs
  const tipMs = told?.ms ?? (hover === null ? null : msOf(hover))
  return (
    <div class="timeline" ref={ref}>
      <div
        class="slider"
        role="slider"
        tabIndex={0}
        aria-label="Position in the journal"
        aria-valuemin={first}
        aria-valuemax={last}
        aria-valuenow={seq}
        aria-valuetext={`entry ${seq} of ${last}${atMs === null ? '' : `, ${timeText(atMs)}`}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          isDragging.current = true
          seekTo(event)
        }}
        onPointerMove={(event) => {
          setHover(partAt(event))
          if (isDragging.current) seekTo(event)
        }}
        onPointerUp={() => (isDragging.current = false)}
        onPointerLeave={() => setHover(null)}
        onWheel={(event) => {
          event.preventDefault()
          const center = msOf(partAt(event))
          zoom(zoomed(view, center, event.deltaY < 0 ? 0.6 : 1 / 0.6))
        }}
      >
        <svg width={width} height={height} aria-hidden="true">
          <text class="label" x={0} y={density / 2 - 2}>
            entries
          </text>
          <text class="label rows" x={0} y={density / 2 + 12}>
            rows
          </text>
          <path class="bars" d={bars(entries, part)} />
          <path class="line" d={line(rows, part)} />
          {hits.map((hit) => (
            <rect
              key={hit.part}
              class="hit"
              x={labels + hit.part * part}
              y={0}
              width={Math.max(2.5, part)}
              height={density - 2}
            />
          ))}
          {lanes.map((name, i) => (
            <g key={name} class={`lane ${name}`}>
              <line
                class="base"
                x1={labels}
                x2={width - 8}
                y1={topOf(i) + lane / 2}
                y2={topOf(i) + lane / 2}
              />
              <text class="label" x={0} y={topOf(i) + lane / 2 + 4}>
                {laneWords[name]}
              </text>
              {laneNames.some((one) => one === name) &&
                view.lanes[name as LaneName].map((mark) => (
                  <rect
                    key={mark.part}
                    x={labels + mark.part * part}
                    y={topOf(i) + 2}
                    width={Math.max(2.5, part)}
                    height={lane - 4}
                    rx={1}
                  />
                ))}
            </g>
          ))}
          {roundTimes(fromMs, toMs, plot / 110).map(({ ms, text }) => (
            <g key={ms}>
              <line class="tick" x1={x(ms)} x2={x(ms)} y1={0} y2={height - axis + 4} />
              <text
                class="label"
                x={x(ms)}
                y={height - 3}
                text-anchor={x(ms) > width - 40 ? 'end' : 'middle'}
              >
                {text}
              </text>
            </g>
          ))}
          {hover !== null && (
            <line class="hover" x1={x(msOf(hover))} x2={x(msOf(hover))} y1={0} y2={height - axis} />
          )}
          {pinMs !== null && pinMs >= fromMs && pinMs <= toMs && (
            <line class="pin" x1={x(pinMs)} x2={x(pinMs)} y1={0} y2={height - axis} />
          )}
          {isInside && (
            <g class="cursor">
              <line x1={x(atMs)} x2={x(atMs)} y1={4} y2={height - axis + 2} />
              <circle cx={x(atMs)} cy={5} r={5} />
            </g>
          )}
        </svg>
      </div>
      <SpanButtons
        spans={spans}
        topOf={(kind) => topOf(lasting.indexOf(kind)) + 1}
        height={lane - 2}
        left={(ms) => Math.min(Math.max(x(ms), labels), labels + plot)}
        seek={seek}
        tell={tell}
      />
      {tipMs !== null && (
        <div
          class="tip"
          style={{ left: `${Math.min(Math.max(x(tipMs), 130), Math.max(130, width - 130))}px` }}
        >
          {told?.text ?? (hover === null ? '' : densityText(msOf(hover), entries[hover], rows[hover]))}
        </div>
      )}
    </div>
  )
}

function topOf(lanePlace: number): number {
  return density + lanePlace * lane
}

function densityText(ms: number, entries = 0, rows = 0): string {
  return `${timeText(ms).slice(0, 21)} · ${counted(entries, 'entry')}, ${counted(rows, 'row')}`
}

/** Roots, so that a burst does not hide everything else. */
function share(value: number, most: number): number {
  return most === 0 ? 0 : Math.sqrt(value / most)
}

function bars(values: readonly number[], part: number): string {
  const most = Math.max(...values)
  return values
    .map((value, i) => {
      if (value === 0) return ''
      const size = Math.max(1.5, share(value, most) * (density - 8))
      const left = (labels + i * part).toFixed(1)
      return `M${left} ${density - 2}v${(-size).toFixed(1)}h${Math.max(1, part - 0.6).toFixed(1)}v${size.toFixed(1)}z`
    })
    .join('')
}

function line(values: readonly number[], part: number): string {
  const most = Math.max(...values)
  if (most === 0) return ''
  return values
    .map((value, i) => {
      const y = density - 2 - share(value, most) * (density - 8)
      return `${i === 0 ? 'M' : 'L'}${(labels + (i + 0.5) * part).toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}

/** The stretch around `centerMs`, shorter or longer by `factor`; null: all. */
export function zoomed(
  { startMs, endMs, fromMs, toMs }: TimelineView,
  centerMs: number,
  factor: number,
): { fromMs: number; toMs: number } | null {
  const length = Math.max(10, (toMs - fromMs) * factor)
  if (length >= endMs - startMs) return null
  const before = (centerMs - fromMs) / (toMs - fromMs)
  const from = Math.min(Math.max(startMs, centerMs - length * before), endMs - length)
  return { fromMs: Math.floor(from), toMs: Math.ceil(from + length) }
}
