import { amend, type Collection, entriesOf, none } from '../model/collection.js'
import type { Report, ReportedRows } from '../model/report.js'
import type { Desired } from './board.js'
import { ownDescription } from './pieces/pipeline.js'

/**
 * What is desired when everything of ours is to go: no flow and no announcement. The rows of ports stay:
 * they hold the controller's bindings.
 */
export function nothingLeft(reported: Collection<ReportedRows>): Desired {
  const kept = new Map<string, Report>()
  for (const [key, { value }] of entriesOf(reported)) {
    if (key.startsWith('Physical_Port/'))
      kept.set(key, { table: 'Physical_Port', name: key.slice('Physical_Port/'.length), value: '' })
    if (key === 'Physical_Switch')
      kept.set(key, { table: 'Physical_Switch', value: value === ownDescription ? '' : value })
  }
  return { flows: none, reports: amend(none, kept), problems: none, sessions: none }
}
