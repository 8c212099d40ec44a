import type { Command } from 'commander'

/** What stands in the place of a program's arguments: journals, names of switches, or files. */
export type CompletedProgram = 'journal' | 'switch' | 'file'

/** A completion for bash(1) of `program` and its commands, made from the same declarations as `--help`. */
export function completion(program: Command, subject: CompletedProgram): string {
  const name = program.name()
  const help = program.createHelp()
  const commands = help.visibleCommands(program)
  const words = (list: readonly string[]): string => list.join(' ')
  const cases = [
    ...commands.map((command) => `    ${command.name()}) options='${words(optionsOf(command))}' ;;`),
    `    *) options='${words(optionsOf(program))}' ;;`,
  ]
  return `# bash completion of ${name}, made from its options
_${identifier(name)}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' word options
  local commands='${words(commands.map((command) => command.name()))}'
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case " $commands " in *" $word "*) command=$word; break ;; esac
  done
  case $prev in
${[...choicesOf([program, ...commands])].map(([flag, choices]) => `    ${flag}) mapfile -t COMPREPLY < <(compgen -W '${words(choices)}' -- "$cur"); return ;;`).join('\n')}
    *) ;;
  esac
  case $command in
${cases.join('\n')}
  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
  elif [[ -z $command && -n $commands ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur"; ${subjects[subject]})
  else
    mapfile -t COMPREPLY < <(${subjects[subject]})
  fi
}
complete -o filenames -F _${identifier(name)} ${name}
`
}

const subjects: Readonly<Record<CompletedProgram, string>> = {
  journal: `compgen -f -- "$cur"; compgen -W "$(cd "\${OVS_DBDIR:-/var/lib/openvswitch}/vtep" 2>/dev/null && for word in *.journal; do echo "\${word%.journal}"; done)" -- "$cur"`,
  switch: `compgen -W "$(ovs-vsctl --timeout=1 list-br 2>/dev/null)" -- "$cur"`,
  file: `compgen -f -- "$cur"; compgen -W "$(ovs-vsctl --timeout=1 list-br 2>/dev/null)" -- "$cur"`,
}

function optionsOf(command: Command): readonly string[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, short }) => long ?? short ?? [])
}

function choicesOf(commands: readonly Command[]): ReadonlyMap<string, readonly string[]> {
  const choices = new Map<string, readonly string[]>()
  for (const command of commands)
    for (const { long, argChoices } of command.options)
      if (long != null && argChoices !== undefined)
        choices.set(long, [...new Set([...(choices.get(long) ?? []), ...argChoices])])
  return choices
}

function identifier(name: string): string {
  return name.replaceAll('-', '_')
}
