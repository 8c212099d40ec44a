import { writeSync } from 'node:fs'
import { Command } from 'commander'
import { PROGRAM } from '../../adapters/paths.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import { describeFindings } from '../../lib/doctor/finding.js'
import type { Arguments } from '../daemon/asked.js'
import { addConnectionOptions } from '../command-line/connection-options.js'
import { daemonCommandHelps } from '../daemon/daemon-commands.js'
import { addDatabaseOptions, daemonOptions, helpLayout } from '../daemon/daemon-options.js'
import { explained } from '../command-line/program.js'
import { Terminal } from '../command-line/terminal.js'
import { exitStatus } from '../command-line/exit-status.js'

/** The options of `ovs-vtep doctor` and their help. */
export function doctorOptions(): Command {
  const command = new Command('doctor')
    .usage('[options] PS-NAME')
    .description('says what keeps ovs-vtep from its work, and the command that mends it; changes nothing')
    .argument('[PS-NAME...]', 'name of the physical switch and of its bridge')
    .helpOption(false)
    .configureHelp(helpLayout)
  addDatabaseOptions(command)
  command.option(
    '--journal <FILE>',
    'file that the journal is to be kept in (default: vtep/PS-NAME.journal in OVS_DBDIR)',
  )
  addConnectionOptions(command)
  return command
    .optionsGroup('Other options:')
    .option('--json', 'a finding a line: check, isWrong, text, command')
    .option('-h, --help', 'show this help and exit')
}

/** All of ovs-vtep, for its help, man page and completions. */
export function daemonProgram(): Command {
  const program = daemonOptions().helpCommand(false).addCommand(doctorOptions())
  for (const command of daemonCommandHelps()) program.addCommand(command)
  return program
}

/** Prints what is found; gives the exit status, `found` where something is wrong. */
export async function doctor(options: Arguments, isJson: boolean): Promise<number> {
  // what is wrong is said once, as a finding
  vlog.set('any:console:off')
  const out = new Terminal(isJson, false)
  try {
    // what reads databases and journals is for who asks
    const { examine } = await import('./examine.js')
    const findings = await examine(options)
    if (isJson) for (const finding of findings) out.json(finding)
    else for (const line of describeFindings(findings)) out.line(line)
    out.flush()
    return findings.some(({ isWrong }) => isWrong) ? exitStatus.found : exitStatus.done
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) return explained(PROGRAM, error, out)
    writeSync(process.stderr.fd, `${PROGRAM}: ${error.message}\n`)
    return exitStatus.trouble
  }
}
