import type { Core } from '../../core.js'
import { entriesOf, none } from '../../model/collection.js'
import { byTable, flowText } from '../../model/flow.js'
import { oneLine } from '../../one-line.js'
import { meaningOf } from '../meaning.js'
import { Names } from '../names.js'
import type { FlowsView } from './api.js'

const mostShown = 200

/** Our flows, desired or installed, that have all words of `filter` in themselves or in what they mean. */
export function flowsView(core: Core, which: 'desired' | 'installed', filter: string): FlowsView {
  const flows = which === 'desired' ? core.derived()?.desired.flows : core.state.flows
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const names = new Names(core.state)
  const all = [...entriesOf(flows ?? none)].map(([, flow]) => flow)
  const found = all.filter((flow) => {
    if (words.length === 0) return true
    const text = `${flowText(flow)} ${meaningOf(flow, names).words}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const shown = found.sort((a, b) => byTable(a.key, b.key)).slice(0, mostShown)
  return {
    total: found.length,
    shown: shown.map((flow) => ({
      key: flow.key,
      line: oneLine(flowText(flow)),
      words: oneLine(meaningOf(flow, names).words),
    })),
  }
}
