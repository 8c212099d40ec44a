import { readdirSync, readFileSync } from 'node:fs'

/** A document for a reader. */
export interface Page {
  /** From the top of the package. */
  readonly file: string
  readonly lines: readonly Line[]
}

export interface Line {
  readonly text: string
  readonly number: number
  /** `session`: of a block with commands and what they print; `output`: made by a program; `code`: to be typed. */
  readonly kind: 'prose' | 'code' | 'session' | 'output'
}

/** Every document of the package. */
export function pages(): readonly Page[] {
  const top = readdirSync('.').filter((name) => name.endsWith('.md'))
  const below = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
  return [...top, ...below].sort().map((file) => pageOf(file, readFileSync(file, 'utf8')))
}

const made = ['<!-- the table of npm run bench -->', '<!-- its end -->'] as const

export function pageOf(file: string, text: string): Page {
  const all = text.split('\n')
  const lines: Line[] = []
  for (let i = 0, isMade = false, isList = false; i < all.length; i++) {
    const line = all[i] ?? ''
    if (line === made[0]) isMade = true
    if (line === made[1]) isMade = false
    if (/^(?:[-*]|\d+\.) /.test(line)) isList = true
    else if (/^\S/.test(line)) isList = false
    const isCode = line.startsWith('    ') && !isList
    const kind = isMade ? 'output' : isCode ? (isSession(all, i) ? 'session' : 'code') : 'prose'
    lines.push({ text: line, number: i + 1, kind })
  }
  return { file, lines }
}

/** Whether a line of the indented block that line `at` is in begins with a prompt. */
function isSession(all: readonly string[], at: number): boolean {
  const isIn = (line: string | undefined): boolean => line !== undefined && /^(?: {4}|$)/.test(line)
  let first = at
  while (isIn(all[first - 1])) first--
  for (let i = first; isIn(all[i]); i++) if (all[i]?.startsWith('    $ ') === true) return true
  return false
}

/** Headings as GitHub makes anchors of them. */
export function anchorsOf({ lines }: Page): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const { text, kind } of lines) {
    const [, heading] = /^#{1,6} (.*)$/.exec(text) ?? []
    if (heading === undefined || kind !== 'prose') continue
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-')
    let unique = anchor
    for (let i = 1; anchors.has(unique); i++) unique = `${anchor}-${i}`
    anchors.add(unique)
  }
  return anchors
}

/** What stands in `backquotes` in its prose. */
export function spansOf({ lines }: Page): readonly { readonly text: string; readonly line: number }[] {
  return lines
    .filter(({ kind }) => kind === 'prose')
    .flatMap(({ text, number }) =>
      [...text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => ({ text: span, line: number })),
    )
}
