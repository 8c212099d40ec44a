import type { Command } from 'commander'

/** What `--help` prints, with what was added behind the list of options. */
export function helpOf(command: Command): string {
  let text = ''
  const own = command.configureOutput()
  command.configureOutput({ ...own, writeOut: (part) => (text += part) })
  command.outputHelp()
  command.configureOutput(own)
  return text
}
