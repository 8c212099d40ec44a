import type { Lane } from '../../model/batch.js'
import { isConfigKey } from '../../model/quarantine.js'
import { plainName } from '../../words/one-line.js'
import { reportSubject } from '../../model/report.js'
import { isUuid } from '../../model/uuid.js'
import type { FlowNames } from '../../pipeline/rule.js'
import { flowInWords } from './flow-words.js'

type RowNames = FlowNames & { of(uuid: string): string }

/** What one change of a lane is about, as a person calls it; `key` as in Part. */
export function changeText(lane: Lane, key: string, names: RowNames): string {
  if (lane === 'switch' && !isConfigKey(key)) return `flow ${key} (${flowInWords(key, names)})`
  const parts = lane === 'vtep' ? reportParts(key) : configParts(key)
  return parts.map((part) => (isUuid(part) ? names.of(part) : plainName(part))).join(' ')
}

function reportParts(key: string): readonly string[] {
  const subject = reportSubject(key)
  return subject === undefined ? [key] : Object.values(subject)
}

/** `port/NAME` or `bridge/NAME`. */
function configParts(key: string): readonly string[] {
  const at = key.indexOf('/')
  return [key.slice(0, at), key.slice(at + 1)]
}

const mostListed = 3

/** Several of them; the first few by name. */
export function changesText(lane: Lane, keys: readonly string[], names: RowNames): string {
  const more = keys.length > mostListed ? [`${keys.length - mostListed} more`] : []
  return [...keys.slice(0, mostListed).map((key) => changeText(lane, key, names)), ...more].join(', ')
}
