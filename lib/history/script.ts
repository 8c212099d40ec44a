import { commandsOf, shellLines } from '../plan/command.js'
import { describe } from '../words/describe.js'
import type { Entry } from '../model/event.js'

/** A history as lines for a POSIX shell: every plan as its commands, whatever else happened as comments between them. */
export function* scriptLines(entries: Iterable<Entry>): Generator<string> {
  for (const entry of entries) {
    yield `# ${describe(entry).trimStart()}`
    if (entry.event.type === 'Planned')
      for (const command of commandsOf(entry.event.batch)) yield shellLines(command)
  }
}
