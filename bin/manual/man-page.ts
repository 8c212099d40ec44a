import type { Command, Option } from 'commander'
import { packageVersion } from '../../adapters/package-version.js'
import { helpOf } from './help-text.js'
import { request, roff } from './roff.js'
import type { Supplement } from './supplement.js'

/** A man page in the language of man(7), made from the same declarations as `--help`. */
export function manPage(program: Command, supplement: Supplement): string {
  const commands = program.createHelp().visibleCommands(program)
  return page(program.name(), supplement, [
    '.SH SYNOPSIS',
    `.B ${roff(program.name())}`,
    roff(program.usage()),
    '.SH DESCRIPTION',
    ...paragraphs(program.description()),
    ...(commands.length === 0 ? [] : ['.SH COMMANDS', ...commands.flatMap(commandPart)]),
    '.SH OPTIONS',
    ...optionParts(program),
  ])
}

/** A man page of what is no program. */
export function topicPage(name: string, supplement: Supplement): string {
  return page(name, supplement, [])
}

function page(name: string, supplement: Supplement, declared: readonly string[]): string {
  const { section, purpose, sections, seeAlso } = supplement
  return [
    request('TH', name.toUpperCase(), String(section), '', `ovs-vtep ${packageVersion()}`, ''),
    '.SH NAME',
    roff(`${name} - `).replace(/\\- $/, '- ') + roff(purpose),
    ...declared,
    ...sections.flatMap(({ heading, text }) => [request('SH', heading), ...paragraphs(text)]),
    '.SH SEE ALSO',
    roff(seeAlso.join(', ')),
    '',
  ].join('\n')
}

/** `help` has no options and needs no example. */
function commandPart(command: Command): readonly string[] {
  const [, examples = ''] = helpOf(command).split(/^Examples?:\n/m)
  const lines = examples.split('\n').filter((line) => line.trim() !== '')
  return [
    request('SS', `${command.name()} ${command.usage()}`),
    ...paragraphs(command.description()),
    ...optionParts(command),
    ...(lines.length === 0 ? [] : ['.PP', '.EX', ...lines.map(roff), '.EE']),
  ]
}

function optionParts(command: Command): readonly string[] {
  const help = command.createHelp()
  const listed = (option: Option): readonly string[] => [
    '.TP',
    `.B ${roff(help.optionTerm(option))}`,
    roff(help.optionDescription(option)),
  ]
  const told = (argument: (typeof command.registeredArguments)[number]): readonly string[] => [
    '.TP',
    `.I ${roff(help.argumentTerm(argument))}`,
    roff(help.argumentDescription(argument)),
  ]
  const described = command.registeredArguments.filter(({ description }) => description !== '')
  return [...described.flatMap(told), ...help.visibleOptions(command).flatMap(listed)]
}

function paragraphs(text: string): readonly string[] {
  return text.split('\n\n').flatMap((paragraph) => {
    const [first = '', ...rest] = paragraph.split('\n')
    if (first.startsWith('    ')) return ['.PP', '.EX', ...[first, ...rest].map(roff), '.EE']
    if (rest[0]?.startsWith('  ') === true)
      return ['.TP', `.B ${roff(first)}`, ...rest.map((line) => roff(line.trim()))]
    return ['.PP', ...[first, ...rest].map(roff)]
  })
}
