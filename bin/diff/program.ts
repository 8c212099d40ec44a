import { writeSync } from 'node:fs'
import { Command } from 'commander'
import { packageVersion } from '../../adapters/package-version.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import { oneLine } from '../../lib/words/one-line.js'
import { explainedExamples } from '../command-line/examples.js'
import { describedOption, explained, isColoured, refuseMisspelt, saidAs } from '../command-line/program.js'
import { Terminal } from '../command-line/terminal.js'
import { addCapture } from './capture.js'
import { diffExamples } from './examples.js'
import { compared } from './compare.js'
import { addOutputOptions, addSourceOptions, outputOf, whereOf } from './options.js'
import { readPair } from './pair.js'
import { printFindings } from './print.js'
import { sourceForms } from './file-source.js'
import { watch } from './watch.js'
import { exitStatusText } from '../command-line/exit-status.js'

/** Runs one command line of vtep-diff; gives the exit status. */
export async function runDiff(argv: readonly string[]): Promise<number> {
  // what goes wrong is said once, in one line
  vlog.set('any:console:off')
  const terminal = new Terminal(false, isColoured())
  const warn = (text: string): void => void writeSync(process.stderr.fd, `vtep-diff: ${oneLine(text)}\n`)
  try {
    const program = diffProgram(() => terminal, warn)
    const names = program.commands.map((command) => command.name())
    refuseMisspelt(argv, names)
    await program.parseAsync(argv, { from: 'user' })
    terminal.flush()
    return terminal.status
  } catch (error) {
    return explained('vtep-diff', error, terminal)
  }
}

/** The command line of vtep-diff. */
export function diffProgram(terminal: () => Terminal, warn: (text: string) => void): Command {
  const program = new Command('vtep-diff')
    .description(
      'Compares what a hardware_vtep database asks for with what a switch does, and changes neither.',
    )
    .version(packageVersion())
    .argument('[PS]', 'name of the switch; needed unless the sources are about one only')
    .enablePositionalOptions()
    .configureHelp({ optionDescription: describedOption })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void writeSync(process.stdout.fd, text),
      outputError: saidAs('vtep-diff'),
    })
    .addHelpText(
      'after',
      `
${sourceForms}
${exitStatusText('no difference', 'differences')}
${explainedExamples(diffExamples)}`,
    )
  addSourceOptions(program)
  addOutputOptions(program)
  program.action(async (name: string | undefined, options: object) => {
    const [where, output] = [whereOf(name, options), outputOf(options)]
    if (output.isWatching) return watch(where, output, terminal(), warn)
    const { core, journal, desired, actual, untold } = await readPair(where, warn)
    const found = await compared(core, output, journal, untold)
    printFindings(found, output.format, { desired, actual }, where, terminal())
  })
  addCapture(program, terminal, warn)
  for (const command of program.commands) command.copyInheritedSettings(program)
  return program
}
