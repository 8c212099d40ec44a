import { writeSync } from 'node:fs'
import { Command, Option } from 'commander'
import { packageVersion } from '../../adapters/package-version.js'
import { positionForms } from '../../lib/history/position.js'
import { explainedExamples } from '../command-line/examples.js'
import {
  type Colouring,
  colourings,
  describedOption,
  explained,
  isColoured,
  refuseMisspelt,
  saidAs,
} from '../command-line/program.js'
import { commandIn, commandNames, groups } from './groups.js'
import { replayExamples } from './examples.js'
import { Terminal } from '../command-line/terminal.js'
import { exitStatusText } from '../command-line/exit-status.js'

/** Runs one command line of vtep-replay; gives the exit status. */
export async function runReplay(argv: readonly string[]): Promise<number> {
  let terminal = new Terminal(false, false)
  try {
    refuseMisspelt(argv, commandNames)
    const program = await replayProgram(
      () => terminal,
      ({ json = false, color }) => {
        terminal = new Terminal(json, isColoured(color), widthOfTerminal())
      },
      commandIn(argv),
    )
    await program.parseAsync(argv, { from: 'user' })
    terminal.flush()
    return terminal.status
  } catch (error) {
    return explained('vtep-replay', error, terminal)
  }
}

/** How all commands print. */
interface Manner {
  readonly json?: boolean
  readonly color?: Colouring
}

/** Null where lines are not to be cut: nobody sits before a terminal. */
function widthOfTerminal(): number | null {
  return process.stdout.isTTY ? process.stdout.columns || null : null
}

function colourOption(): Option {
  return new Option('--color <WHEN>', 'colours: auto is for a terminal, where NO_COLOR is not set').choices(
    colourings,
  )
}

/** The command line of vtep-replay, or of one command of it; `begin` is told before a command how it is to print. */
export async function replayProgram(
  terminal: () => Terminal,
  begin: (manner: Manner) => void,
  only: string | null = null,
): Promise<Command> {
  const program = new Command('vtep-replay')
    .description('Answers questions from the journal of an ovs-vtep.')
    .usage('[--json] COMMAND JOURNAL [ARGUMENTS]')
    .version(packageVersion())
    .option('--json', 'print JSON, one value a line')
    .addOption(colourOption())
    .addHelpText(
      'after',
      `
JOURNAL is a file, or the name of a switch. Positions: ${positionForms}.
${exitStatusText('done, or sound', 'differences found')}
${explainedExamples(replayExamples)}`,
    )
    .configureHelp({ optionDescription: describedOption })
    .exitOverride()
    .configureOutput({
      // at once, and with an error that can be caught when nobody reads on
      writeOut: (text) => void writeSync(process.stdout.fd, text),
      outputError: saidAs('vtep-replay'),
    })
  for (const [heading, commands] of Object.entries(groups)) {
    program.commandsGroup(heading)
    for (const [name, add] of Object.entries(commands))
      if (only === null || name === only) (await add())(program, terminal)
  }
  for (const command of program.commands) {
    command
      .copyInheritedSettings(program)
      .option('--json', 'print JSON, one value a line')
      .addOption(colourOption())
    command.hook('preAction', () => {
      begin(command.optsWithGlobals<Manner>())
    })
  }
  return program.commandsGroup('Help:')
}
