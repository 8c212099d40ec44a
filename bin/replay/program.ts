import { writeSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { packageVersion } from '../../adapters/package-version.js'
import { JournalError } from '../../journal/format.js'
import { PositionError, positionForms } from '../../lib/replay/position.js'
import { UsageError } from '../usage-error.js'
import { addLog } from './log.js'
import { Terminal } from './terminal.js'
import { addVerify } from './verify.js'

const commands = [addLog, addVerify]

/** Runs one command line of vtep-replay; gives the exit status. */
export async function runReplay(argv: readonly string[]): Promise<number> {
  let terminal = new Terminal(false, false)
  const program = new Command('vtep-replay')
    .description('Answers questions from the journal of an ovs-vtep.')
    .usage('[--json] COMMAND JOURNAL [ARGUMENTS]')
    .version(packageVersion())
    .addHelpText(
      'after',
      `
JOURNAL is a file, or the name of a switch. Positions: ${positionForms}.
Exit status: 0 sound, 1 trouble, 2 differences found.`,
    )
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, 'vtep-replay:')) })
  for (const add of commands) add(program, () => terminal)
  for (const command of program.commands) {
    command.copyInheritedSettings(program).option('--json', 'print JSON, one value a line')
    command.hook('preAction', () => {
      terminal = new Terminal(command.opts()['json'] === true, isColoured())
    })
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
    terminal.flush()
    return terminal.status
  } catch (error) {
    return explained(error, terminal)
  }
}

/** In colour for a person at a terminal that did not ask for none (no-color.org). */
function isColoured(): boolean {
  return process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

function explained(error: unknown, terminal: Terminal): number {
  // help, version and usage: it has said so itself
  if (error instanceof CommanderError) return error.exitCode
  const isTold =
    error instanceof JournalError || error instanceof PositionError || error instanceof UsageError
  if (isTold) {
    terminal.flush()
    writeSync(process.stderr.fd, `vtep-replay: ${error.message}\n`)
    return 1
  }
  // nobody reads on
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 0
  throw error
}
