import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
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
