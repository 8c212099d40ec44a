import type { Command, Option } from 'commander'
import { type CompletedProgram } from './completion.js'

/** A completion for zsh(1) of `program` and its commands, made from the same declarations as `--help`. */
export function zshCompletion(program: Command, subject: CompletedProgram): string {
  const name = program.name()
  const help = program.createHelp()
  const commands = help.visibleCommands(program)
  const specs = (command: Command): string =>
    [...help.visibleOptions(command).flatMap(optionSpecs), `'*:argument:_${name}_subject'`].join(' ')
  const described = commands.map((command) => quoted(`${command.name()}:${firstLine(command.description())}`))
  return `#compdef ${name}
# zsh completion of ${name}, made from its options
_${name}_subject() {
  ${subjects[subject]}
}
_${name}() {
  local -a commands=(${described.join(' ')})
  local command=\${words[(r)(${commands.map((command) => command.name()).join('|')})]}
  case $command in
${commands.map((command) => `    ${command.name()}) _arguments -s ${specs(command)} ;;`).join('\n')}
    *)
      [[ $PREFIX == -* || $#commands -eq 0 ]] || _describe command commands
      _arguments -s ${specs(program)} ;;
  esac
}
_${name} "$@"
`
}

const bridges = 'compadd -- ${(f)"$(ovs-vsctl --timeout=1 list-br 2>/dev/null)"}'
const subjects: Readonly<Record<CompletedProgram, string>> = {
  journal: '_files; compadd -- ${OVS_DBDIR:-/var/lib/openvswitch}/vtep/*.journal(N:t:r)',
  switch: bridges,
  file: `_files; ${bridges}`,
}

function optionSpecs({
  long,
  short,
  description,
  argChoices,
  required,
  optional,
}: Option): readonly string[] {
  const text = firstLine(description).replace(/[[\]\\:]/g, '\\$&')
  const values = argChoices === undefined ? '_files' : `(${argChoices.join(' ')})`
  const value = required ? `:value:${values}` : optional ? `::value:${values}` : ''
  return [long, short].flatMap((flag) => {
    if (flag == null) return []
    const isLong = flag.startsWith('--')
    const joint = value === '' ? '' : isLong ? (optional ? '=-' : '=') : optional ? '-' : '+'
    return [quoted(`${flag}${joint}[${text}]${value}`)]
  })
}

/** As a shell reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
