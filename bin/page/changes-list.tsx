import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChangeLine } from '../../lib/screens/page/api.js'
import { useAnswer } from './ask.js'
import type { Place } from './place.js'
import { clockOf, timeText } from './times.js'
import { Waiting } from './waiting.js'
import { counted } from '../../lib/words/counted.js'

interface Props {
  readonly words: string
  readonly kinds: string
  readonly seq: number
  readonly seek: (seq: number) => void
  readonly stamp: string
  readonly go: (change: Partial<Place>) => void
}

const rowHeight = 50
const beyond = 12
const most = 120
const askAgainMs = 50

/** As many rows as are seen, of however many: the server is asked for those alone. */
export function ChangesList({ words, kinds, seq, seek, stamp, go }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState<number | null>(null)
  const [height, setHeight] = useState(600)
  const count = Math.min(most, Math.ceil(height / rowHeight) + 2 * beyond)
  const from = top === null ? null : Math.max(0, Math.floor(top / rowHeight) - beyond)
  const [turn, setTurn] = useState(0)
  const { value, error } = useAnswer('/api/changes', { words, kinds, from, count, at: seq, stamp, turn })
  const here = value?.here ?? -1
  const total = value?.total ?? 0

  useEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  // what is selected comes into view; who scrolls is left alone until something else is
  useEffect(() => {
    const element = box.current
    if (element === null || here < 0) return
    const start = here * rowHeight
    const isSeen = start >= element.scrollTop && start + rowHeight <= element.scrollTop + element.clientHeight
    if (!isSeen) element.scrollTop = Math.max(0, start - (element.clientHeight - rowHeight) / 2)
  }, [here, total, words, kinds])

  // what only states can tell the server finds out bit by bit
  const open = value?.open ?? 0
  useEffect(() => {
    if (open === 0) return
    const timer = setTimeout(() => setTurn(turn + 1), askAgainMs)
    return () => clearTimeout(timer)
  }, [open])

  return (
    <>
      <p class="quiet found" role="status">
        {value === null ? '' : foundText(value.total, value.all, words + kinds !== '', value.open)}
      </p>
      {error !== null && <p class="outcome bad">{error}</p>}
      {value?.mistake != null && <p class="outcome bad">{value.mistake}</p>}
      {value === null && error === null && <Waiting error={null} words="Reading the changes" />}
      <div
        class="rows"
        ref={box}
        tabIndex={0}
        role="group"
        aria-label="List of changes"
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <ol style={{ height: `${total * rowHeight}px` }}>
          {value?.lines.map((line, i) => (
            <Row
              key={line.place}
              line={line}
              place={value.from + i}
              total={total}
              isHere={value.from + i === here}
              press={() => {
                seek(line.seq)
                go({ tab: 'change', about: '' })
              }}
            />
          ))}
        </ol>
      </div>
    </>
  )
}

function foundText(total: number, all: number, isFiltered: boolean, open: number): string {
  if (!isFiltered) return counted(all, 'change')
  const looking = open > 0 ? `, ${open} still looked at` : ''
  return total === 0
    ? `none of ${counted(all, 'change')}${looking}`
    : `${total} of ${counted(all, 'change')}${looking}`
}

interface RowProps {
  readonly line: ChangeLine
  readonly place: number
  readonly total: number
  readonly isHere: boolean
  readonly press: () => void
}

function Row({ line, place, total, isHere, press }: RowProps) {
  const { tone, text, atMs, writer, outcome, kindName } = line
  return (
    <li style={{ top: `${place * rowHeight}px` }} aria-setsize={total} aria-posinset={place + 1}>
      <button
        type="button"
        class={`change ${tone}`}
        aria-current={isHere ? 'true' : undefined}
        title={`${timeText(atMs)}\n${text}`}
        onClick={press}
      >
        <span class="text">{text}</span>
        <span class="sub">
          <time>{clockOf(atMs)}</time>
          <span class="kind">{kindName}</span>
          {writer !== null && <span>{writer}</span>}
          {outcome !== '' && <span class="came">{outcome}</span>}
        </span>
      </button>
    </li>
  )
}
