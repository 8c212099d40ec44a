import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { documented } from '../../bin/manual/pages.js'
import { helpOf } from '../../bin/manual/help-text.js'
import { anchorsOf, type Page, spansOf } from './page.js'

const longestLine = 120
const largest: Readonly<Record<string, number>> = { 'README.md': 10_240, 'ARCHITECTURE.md': 15_360 }

/** What is wrong with the documents, a line each. */
export function faultsOf(pages: readonly Page[]): readonly string[] {
  return pages.flatMap((page) => [
    ...tooLong(page),
    ...tooLarge(page),
    ...deadLinks(page, pages),
    ...unknown(page),
  ])
}

/** What programs print may be longer, for it is shown as it is. */
function tooLong({ file, lines }: Page): readonly string[] {
  return lines
    .filter(({ text, kind }) => (kind === 'prose' || kind === 'code') && text.length > longestLine)
    .map(({ number, text }) => `${file}:${number}: ${text.length} characters, ${longestLine} are the most`)
}

function tooLarge({ file, lines }: Page): readonly string[] {
  const most = largest[file]
  const size = Buffer.byteLength(lines.map(({ text }) => text).join('\n'))
  return most === undefined || size <= most ? [] : [`${file}: ${size} bytes, ${most} are the most`]
}

function deadLinks(page: Page, pages: readonly Page[]): readonly string[] {
  const { file, lines } = page
  const faults: string[] = []
  const labels = new Set(lines.flatMap(({ text }) => /^\[([^\]]+)\]: \S/.exec(text)?.[1] ?? []))
  for (const { text, number, kind } of lines) {
    if (kind !== 'prose') continue
    const prose = text.replaceAll(/`[^`]*`/g, '')
    for (const [, label = ''] of prose.matchAll(/\]\[([^\]]+)\]/g))
      if (!labels.has(label)) faults.push(`${file}:${number}: no link is called ${label}`)
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/g)]
    for (const [, inLine, below] of targets) {
      const why = whyDead(page, inLine ?? below ?? '', pages)
      if (why !== null) faults.push(`${file}:${number}: ${why}`)
    }
  }
  return faults
}

function whyDead(page: Page, target: string, pages: readonly Page[]): string | null {
  if (/^https?:/.test(target)) return null
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page.file : normalize(join(dirname(page.file), path))
  if (path !== '' && !existsSync(file)) return `${target}: no such file`
  if (anchor === undefined) return null
  const other = pages.find((one) => one.file === file)
  return other !== undefined && anchorsOf(other).has(anchor) ? null : `${target}: no such heading`
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Readonly<Record<string, string>>
}

const options = new Map(
  (await documented()).map(({ program }) => {
    const helps = [program, ...program.commands].map(helpOf).join('\n')
    return [program.name(), new Set(helps.match(/--[a-z][\w-]*|(?<=^ +)-[a-zA-Z]\b/gm))]
  }),
)

/** Files, scripts and options that are named and not there. */
function unknown(page: Page): readonly string[] {
  const spans = spansOf(page)
  const typed = page.lines.flatMap(({ text, number, kind }) =>
    kind === 'code' || text.startsWith('    $ ')
      ? [{ text: text.trim().replace(/^\$ /, ''), line: number }]
      : [],
  )
  const at = (line: number): string => `${page.file}:${line}`
  const files = spans
    .filter(({ text }) => /^(?:test|lib|bin|adapters|journal|docs)\/[\w./@-]+\.[a-z]+$/.test(text))
    .filter(({ text }) => !existsSync(text))
  return [
    ...files.map(({ text, line }) => `${at(line)}: ${text}: no such file`),
    ...[...spans, ...typed].flatMap(({ text, line }) => [
      ...[...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)]
        .filter(([, name = '']) => scripts[name] === undefined)
        .map(([, name = '']) => `${at(line)}: npm run ${name}: no such script`),
      ...unknownOptions(text).map((option) => `${at(line)}: ${text}: no option ${option}`),
    ]),
  ]
}

/** Of a command line of one of our programs. */
export function unknownOptions(command: string): readonly string[] {
  const [, name = '', rest = ''] =
    /^(?:\S+=\S+ |runuser .*-- )*(ovs-vtep|vtep-replay|vtep-diff) (.*)$/.exec(command) ?? []
  const known = options.get(name)
  // what stands behind a sign of the shell is another command
  const own = rest.replaceAll(/'[^']*'|"[^"]*"/g, '').split(/[|;#>]/)[0] ?? ''
  return known === undefined
    ? []
    : (own.match(/(?<=^|\s)--[a-z][\w-]*/g) ?? []).filter((option) => !known.has(option))
}
