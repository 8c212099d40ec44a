import type { Command, Option } from 'commander'
import { type CompletedProgram } from './completion.js'

/** A completion for fish(1) of `program` and its commands, made from the same declarations as `--help`. */
export function fishCompletion(program: Command, subject: CompletedProgram): string {
  const name = program.name()
  const help = program.createHelp()
  const commands = help.visibleCommands(program)
  const names = commands.map((command) => command.name()).join(' ')
  const line = (...words: readonly string[]): string => ['complete', '-c', name, ...words].join(' ')
  const isWithout = names === '' ? [] : ['-n', quoted(`not __fish_seen_subcommand_from ${names}`)]
  const isWith = (command: Command) => ['-n', quoted(`__fish_seen_subcommand_from ${command.name()}`)]
  const optionsOf = (command: Command, condition: readonly string[]): readonly string[] =>
    help.visibleOptions(command).map((option) => line(...condition, ...optionWords(option)))
  return `${[
    `# fish completion of ${name}, made from its options`,
    ...(subjects[subject] === '' ? [] : [line('-a', quoted(subjects[subject]))]),
    ...(subject === 'switch' ? [line('-f')] : []),
    ...commands.map((command) =>
      line(...isWithout, '-a', command.name(), '-d', quoted(firstLine(command.description()))),
    ),
    ...optionsOf(program, isWithout),
    ...commands.flatMap((command) => optionsOf(command, isWith(command))),
  ].join('\n')}\n`
}

const switches = '(ovs-vsctl --timeout=1 list-br 2>/dev/null)'
const subjects: Readonly<Record<CompletedProgram, string>> = {
  journal:
    '(for file in (set -q OVS_DBDIR; and echo $OVS_DBDIR; or echo /var/lib/openvswitch)/vtep/*.journal; basename $file .journal; end 2>/dev/null)',
  switch: switches,
  file: switches,
}

function optionWords({ long, short, description, argChoices, required }: Option): readonly string[] {
  return [
    ...(long == null ? [] : ['-l', long.replace(/^--/, '')]),
    ...(short == null ? [] : short.startsWith('--') ? [] : ['-s', short.replace(/^-/, '')]),
    ...(argChoices === undefined ? (required ? ['-r'] : []) : ['-x', '-a', quoted(argChoices.join(' '))]),
    '-d',
    quoted(firstLine(description)),
  ]
}

/** As fish reads it: within single quotes only these two are special. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
