import { commandsOf, shellLines } from '../command.js'
import { localTime } from '../describe.js'
import { flowText } from '../model/flow.js'
import { oneLine } from '../one-line.js'
import type { Cause, Explanation } from './explain.js'

/** Of one row. */
const mostCauses = 4

/** A line of an explanation; a cause belongs to the row before it; `seq`: the entry that it is about, null for none. */
export interface Fact {
  readonly name: 'meaning' | 'rule' | 'row' | 'cause' | 'plan' | 'command' | 'outcome' | 'now'
  readonly text: string
  readonly seq: number | null
}

/** The flow that is explained, in one line. */
export function headingOf({ flow }: Explanation): string {
  return oneLine(flowText(flow))
}

/** An explanation in lines, from what the flow does to what came of it. */
export function* factsOf(one: Explanation): Generator<Fact> {
  const { meaning, rows, planned, batch, outcome, gone } = one
  const fact = (name: Fact['name'], text: string, seq: number | null = null): Fact => ({
    name,
    text: oneLine(text),
    seq,
  })
  yield fact('meaning', meaning.words)
  yield fact('rule', meaning.rule)
  for (const { table, uuid, name, causes } of rows) {
    yield fact('row', `${table} ${name} (${uuid})`)
    const [left, shown] = [causes.slice(0, -mostCauses), causes.slice(-mostCauses)]
    if (causes.length === 0) yield fact('cause', 'before anything recorded')
    if (left[0] !== undefined)
      yield fact('cause', `${left.length} earlier changes, from entry ${left[0].seq}`, left[0].seq)
    for (const cause of shown) yield fact('cause', causeText(cause), cause.seq)
  }
  yield planned === null
    ? fact('plan', 'before anything recorded')
    : fact('plan', causeText(planned), planned.seq)
  if (batch !== null)
    for (const command of commandsOf(batch)) yield fact('command', shellLines({ ...command, input: '' }))
  if (outcome !== null) yield fact('outcome', causeText(outcome), outcome.seq)
  yield gone === null ? fact('now', 'there') : fact('now', `gone, ${causeText(gone)}`, gone.seq)
}

function causeText({ seq, atMs, text }: Cause): string {
  return `entry ${seq}, ${localTime(atMs)}: ${text}`
}
