import { byTable, flowText } from '../model/flow.js'
import type { State } from '../model/state.js'
import { columnValueText } from './column-text.js'
import type { Mention } from './mentions.js'
import { Names } from '../words/names.js'
import { mentionsOf } from './passage.js'
import { changeOf } from './row-change.js'
import type { Subject } from './subject.js'

/** What stands in a state about a subject: rows, then learned MACs and claimed addresses, then flows by table. */
export function standing(state: State, subject: Subject): readonly Mention[] {
  const about = subject.among([...mentionsOf(state)]).filter((mention) => subject.isAboutNow(mention))
  const of = (what: Mention['what']): readonly Mention[] => about.filter((mention) => mention.what === what)
  return [
    ...of('row'),
    ...of('learned'),
    ...of('claim'),
    ...of('flow').toSorted((a, b) => byTable(a.key, b.key)),
  ]
}

/** A heading for each thing, what is known of it below. */
export function* standingText(state: State, mentions: readonly Mention[]): Generator<string> {
  const names = new Names(state)
  for (const mention of mentions) {
    const { what, key, value } = mention
    if (what === 'row') {
      yield `${mention.table} ${names.of(key)}`
      const { columns } = changeOf(null, mention.value)
      const saying = columns.filter(({ after }) => !(Array.isArray(after) && after.length === 0))
      for (const { column, after } of saying) yield `  ${column}: ${columnValueText(after, names)}`
    } else if (what === 'learned') {
      yield `learned ${names.learned(key)}`
      if (mention.value !== null) yield `  at ${names.binding(mention.value)}`
    } else if (what === 'claim') {
      yield `claimed ${names.claimed(key)}`
      if (mention.value !== null) yield `  by ${mention.value.mac} at ${names.binding(mention.value.binding)}`
    } else if (value !== null) yield `flow ${flowText(mention.value as NonNullable<typeof mention.value>)}`
  }
}
