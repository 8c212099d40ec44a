import type { Point } from './point.js'
import type { Summary } from './summary.js'

/** One line of a panel. */
interface Line {
  readonly name: string
  readonly style: 'ours' | 'floor'
  readonly of: (point: Point) => number
}

interface Panel {
  readonly title: string
  readonly unit: string
  readonly lines: readonly Line[]
}

const panels: readonly Panel[] = [
  {
    title: 'one MAC, commit → flow',
    unit: 'ms',
    lines: [
      { name: 'ours', style: 'ours', of: ({ changeMs }) => changeMs },
      { name: 'one ovs-ofctl', style: 'floor', of: ({ floorChangeMs }) => floorChangeMs },
    ],
  },
  {
    title: 'cold start to in sync',
    unit: 's',
    lines: [
      { name: 'ours', style: 'ours', of: ({ startS }) => startS },
      { name: 'bundle + dump', style: 'floor', of: ({ floorStartS }) => floorStartS },
    ],
  },
  {
    title: 'resident memory',
    unit: 'MB',
    lines: [{ name: 'ours', style: 'ours', of: ({ residentMb }) => residentMb }],
  },
]

const width = 300
const height = 230
const plot = { left: 46, right: 12, top: 40, bottom: 34 }

/** Colours that can be read on white and on black, for an SVG on a web page follows only the system's scheme. */
const style = `
  text { font: 11px system-ui, sans-serif; fill: #7d8590; }
  .title { font-size: 13px; font-weight: 600; }
  .grid { stroke: #7d8590; stroke-opacity: 0.25; }
  .line { fill: none; stroke-width: 2; }
  .ours { stroke: #2f81f7; } .dot.ours, text.ours { fill: #2f81f7; stroke: none; }
  .floor { stroke: #8c959f; stroke-dasharray: 5 3; } .dot.floor { fill: #8c959f; stroke: none; }
  text.floor { stroke: none; }
`

/** Cost against size, both axes logarithmic, as SVG. `points`: at least two, by size. `predecessor`: for one MAC, if known. */
export function chart(points: readonly Point[], predecessor?: Summary): string {
  const whole = width * panels.length
  const body = panels.map(
    (panel, i) => `<g transform="translate(${i * width} 0)">${drawn(panel, points)}</g>`,
  )
  const note =
    predecessor === undefined
      ? ''
      : ` The Python ovs-vtep needs ${(predecessor.median / 1_000).toFixed(1)} s for one MAC with nothing else.`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole} ${height + 18}" width="${whole}" role="img">
<title>Cost against number of remote MACs</title>
<style>${style}</style>
${body.join('\n')}
<text x="${plot.left}" y="${height + 12}">Remote MACs in the database; both axes logarithmic.${note}</text>
</svg>
`
}

function drawn({ title, unit, lines }: Panel, points: readonly Point[]): string {
  const values = points.flatMap((point) => lines.map(({ of }) => of(point)))
  const rows = points.map((point) => point.rows)
  const x = scale(Math.min(...rows), Math.max(...rows), plot.left, width - plot.right)
  const [low, high] = decades(values)
  const y = scale(low, high, height - plot.bottom, plot.top)
  return [
    `<text class="title" x="${plot.left}" y="16">${title}, ${unit}</text>`,
    ...ticks(low, high).map((value) => gridLine(y(value), short(value))),
    ...points.map(
      (point) =>
        `<text x="${x(point.rows)}" y="${height - 16}" text-anchor="middle">${short(point.rows)}</text>`,
    ),
    ...lines.map((line, i) => lineOf(line, points, x, y, i)),
  ].join('\n')
}

function lineOf(
  { name, style, of }: Line,
  points: readonly Point[],
  x: (rows: number) => number,
  y: (value: number) => number,
  place: number,
): string {
  const places = points.map((point) => `${x(point.rows)},${y(of(point))}`)
  const dots = points.map(
    (point) => `<circle class="dot ${style}" cx="${x(point.rows)}" cy="${y(of(point))}" r="3"/>`,
  )
  const label = `<text class="${style}" x="${plot.left + place * 60}" y="32">${place === 0 ? '●' : '┄'} ${name}</text>`
  return `<polyline class="line ${style}" points="${places.join(' ')}"/>${dots.join('')}${label}`
}

function gridLine(at: number, label: string): string {
  return `<line class="grid" x1="${plot.left}" x2="${width - plot.right}" y1="${at}" y2="${at}"/><text x="${plot.left - 6}" y="${at + 4}" text-anchor="end">${label}</text>`
}

/** The position of a value on a logarithmic axis, to a tenth of a pixel. */
function scale(low: number, high: number, from: number, to: number): (value: number) => number {
  const length = Math.log(high / low)
  return (value) => Math.round((from + (Math.log(value / low) / length) * (to - from)) * 10) / 10
}

/** The powers of ten that enclose all of `values`. */
function decades(values: readonly number[]): readonly [number, number] {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)))
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)))
  return [low, high > low ? high : low * 10]
}

function ticks(low: number, high: number): readonly number[] {
  const count = Math.round(Math.log10(high / low))
  return Array.from({ length: count + 1 }, (_, i) => low * 10 ** i)
}

function short(value: number): string {
  return value >= 1_000
    ? `${value / 1_000}k`
    : String(Number(value.toPrecision(1)) === value ? value : Number(value.toPrecision(3)))
}
