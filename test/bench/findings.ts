import { figure, summarize, table, type Summary } from './summary.js'

/** One line of the table: what was measured, beside the goal. */
export interface Finding {
  readonly row: string
  readonly what: string
  readonly unit: string
  readonly goal: string
  readonly ours: Summary
  /** Open vSwitch alone with the same flows; null: there is no such thing, or it was not measured. */
  readonly floor: Summary | null
  /** Null as well. */
  readonly predecessor: Summary | null
  /** Null: what it is compared with was not measured. */
  readonly isMet: boolean | null
}

interface Measured {
  readonly row: string
  readonly what: string
  readonly unit: string
  readonly goal: string
  readonly ours: readonly number[]
  readonly floor?: readonly number[]
  readonly isMet: (ours: Summary, floor: Summary, predecessor: Summary) => boolean
  /** What the goal speaks of beside ours. */
  readonly against?: readonly ('floor' | 'predecessor')[]
}

/** What the Python emulator needs, by row; measured before everything else. */
export type Predecessor = ReadonlyMap<string, Summary>

export function finding(measured: Measured, predecessors: Predecessor = new Map()): Finding {
  const { row, what, unit, goal, isMet, against = [] } = measured
  const ours = summarize(measured.ours)
  const floor = measured.floor === undefined ? null : summarize(measured.floor)
  const predecessor = predecessors.get(row) ?? null
  const compared = { floor, predecessor }
  const isComplete = against.every((name) => compared[name] !== null)
  const none = summarize([NaN])
  return {
    row,
    what,
    unit,
    goal,
    ours,
    floor,
    predecessor,
    isMet: isComplete ? isMet(ours, floor ?? none, predecessor ?? none) : null,
  }
}

const head = ['what', 'unit', 'goal', 'ours', 'floor', 'Python', 'ours ÷ floor', 'Python ÷ ours', 'met']

/** For a terminal. */
export function asText(findings: readonly Finding[]): string {
  return table([head, ...findings.map(cells)])
}

/** For docs/speed.md. */
export function asMarkdown(findings: readonly Finding[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...findings.map((one) => line(cells(one)))].join('\n')
}

function cells({ what, unit, goal, ours, floor, predecessor, isMet }: Finding): readonly string[] {
  return [
    what,
    unit,
    goal,
    spread(ours),
    floor === null ? '' : spread(floor),
    predecessor === null ? '' : spread(predecessor),
    floor === null ? '' : figure(ours.median / floor.median),
    predecessor === null ? '' : figure(predecessor.median / ours.median),
    isMet === null ? '?' : isMet ? 'yes' : 'NO',
  ]
}

/** Median, then the range, and the 99th percentile where there are enough samples for one. */
function spread({ count, min, median, p99, max }: Summary): string {
  if (count === 1) return figure(median)
  const tail = count < 100 ? '' : `, p99 ${figure(p99)}`
  return `${figure(median)} (${figure(min)}–${figure(max)}${tail})`
}
