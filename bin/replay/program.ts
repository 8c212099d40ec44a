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
import { replayExamples } from './examples.js'
import { addApply } from './apply.js'
import { addBisect } from './bisect.js'
import { addBlame } from './blame.js'
import { addChanges } from './changes.js'
import { addCommands } from './commands.js'
import { addCompact } from './compact.js'
import { addDiff } from './diff.js'
import { addExport } from './export.js'
import { addExplain } from './explain.js'
import { addFleet } from './fleet.js'
import { addFlows } from './flows.js'
import { addHistory } from './history.js'
import { addImport } from './import.js'
import { addLog } from './log.js'
import { addServe } from './serve.js'
import { addShow } from './show.js'
import { addState } from './state.js'
import { addStats } from './stats.js'
import { addStep } from './step.js'
import { Terminal } from '../command-line/terminal.js'
import { addSummary } from './summary.js'
import { addVerify } from './verify.js'
import { addWhatIf } from './what-if.js'
import { exitStatusText } from '../command-line/exit-status.js'

type AddCommand = (program: Command, terminal: () => Terminal) => void

/** The commands as `vtep-replay help` shows them. */
const groups: Readonly<Record<string, readonly AddCommand[]>> = {
  'Look at what happened:': [addSummary, addChanges, addLog, addShow, addStats, addStep, addServe, addFleet],
  'Look at how things stood:': [addState, addFlows, addCommands, addDiff],
  'Ask why:': [addExplain, addBlame, addHistory, addBisect],
  'Check:': [addVerify, addApply],
  'Give away and take in:': [addExport, addImport],
  'Try out:': [addWhatIf],
  'Change a journal:': [addCompact],
}

/** Runs one command line of vtep-replay; gives the exit status. */
export async function runReplay(argv: readonly string[]): Promise<number> {
  let terminal = new Terminal(false, false)
  const program = replayProgram(
    () => terminal,
    ({ json = false, color }) => {
      terminal = new Terminal(json, isColoured(color), widthOfTerminal())
    },
  )
  try {
    refuseMisspelt(argv, program)
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

/** The command line of vtep-replay; `begin` is told before a command how it is to print. */
export function replayProgram(terminal: () => Terminal, begin: (manner: Manner) => void): Command {
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
    for (const add of commands) add(program, terminal)
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
