import { localTime } from './describe.js'
import { flowText } from '../model/flow.js'
import { oneLine } from './one-line.js'
import type { Cause, Explanation } from '../history/explain.js'

/** A line of an explanation; a cause belongs to the row before it; `seq`: the entry that it is about, null for none. */
export interface ExplainedFact {
  readonly name: 'meaning' | 'rule' | 'row' | 'cause' | 'plan' | 'command' | 'outcome' | 'now'
  readonly text: string
  readonly seq: number | null
}

/** The flow that is explained, in one line. */
export function headingOf({ flow }: Explanation): string {
  return oneLine(flowText(flow))
}

/** An explanation in lines, from what the flow does to what came of it. */
export function* factsOf(one: Explanation): Generator<ExplainedFact> {
  const { meaning, rows, planned, commands, outcome, gone } = one
  const fact = (name: ExplainedFact['name'], text: string, seq: number | null = null): ExplainedFact => ({
    name,
    text: oneLine(text),
    seq,
  })
  yield fact('meaning', meaning.words)
  if (meaning.rule !== null) yield fact('rule', meaning.rule)
  for (const { table, uuid, name, causes, earlier } of rows) {
    yield fact('row', `${table} ${name} (${uuid})`)
    if (causes.length === 0) yield fact('cause', 'before anything recorded')
    if (earlier !== null) yield fact('cause', earlierText(earlier), earlier.seq)
    for (const cause of causes) yield fact('cause', causeText(cause), cause.seq)
  }
  yield planned === null
    ? fact('plan', 'before anything recorded')
    : fact('plan', causeText(planned), planned.seq)
  for (const command of commands) yield fact('command', command)
  if (outcome !== null) yield fact('outcome', causeText(outcome), outcome.seq)
  yield gone === null ? fact('now', 'there') : fact('now', `gone, ${causeText(gone)}`, gone.seq)
}

function earlierText({ count, seq }: { readonly count: number; readonly seq: number }): string {
  return `${count} earlier ${count === 1 ? 'change' : 'changes'}, from entry ${seq}`
}

function causeText({ seq, atMs, text }: Cause): string {
  return `entry ${seq}, ${localTime(atMs)}: ${text}`
}
