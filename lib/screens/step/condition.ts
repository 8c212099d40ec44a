import type { Core } from '../../daemon/core.js'
import type { Entry } from '../../model/event.js'
import { holds } from '../../history/predicate/holds.js'
import { parsePredicate } from '../../history/predicate/parse.js'

/** What an entry is looked for by; `core` gives what it leads to. */
export type Condition = (entry: Entry, core: () => Core) => boolean

/** A predicate asked of each entry and of what it leads to; null where it has no term. Throws PredicateError. */
export function conditionOf(text: string): Condition | null {
  const predicate = parsePredicate(text)
  return predicate && ((entry, core) => holds(predicate, entry, core))
}
