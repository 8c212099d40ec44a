import { replays } from '../support/replays.js'
import type { Page } from './page.js'

/** A command of vtep-replay that a page shows, and what it shows as its output. */
export interface Run {
  readonly page: Page
  readonly command: string
  /** Line of the command, from 1. */
  readonly line: number
  readonly shown: readonly string[]
  /** Null: the shown output is what it prints. */
  readonly wanted: readonly string[] | null
  readonly status: number | undefined
  readonly stderr: string
}

/** Runs every command of vtep-replay in the pages. Output may end with a line `…` for the rest. */
export function runs(pages: readonly Page[]): readonly Run[] {
  const sessions = pages.flatMap(sessionsIn).filter(({ command }) => command.startsWith('vtep-replay '))
  const outcomes = replays(sessions.map(({ command }) => command.split(' ').slice(1)))
  return sessions.map((session, i) => {
    const { stdout = '', stderr = '', status } = outcomes[i] ?? {}
    const lines = stdout.trimEnd().split('\n')
    const { shown } = session
    const isCut = shown.at(-1) === '…' && lines.length >= shown.length
    const wanted = isCut ? [...lines.slice(0, shown.length - 1), '…'] : lines
    return { ...session, status, stderr, wanted: wanted.join('\n') === shown.join('\n') ? null : wanted }
  })
}

function sessionsIn(page: Page): readonly Pick<Run, 'page' | 'command' | 'line' | 'shown'>[] {
  const sessions: { page: Page; command: string; line: number; shown: string[] }[] = []
  for (const { text, number, kind } of page.lines) {
    const line = text.slice(4)
    if (kind !== 'session') continue
    if (line.startsWith('$ ')) sessions.push({ page, command: line.slice(2), line: number, shown: [] })
    else sessions.at(-1)?.shown.push(line)
  }
  return sessions.map((session) => ({ ...session, shown: withoutEnd(session.shown) }))
}

/** Without empty lines at the end. */
function withoutEnd(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
}
