import { amend, type Collection, entriesOf, none } from '../model/collection.js'
import { type Report, type ReportedRows, reportSubject } from '../model/report.js'
import type { Desired } from './board.js'
import { ownDescription } from './pieces/pipeline.js'

/**
 * What is desired when everything of ours is to go: no flow and no announcement. The rows of ports stay:
 * they hold the controller's bindings.
 */
export function nothingLeft(reported: Collection<ReportedRows>): Desired {
  const kept = new Map<string, Report>()
  for (const [key, { value }] of entriesOf(reported)) {
    const subject = reportSubject(key)
    if (subject?.table === 'Physical_Port') kept.set(key, { ...subject, value: '' })
    if (subject?.table === 'Physical_Switch')
      kept.set(key, { ...subject, value: value === ownDescription ? '' : value })
  }
  return { flows: none, reports: amend(none, kept), problems: none, sessions: none }
}
