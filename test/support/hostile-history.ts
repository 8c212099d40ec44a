import type { Entry } from '../../lib/model/event.js'
import { History } from './history.js'
import { hostileEvents } from './hostile-events.js'

/** A switch at work, then everything that a file may say. */
export function hostileHistory(): readonly Entry[] {
  const world = History.furnished()
  world.work()
  const entries: Entry[] = [...world.entries]
  const order = (type: string) =>
    ['JournalResumed', 'Started'].includes(type) ? 0 : type === 'Stopped' ? 2 : 1
  for (const event of hostileEvents().toSorted((a, b) => order(a.type) - order(b.type))) {
    const lost = event.type === 'JournalResumed' ? event.lost : 0
    entries.push({ seq: (entries.at(-1)?.seq ?? 0) + 1 + lost, atMs: 1_700_000_000_000, event })
  }
  return entries
}
