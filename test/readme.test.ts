import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parseArguments } from '../bin/arguments.js'

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
