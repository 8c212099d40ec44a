import type { Core } from '../../daemon/core.js'
import { entriesOf, none } from '../../model/collection.js'
import { byTable, type Flow, flowText } from '../../model/flow.js'
import { oneLine } from '../../words/one-line.js'
import { meaningOf } from '../../history/meaning.js'
import { Names } from '../../words/names.js'
import { First } from './first.js'
import type { FlowsView } from './api.js'

const mostShown = 200

/** Our flows, desired or installed, that have all words of `filter` in themselves or in what they mean. */
export function flowsView(core: Core, which: 'desired' | 'installed', filter: string): FlowsView {
  const flows = which === 'desired' ? core.derived()?.desired.flows : core.state.flows
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const names = new Names(core.state)
  const first = new First<Flow>(mostShown, (a, b) => byTable(a.key, b.key))
  for (const [, flow] of entriesOf(flows ?? none)) if (hasAll(flow, words, names)) first.add(flow)
  return {
    total: first.total,
    shown: first.list().map((flow) => ({
      key: flow.key,
      line: oneLine(flowText(flow)),
      words: oneLine(meaningOf(flow, names).words),
    })),
  }
}

/** The meaning is made only where the text does not do. */
function hasAll(flow: Flow, words: readonly string[], names: Names): boolean {
  if (words.length === 0) return true
  const text = flowText(flow).toLowerCase()
  const left = words.filter((word) => !text.includes(word))
  if (left.length === 0) return true
  const meaning = meaningOf(flow, names).words.toLowerCase()
  return left.every((word) => meaning.includes(word))
}
