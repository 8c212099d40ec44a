import type { Core } from '../../core.js'
import { describe } from '../../describe.js'
import { entriesOf } from '../../model/buckets.js'
import type { Entry } from '../../model/event.js'

/** What an entry is looked for by; `core` gives what it leads to. */
export type Condition = (entry: Entry, core: () => Core) => boolean

/** What can be asked of the state that an entry leads to, and when it is so. */
export const stateWords: Readonly<Record<string, (core: Core) => boolean>> = {
  'in-sync': (core) => core.isInSync(),
  problem: (core) => {
    const problems = core.derived()?.desired.problems
    if (problems === undefined) return false
    for (const [, list] of entriesOf(problems)) if (list.length > 0) return true
    return false
  },
  quarantined: (core) => core.state.quarantined.length > 0,
}

/**
 * Words with blanks between them, all of which must be in the entry's line or in its event as JSON, in either case;
 * `!` before one: it must not. Null where there is no word.
 */
export function conditionOf(text: string): Condition | null {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean).map(termOf)
  if (terms.length === 0) return null
  return (entry) => {
    const line = `${describe(entry)} ${JSON.stringify(entry.event)}`.toLowerCase()
    return terms.every(({ word, isWanted }) => line.includes(word) === isWanted)
  }
}

/** As conditionOf; words that stand in `stateWords` are asked of the state instead. */
export function untilOf(text: string): Condition | null {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const ofState = words.map(termOf).flatMap(({ word, isWanted }) => {
    const holds = stateWords[word]
    return holds === undefined ? [] : [{ holds, isWanted }]
  })
  const ofEntry = conditionOf(words.filter((word) => !(termOf(word).word in stateWords)).join(' '))
  if (ofState.length === 0) return ofEntry
  return (entry, core) =>
    (ofEntry?.(entry, core) ?? true) && ofState.every(({ holds, isWanted }) => holds(core()) === isWanted)
}

function termOf(text: string): { readonly word: string; readonly isWanted: boolean } {
  const isWanted = !text.startsWith('!') || text === '!'
  return { word: isWanted ? text : text.slice(1), isWanted }
}
