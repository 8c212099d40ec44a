import type { Span, SpanKind } from '../../lib/history/changes/spans.js'
import { clockOf, spanText } from './times.js'

interface Props {
  readonly spans: readonly Span[]
  readonly topOf: (kind: SpanKind) => number
  readonly height: number
  readonly left: (ms: number) => number
  readonly seek: (seq: number) => void
  readonly tell: (told: { readonly ms: number; readonly text: string } | null) => void
}

const leastWidth = 5

/** What lasted, from raise to clear; each says why and leads to where it began. The first of a lane is reached by Tab, the others by arrows. */
export function SpanButtons({ spans, topOf, height, left, seek, tell }: Props) {
  const firsts = new Map(spans.toReversed().map((span) => [span.kind, span]))
  return (
    <>
      {spans.map((span) => {
        const { kind, seq, fromMs, toMs } = span
        const [start, end] = [left(fromMs), left(toMs ?? Infinity)]
        const text = textOf(span)
        const show = (): void => tell({ ms: fromMs, text })
        return (
          <button
            key={`${kind} ${seq} ${span.text}`}
            type="button"
            class={`span ${kind}`}
            aria-label={text}
            data-kind={kind}
            tabIndex={firsts.get(kind) === span ? 0 : -1}
            style={{
              left: `${Math.min(start, end - leastWidth)}px`,
              width: `${Math.max(leastWidth, end - start)}px`,
              top: `${topOf(kind)}px`,
              height: `${height}px`,
            }}
            onClick={() => seek(seq)}
            onKeyDown={(event) => {
              const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
              if (by === undefined) return
              event.preventDefault()
              event.stopPropagation()
              neighbour(event.currentTarget, by)?.focus()
            }}
            onFocus={show}
            onBlur={() => tell(null)}
            onPointerEnter={show}
            onPointerLeave={() => tell(null)}
          />
        )
      })}
    </>
  )
}

function neighbour(button: HTMLButtonElement, by: number): HTMLElement | undefined {
  const lane = `.span[data-kind="${button.dataset['kind'] ?? ''}"]`
  const all = [...(button.parentElement?.querySelectorAll<HTMLElement>(lane) ?? [])]
  return all[all.indexOf(button) + by]
}

function textOf({ fromMs, toMs, text }: Span): string {
  const lasted =
    toMs === null ? `since ${clockOf(fromMs)}` : `${clockOf(fromMs)}, for ${spanText(toMs - fromMs)}`
  return `${text}, ${lasted}`
}
