import { Command, type Option } from 'commander'
import { PROGRAM } from '../../adapters/paths.js'
import { addConnectionOptions } from '../command-line/connection-options.js'
import type { Arity, Spelling } from '../command-line/spelled-out.js'

/** How help is laid out: lines no wider than usual, options as OVS documents them. */
export const helpLayout = { helpWidth: 80, optionTerm: ({ flags }: Option): string => joined(flags) }

/** The options of ovs-vtep and their help. */
export function daemonOptions(): Command {
  const command = new Command(PROGRAM)
    .usage('[options] PS-NAME...')
    .description(
      'Makes the Open vSwitch bridge PS-NAME behave as a hardware VTEP, as the hardware_vtep database asks. Of several, each.',
    )
    .argument('[PS-NAME...]', 'name of the physical switch and of its bridge')
    .helpOption(false)
    .configureHelp(helpLayout)
  addDatabaseOptions(command)
  switchOptions(command)
  addConnectionOptions(command)
  daemonControlOptions(command)
  loggingOptions(command)
  return command
    .optionsGroup('Other options:')
    .option('--all', 'work for every Physical_Switch whose bridge is here, as they come and go')
    .option(
      '--dry-run',
      'say what would be done, change nothing and end: status 0 for nothing, 2 for something',
    )
    .option('--root-prefix [DIR]', 'accepted for compatibility, without effect')
    .option('-h, --help', 'show this help and exit')
    .option('-V, --version', 'show the version and exit')
}

/** The options of the Python ovs-vtep: an abbreviation that it understands means the same here. */
const predecessors: ReadonlySet<string> = new Set([
  'help',
  'version',
  'root-prefix',
  'log-file',
  'verbose',
  'detach',
  'no-chdir',
  'monitor',
  'pidfile',
  'overwrite-pidfile',
])

/** How the options of `command` may be written. */
export function spelling(command: Command): Spelling {
  const arity = ({ required, optional, parseArg }: Option): Arity =>
    required ? 'required' : optional ? (parseArg === undefined ? 'optional' : 'any') : 'none'
  const name = (option: { long?: string | undefined }): string => option.long?.slice(2) ?? ''
  const short = command.options.filter((option) => option.short)
  return {
    arity: new Map(command.options.map((option) => [name(option), arity(option)])),
    letters: new Map(short.map((option) => [option.short?.charAt(1) ?? '', name(option)])),
    preferred: predecessors,
  }
}

/** Where both databases are. */
export function addDatabaseOptions(command: Command): void {
  command
    .optionsGroup('Database and switch options:')
    .option('--db <REMOTE>', 'connection to the Open_vSwitch database (default: unix:db.sock in OVS_RUNDIR)')
    .option('--vtep-db <REMOTE>', 'connection to the hardware_vtep database (default: the same as --db)')
}

function switchOptions(command: Command): void {
  command
    .option('--journal <FILE>', 'file to keep the journal in (default: vtep/PS-NAME.journal in OVS_DBDIR)')
    .option(
      '--journal-keep <TIME>',
      'age at which entries are dropped behind a snapshot, such as 12h; 0 for never (default: 30d)',
    )
    .option(
      '--journal-max-size <SIZE>',
      'size from which the oldest entries are dropped behind a snapshot, such as 500M; 0 for none (default: 1G)',
    )
    .option(
      '--mac-aging <SECONDS>',
      'time after which an unused learned MAC is forgotten, 1 to 65535 (default: 300)',
    )
    .option(
      '--max-macs <COUNT>',
      'most remote MACs; of more those with the lowest addresses are used; 0 for no limit (default: 0)',
    )
    .option(
      '--max-learned <COUNT>',
      'most MACs to learn at all ports together, each binding its share; 0 for no limit (default: 0)',
    )
    .option('--max-learned-per-port <COUNT>', 'most MACs to learn at a port; 0 for no limit (default: 0)')
    .option(
      '--max-tunnels <COUNT>',
      'most remote VTEPs; of more those with the lowest addresses are used; 0 for no limit (default: 0)',
    )
    .option(
      '--accept-any-peer',
      'take known VNIs from any VTEP, for controllers that do not list who sends; else a VTEP may send only into logical switches whose rows name it',
    )
    .option(
      '--no-arp-suppression',
      'let every ARP request and neighbour solicitation go to everybody; else those for known IP addresses are answered here, or go to the station that has the address',
    )
    .option(
      '--audit-interval <SECONDS>',
      'how often all flows are compared though nothing says that they changed, 1 to 65535; 0 for never (default: 60)',
    )
    .option(
      '--statistics-interval <SECONDS>',
      'how often vlan_stats is written, 1 to 65535; 0 for never (default: 5)',
    )
}

function daemonControlOptions(command: Command): void {
  command
    .optionsGroup('Daemon options:')
    .option('--detach', 'run in the background once all that was missing is made, or after a minute')
    .option('--no-chdir', 'do not change to / when in the background')
    .option('--monitor', 'have a second process restart this one when it fails')
    .option('--pidfile [FILE]', `create a pidfile (default: ${PROGRAM}.pid in OVS_RUNDIR)`)
    .option(
      '--standby',
      'stand by while another that was started with this option works for the switch, and take over when it ends',
    )
    .option('--overwrite-pidfile', 'start even if a running process holds the pidfile')
    .option('--unixctl <SOCKET>', `control socket for ovs-appctl (default: ${PROGRAM}.PID.ctl in OVS_RUNDIR)`)
}

function loggingOptions(command: Command): void {
  command
    .optionsGroup('Logging and monitoring options:')
    .option('--json-log', 'log JSON, an object a line, to the console and the file')
    .option(
      '--metrics <WHERE>',
      'serve metrics for Prometheus at unix:SOCKET or ADDRESS:PORT (default: nowhere)',
    )
    .option('--expose-metrics', 'allow an address there that other machines reach')
    .option('--log-file [FILE]', `log to a file (default: ${PROGRAM}.log in OVS_LOGDIR)`)
    .option(
      '-v, --verbose [SPEC]',
      'set logging levels, see ovs-appctl(8); without SPEC, log everything; may be repeated',
      (spec: string, before: readonly string[] | undefined) => [...(before ?? []), spec],
    )
}

/** Commander's flags the way OVS documents them: values joined. */
function joined(flags: string): string {
  return flags
    .replace(/^(-\w), (--[\w-]+) \[(\w+)\]$/, '$1[$3], $2[=$3]')
    .replace(/ <(\w+)>$/, '=$1')
    .replace(/ \[(\w+)\]$/, '[=$1]')
}
