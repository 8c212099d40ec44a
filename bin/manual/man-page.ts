import type { Command, Option } from 'commander'
import { packageVersion } from '../../adapters/package-version.js'
import { helpOf } from './help-text.js'
import { request, roff } from './roff.js'

/** What a program's help does not say, and its man page does. */
export interface Supplement {
  /** Section of the manual. */
  readonly section: 1 | 8
  /** The name line's half behind the dash. */
  readonly purpose: string
  readonly sections: readonly { readonly heading: string; readonly text: string }[]
  readonly seeAlso: readonly string[]
}

/** A man page in the language of man(7), made from the same declarations as `--help`. */
export function manPage(program: Command, supplement: Supplement): string {
  const { section, purpose, sections, seeAlso } = supplement
  const name = program.name()
  const commands = program.createHelp().visibleCommands(program)
  return [
    request('TH', name.toUpperCase(), String(section), '', `${name} ${packageVersion()}`, ''),
    '.SH NAME',
    roff(`${name} - `).replace('\\-', '-') + roff(purpose),
    '.SH SYNOPSIS',
    `.B ${roff(name)}`,
    roff(program.usage()),
    '.SH DESCRIPTION',
    ...paragraphs(program.description()),
    ...(commands.length === 0 ? [] : ['.SH COMMANDS', ...commands.flatMap(commandPart)]),
    '.SH OPTIONS',
    ...optionParts(program),
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
    const lines = paragraph.split('\n')
    const isExample = lines.every((line) => line.startsWith('    '))
    return isExample ? ['.PP', '.EX', ...lines.map(roff), '.EE'] : ['.PP', ...lines.map(roff)]
  })
}
