import { type Flow, tableOf } from '../model/flow.js'
import { readFlow } from '../pipeline/rules.js'
import type { FlowNames } from '../pipeline/rule.js'
import { table } from '../pipeline/tables.js'

/** What one of our flows does, in words, and which rule makes such flows. */
export interface FlowMeaning {
  readonly words: string
  /** Null: no rule makes such a flow. */
  readonly rule: string | null
}

export function meaningOf(flow: Flow, names: FlowNames): FlowMeaning {
  const reading = readFlow(flow)
  return reading === null
    ? { words: unknown(flow), rule: null }
    : { words: reading.says(names), rule: reading.rule.name }
}

function unknown({ key, actions }: Flow): string {
  const number = tableOf(key)
  const step = Object.entries(table).find(([, own]) => own === number)?.[0] ?? `table ${number}`
  const what = actions === 'drop' ? 'is dropped' : `goes on: ${actions}`
  return `no flow that we make, in the step ${step}: what matches ${key.replace(`table=${number},`, '')} ${what}`
}
