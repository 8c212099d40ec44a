import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { completion } from '../../bin/manual/completion.js'
import { fishCompletion } from '../../bin/manual/completion-fish.js'
import { zshCompletion } from '../../bin/manual/completion-zsh.js'
import { helpOf } from '../../bin/manual/help-text.js'
import { manPage } from '../../bin/manual/man-page.js'
import { documented } from '../../bin/manual/pages.js'

const directory = mkdtempSync(join(tmpdir(), 'vtep-manual-'))
t.teardown(() => rmSync(directory, { recursive: true }))
const hasGroff = spawnSync('groff', ['--version']).status === 0
/** What `skip` takes. */
const lacks = (program: string): string | false =>
  spawnSync(program, ['--version']).status === 0 ? false : `no ${program}`
/** Options as a help text writes them. */
const optionsIn = (text: string): readonly string[] => [...new Set(text.match(/--[a-z][\w-]+/g) ?? [])].sort()

for (const { program, supplement, subject } of await documented()) {
  const name = program.name()
  const page = manPage(program, supplement)
  const commands = program.commands.filter((command) => command.name() !== 'help')

  t.test(`${name}: its man page has every command and option that --help has, and no other`, (t) => {
    const help = [program, ...commands].map(helpOf).join('\n')
    const written = page.replaceAll('\\-', '-')
    const [own = ''] = written.split('.SH "RUNTIME')
    for (const command of commands) t.ok(written.includes(`.SS "${command.name()} `), command.name())
    const wanted = optionsIn(help.replace(/^Examples?:[^]*?(?=^Usage|$(?![^]))/gm, ''))
    t.ok(wanted.length > 1)
    t.strictSame(
      wanted.filter((option) => !optionsIn(own).includes(option)),
      [],
      'in the page',
    )
    t.strictSame(
      optionsIn(own).filter((option) => !optionsIn(help).includes(option)),
      [],
      'in the help',
    )
    t.end()
  })

  t.test(`${name}: its man page is read without a warning`, { skip: !hasGroff && 'no groff' }, (t) => {
    const { status, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z'], {
      input: page,
      encoding: 'utf8',
    })
    t.equal(status, 0)
    t.equal(stderr, '')
    t.end()
  })

  t.test(`${name}: fish completes commands and options`, { skip: lacks('fish') }, (t) => {
    const script = join(directory, `${name}.fish`)
    writeFileSync(script, fishCompletion(program, subject))
    const complete = (line: string): readonly string[] => {
      const { stdout, stderr } = spawnSync(
        'fish',
        ['-c', 'source $argv[1]; complete -C $argv[2]', script, line],
        {
          encoding: 'utf8',
          env: { ...process.env, HOME: directory },
        },
      )
      t.equal(stderr, '', line)
      return stdout.split('\n').flatMap((said) => /^[^\t]+/.exec(said)?.[0] ?? [])
    }
    t.strictSame([...complete(`${name} --`)].sort(), optionsIn(program.helpInformation()))
    for (const command of commands) {
      t.ok(complete(`${name} `).includes(command.name()), command.name())
      const own = [...complete(`${name} ${command.name()} --`)].sort()
      t.strictSame(own, optionsIn(command.helpInformation()), command.name())
    }
    t.end()
  })

  t.test(`${name}: zsh is told commands and options`, { skip: lacks('zsh') }, (t) => {
    const script = join(directory, `_${name}`)
    writeFileSync(script, zshCompletion(program, subject))
    // zsh's own functions for the keyboard are not there in a script: these say what they are told
    const stubs = `_arguments() { print -rl -- "$@" }; _describe() { print -rl -- "\${(@P)2}" }; words=("$@[2,-1]"); PREFIX=$words[-1]`
    const told = (...line: readonly string[]): readonly string[] => {
      const { stdout, stderr } = spawnSync(
        'zsh',
        ['-f', '-c', `${stubs}; . "$1"`, 'zsh', script, name, ...line],
        {
          encoding: 'utf8',
        },
      )
      t.equal(stderr, '', line.join(' '))
      return stdout.split('\n')
    }
    const options = (lines: readonly string[]) =>
      lines.flatMap((line) => /^(--[a-z-]+?)=?-?\[/.exec(line)?.[1] ?? [])
    t.strictSame([...options(told('--'))].sort(), optionsIn(program.helpInformation()))
    for (const command of commands) {
      t.ok(
        told('').some((line) => line.startsWith(`${command.name()}:`)),
        command.name(),
      )
      const own = [...options(told(command.name(), '--'))].sort()
      t.strictSame(own, optionsIn(command.helpInformation()), command.name())
    }
    t.end()
  })

  t.test(`${name}: bash completes commands, options and subjects`, (t) => {
    mkdirSync(join(directory, 'vtep'), { recursive: true })
    writeFileSync(join(directory, 'vtep', 'br-far.journal'), '')
    const script = join(directory, name)
    writeFileSync(script, completion(program, subject))
    const complete = (...words: readonly string[]): readonly string[] => {
      const call = `. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${name.replaceAll('-', '_')}; printf '%s\n' "\${COMPREPLY[@]}"`
      const { stdout, stderr } = spawnSync('bash', ['-c', call, script, name, ...words], {
        encoding: 'utf8',
        env: { ...process.env, OVS_DBDIR: directory },
      })
      t.equal(stderr, '', words.join(' '))
      return stdout.split('\n').filter((line) => line !== '')
    }
    const options = optionsIn(program.createHelp().formatHelp(program, program.createHelp()))
    t.strictSame([...complete('--')].sort(), options)
    for (const command of commands) {
      const own = optionsIn(command.createHelp().formatHelp(command, command.createHelp()))
      t.strictSame([...complete(command.name(), '--')].sort(), own, command.name())
    }
    if (subject === 'journal') {
      const [first] = commands
      t.ok(complete('').includes(first?.name() ?? ''), 'a command')
      t.ok(complete(first?.name() ?? '', 'br-f').includes('br-far'), 'a journal by the name of its switch')
    }
    t.end()
  })
}
