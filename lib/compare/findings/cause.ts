import { localTime } from '../../words/describe.js'
import { type Cause, explain, type Explanation } from '../../history/explain.js'
import type { Mention } from '../../history/mentions.js'
import type { Recording } from '../../history/recording.js'
import type { Finding } from './finding.js'

/** The findings with what a journal knows of how it came to that. One pass over the history, where there is a flow among them. */
export function withCauses(findings: readonly Finding[], recording: Recording): readonly Finding[] {
  const flows = findings.filter(({ subject, kind }) => subject === 'flow' && kind !== 'foreign')
  if (flows.length === 0 || recording.last === 0) return findings
  const keys = new Set(flows.map(({ key }) => key))
  const isAboutNow = (mention: Mention): boolean => mention.what === 'flow' && keys.has(mention.key)
  const explained = explain(recording, recording.last, {
    among: (mentions) => mentions.filter(isAboutNow),
    isAboutNow,
  })
  const causes = new Map(explained.map((one) => [one.flow.key, one]))
  return findings.map((finding) => {
    const known = finding.subject === 'flow' ? causes.get(finding.key) : undefined
    return known === undefined ? finding : { ...finding, cause: causeOf(known, finding) }
  })
}

/** How the flow went or came, as far as it is recorded. */
function causeOf({ gone, planned, rows }: Explanation, { kind }: Finding): string | null {
  if (gone !== null) return inWords(gone)
  if (planned === null) return null
  if (kind === 'missing') return `made by ${inWords(planned)}; how it went nothing recorded says`
  const changes = rows.flatMap(({ table, name, causes }) =>
    causes.map((cause) => ({ table, name, ...cause })),
  )
  const last = changes.toSorted((a, b) => a.seq - b.seq).at(-1)
  const row = last === undefined ? '' : `; ${last.table} ${last.name}: ${last.text} (entry ${last.seq})`
  return `${inWords(planned)}${row}`
}

function inWords({ seq, atMs, text }: Cause): string {
  return `entry ${seq}, ${localTime(atMs)}: ${text}`
}
