import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import ts from 'typescript'
import { parseArguments } from '../bin/arguments.js'
import { replays } from './support/replays.js'

const readme = readFileSync('README.md', 'utf8')

t.test('every test that the README names is there', (t) => {
  const names = [...readme.matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, name = '']) => name)
  t.ok(names.length > 50)
  for (const name of new Set(names)) t.ok(existsSync(`test/${name}`), name)
  t.end()
})

t.test('every option of the README is one, and every one is in the README', (t) => {
  const help = parseArguments(['--help'])
  const options = help.kind === 'show' ? (help.text.match(/--[a-z][a-z-]+/g) ?? []) : []
  t.ok(options.length > 15)
  for (const option of new Set(options)) t.ok(readme.includes(option), option)
  t.end()
})

/** Warnings whose text is not written where they are logged, by file and argument: what the README has of them. */
const saidElsewhere: Readonly<Record<string, readonly string[]>> = {
  'bin/turn-log.ts: describeProblem(problem)': ['problem: Ucast_Macs_Remote …'],
  'bin/turn-log.ts: text': ['drift: …', 'BackedOff', 'JournalResumed', 'Failed', 'SourceLost'],
  'bin/databases.ts: `${database} at ${remote}: ${event.reason}`': ['hardware_vtep at …: …'],
  'bin/journal-of.ts: text': [],
  'bin/ovs-vtep.ts: error instanceof Error ? (error.stack ?? error.message) : String(error)': ['EMER'],
  'bin/ovs-vtep.ts: reasonOf(error)': ['EMER'],
  'adapters/daemon/monitor.ts: `${ended}, restarting`': [
    'pid … exited with status …, restarting',
    'was killed by',
  ],
  'adapters/daemon/monitor.ts: readiness.error': ['pid … exited with status …, restarting'],
  'adapters/vlog/vlog.ts: text': ['failed to open … for logging: …'],
  'journal/keeper.ts: text': [
    'was damaged; it is kept as …, a new journal begins',
    'does not lead to where we are; it is kept as …',
  ],
}

/** Every call that logs a warning or worse, as file and argument, with the fixed parts of its text. */
function warningsIn(file: string): readonly { readonly id: string; readonly parts: readonly string[] }[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: { id: string; parts: readonly string[] }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const [argument] = node.arguments
      if (/^(?:warn|err|emer)$/.test(node.expression.name.text) && argument !== undefined)
        found.push({ id: `${file}: ${argument.getText()}`, parts: partsOf(argument) })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function partsOf(argument: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(argument)) return [argument.text]
  if (!ts.isTemplateExpression(argument)) return []
  return [argument.head.text, ...argument.templateSpans.map(({ literal }) => literal.text)]
}

t.test('every warning of the log has a line in the troubleshooting chapter', (t) => {
  const [, chapter = ''] = /\n## When something is wrong\n(.*?)\n## /s.exec(readme) ?? []
  const cells = [...chapter.matchAll(/^\| (.*?) \|/gm)].map(([, cell = '']) => cell.replaceAll(/\s+/g, ' '))
  const has = (parts: readonly string[]): boolean => {
    const pattern = new RegExp(parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.+'))
    return cells.some((cell) => pattern.test(cell))
  }
  const files = ['bin', 'adapters', 'journal', 'lib'].flatMap((layer) =>
    readdirSync(layer, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('page/'))
      .map((name) => `${layer}/${name}`),
  )
  const warnings = files.flatMap(warningsIn)
  t.ok(warnings.length > 15, 'there are warnings')
  for (const { id, parts } of warnings) {
    const told = saidElsewhere[id]
    if (told !== undefined) for (const text of told) t.ok(has(text.split('…')), `${id}: ${text}`)
    else t.ok(/[a-z]{4}/.test(parts.join(' ')) && has(parts), id)
  }
  const unused = Object.keys(saidElsewhere).filter((id) => !warnings.some((warning) => warning.id === id))
  t.strictSame(unused, [], 'none is listed that is there no more')
  t.end()
})

/** The commands of a chapter, as words, with the lines that it shows as their output. */
function commandsIn(
  chapter: string,
): readonly { readonly words: readonly string[]; readonly shown: string[] }[] {
  const commands: { readonly words: readonly string[]; readonly shown: string[] }[] = []
  for (const line of chapter.split('\n').filter((line) => line.startsWith('    '))) {
    const text = line.slice(4)
    if (text.startsWith('$ ')) commands.push({ words: text.split(' ').slice(1), shown: [] })
    else commands.at(-1)?.shown.push(text)
  }
  return commands
}

t.test('the recorded incident: every command prints what the README shows, up to its `…`', (t) => {
  const [, chapter = ''] = /\n### Debug a recorded incident\n(.*?)\n### /s.exec(readme) ?? []
  const commands = commandsIn(chapter)
  const kinds = new Set(commands.map(({ words: [, command = ''] }) => command))
  for (const kind of 'log show explain blame history bisect diff what-if state verify'.split(' '))
    t.ok(kinds.has(kind), kind)
  const beside = readdirSync('test/sample')
  replays(commands.map(({ words: [, ...args] }) => args)).forEach(({ status, stdout, stderr }, i) => {
    const { words = [], shown = [] } = commands[i] ?? {}
    const command = words.join(' ')
    t.match([words[0], status, stderr], ['vtep-replay', words[1] === 'diff' ? 2 : 0, ''], command)
    const lines = stdout.trimEnd().split('\n')
    const isCut = shown.at(-1) === '…'
    t.ok(!isCut || lines.length >= shown.length, `${command}: what is cut is longer`)
    t.strictSame(isCut ? [...lines.slice(0, shown.length - 1), '…'] : lines, shown, command)
  })
  t.strictSame(readdirSync('test/sample'), beside, 'nothing is written beside the sample')
  t.end()
})
