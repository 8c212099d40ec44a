import { useState } from 'preact/hooks'
import type { SceneView } from '../../lib/screens/page/api.js'
import { type Box, type Drawing, type Edge } from '../../lib/screens/page/drawing.js'
import { type Focus, type Kind, kinds } from '../../lib/screens/page/kinds.js'
import { useWidth } from './width.js'

interface Props {
  readonly scene: SceneView
  readonly focus: Focus | null
  readonly narrow: (focus: Focus | null) => void
  /** More boxes in each column. */
  readonly unfold: () => void
}

const headings: Readonly<Record<Kind, string>> = {
  port: 'Physical ports',
  switch: 'Logical switches',
  remote: 'Remote VTEPs',
}
const boxHeight = 44
const pitch = 54
const headingHeight = 26
/** Room for a label between two columns. */
const leastLabel = 90
const restId = 'group:rest'

function keyOf({ kind, id }: Focus): string {
  return `${kind}:${id}`
}

/** The emulated switch: ports and their bindings, logical switches, remote VTEPs; of many, groups. */
export function PictureView({ scene: { drawing, seq, ...scene }, focus, narrow, unfold }: Props) {
  const [ref, width] = useWidth()
  const [hover, setHover] = useState<string | null>(null)
  const rows = Math.max(1, ...kinds.map((kind) => drawing.columns[kind].length))
  const geometry = geometryOf(width, drawing, rows)
  const near = hover === null ? null : nearTo(hover, drawing.edges)
  const press = (box: Box): void => {
    if (box.id === restId) unfold()
    else narrow(focus?.kind === box.kind && focus.id === box.id ? null : { kind: box.kind, id: box.id })
  }
  return (
    <div class="picture" ref={ref}>
      <svg
        width={width}
        height={geometry.height}
        role="group"
        aria-label={`The switch ${scene.switch} after entry ${seq}`}
      >
        {kinds.map((kind) => (
          <text key={kind} class="heading" x={geometry.x[kind]} y={14}>
            {width < 560 ? headings[kind].replace(/^\w+ /, '') : headings[kind]}
            {drawing.totals[kind] > 12 ? ` (${drawing.totals[kind]})` : ''}
          </text>
        ))}
        <g>
          {drawing.edges.map((edge) => (
            <Curve
              key={`${edge.from} ${edge.to}`}
              edge={edge}
              geometry={geometry}
              isFaint={
                near !== null &&
                !(near.has(edge.from) && near.has(edge.to) && [edge.from, edge.to].includes(hover ?? ''))
              }
              isLabelled={drawing.edges.length <= 30 && width >= 560}
            />
          ))}
        </g>
        {kinds.map((kind) =>
          drawing.columns[kind].map((box) => (
            <Node
              key={keyOf(box)}
              box={box}
              geometry={geometry}
              isFocus={focus?.kind === box.kind && focus.id === box.id}
              isFaint={near !== null && !near.has(keyOf(box))}
              press={press}
              point={setHover}
            />
          )),
        )}
      </svg>
      {drawing.edgesLeftOut > 0 && (
        <p class="quiet">{drawing.edgesLeftOut} more ways are not drawn: narrow it down by a click.</p>
      )}
      {kinds.every((kind) => drawing.totals[kind] === 0) && (
        <p class="quiet">Nothing is known of the switch at this moment.</p>
      )}
    </div>
  )
}

interface Geometry {
  readonly height: number
  readonly boxWidth: number
  readonly x: Readonly<Record<Kind, number>>
  readonly y: ReadonlyMap<string, number>
}

function geometryOf(width: number, { columns }: Drawing, rows: number): Geometry {
  const boxWidth = Math.max(80, Math.min(220, Math.floor(width * 0.27)))
  const x = { port: 2, switch: Math.floor((width - boxWidth) / 2), remote: width - boxWidth - 2 }
  const y = new Map<string, number>()
  for (const kind of kinds) {
    const start = ((rows - columns[kind].length) * pitch) / 2
    columns[kind].forEach((box, row) => {
      y.set(keyOf(box), headingHeight + Math.min(start, 3 * pitch) + row * pitch)
    })
  }
  return { height: headingHeight + rows * pitch, boxWidth, x, y }
}

function nearTo(key: string, edges: readonly Edge[]): ReadonlySet<string> {
  return new Set([key, ...edges.flatMap(({ from, to }) => (from === key ? [to] : to === key ? [from] : []))])
}

interface CurveProps {
  readonly edge: Edge
  readonly geometry: Geometry
  readonly isFaint: boolean
  readonly isLabelled: boolean
}

function Curve({ edge, geometry: { x, y, boxWidth }, isFaint, isLabelled }: CurveProps) {
  const isBinding = edge.from.startsWith('port:')
  const [left, right] = isBinding ? [x.port + boxWidth, x.switch] : [x.switch + boxWidth, x.remote]
  const [top, bottom] = [edge.from, edge.to].map((key) => (y.get(key) ?? 0) + boxHeight / 2)
  const middle = (left + right) / 2
  return (
    <g class={`edge ${edge.tone} ${edge.isLit ? 'lit' : ''} ${isFaint ? 'faint' : ''}`}>
      <path d={`M${left} ${top}C${middle} ${top} ${middle} ${bottom} ${right} ${bottom}`} />
      {isLabelled && right - left > leastLabel && isBinding && edge.words !== '' && (
        <text
          x={left + (right - left) * 0.2}
          y={(top ?? 0) + ((bottom ?? 0) - (top ?? 0)) * 0.1 - 3}
          text-anchor="middle"
        >
          {edge.words}
        </text>
      )}
    </g>
  )
}

interface NodeProps {
  readonly box: Box
  readonly geometry: Geometry
  readonly isFocus: boolean
  readonly isFaint: boolean
  readonly press: (box: Box) => void
  readonly point: (key: string | null) => void
}

const spoken: Readonly<Record<Kind, string>> = {
  port: 'Port',
  switch: 'Logical switch',
  remote: 'Remote VTEP',
}

function Node({ box, geometry: { x, y, boxWidth }, isFocus, isFaint, press, point }: NodeProps) {
  const key = keyOf(box)
  const isGroup = box.id.startsWith('group:')
  const classes = [
    'node',
    box.kind,
    box.tone,
    box.isLit && 'lit',
    isFocus && 'focus',
    isFaint && 'faint',
    box.isFound && 'found',
    isGroup && 'folded',
  ]
  return (
    <g
      class={classes.filter(Boolean).join(' ')}
      transform={`translate(${x[box.kind]} ${y.get(key) ?? 0})`}
      role="button"
      tabIndex={0}
      aria-pressed={box.id === restId ? undefined : isFocus}
      aria-label={`${isGroup ? `Group of ${box.title}` : `${spoken[box.kind]} ${box.title}`}, ${box.words}${box.isLit ? ', changed by this entry' : ''}`}
      data-key={key}
      onClick={() => press(box)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        event.stopPropagation()
        press(box)
      }}
      onPointerEnter={() => point(key)}
      onPointerLeave={() => point(null)}
      onFocus={() => point(key)}
      onBlur={() => point(null)}
    >
      <rect width={boxWidth} height={boxHeight} rx={9} />
      {box.tone !== 'plain' && <circle class="lamp" cx={boxWidth - 12} cy={13} r={4} />}
      {/* what is too long is shortened by the browser: whole for whom it is read to, and under the pointer */}
      <foreignObject x={11} y={3} width={boxWidth - 20} height={boxHeight - 4}>
        <div class="label" title={`${box.title} – ${box.words}`}>
          <div class="title">{box.short}</div> <div class="words">{box.words}</div>
        </div>
      </foreignObject>
    </g>
  )
}
