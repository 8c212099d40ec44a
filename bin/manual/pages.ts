import type { Command } from 'commander'
import { diffProgram } from '../diff/program.js'
import { daemonProgram } from '../doctor/program.js'
import { exitStatusPage } from '../exit-status.js'
import { replayProgram } from '../replay/program.js'
import { Terminal } from '../replay/terminal.js'
import type { Subject } from './completion.js'
import type { Supplement } from './man-page.js'

export interface Documented {
  readonly program: Command
  readonly supplement: Supplement
  readonly subject: Subject
}

const variables = `OVS_RUNDIR: where sockets and pidfiles are, default /var/run/openvswitch.

OVS_DBDIR: where the directory vtep of journals is, default /var/lib/openvswitch.

OVS_LOGDIR: where logs are, default /var/log/openvswitch.`

const sources = `A SOURCE is one of

unix:PATH, tcp:HOST[:PORT], ssl:HOST[:PORT]: hardware_vtep as it is now, of --desired only.

JOURNAL[@POSITION]: what was asked for, or was there, at that entry, else at the last one; also the name of a switch. Positions are those of vtep-replay(1).

FILE of "vtep-diff capture" or "vtep-replay export".

FILE, given several times, or DIRECTORY: what others made of a switch, as in archives of ovs-bugtool and sosreport. Databases are vtep.db and conf.db, what "ovsdb-client backup" and "ovsdb-client dump" print (as table, csv, list or json), or "ovs-vsctl list" of Bridge, Port and Interface, and where nothing else is there "ovs-vsctl show" with "ovs-ofctl show" or "dump-ports-desc" of the switch; --actual needs the output of "ovs-ofctl dump-flows" of the switch besides. Files packed with gzip are unpacked. In a directory links are not followed, and of dumps with several OpenFlow versions the newest is read. What a file does not keep is said in one line, and refused where something hangs on it.`

/** Every program of the package. */
export function documented(): readonly Documented[] {
  const terminal = new Terminal(false, false)
  return [
    {
      program: daemonProgram(),
      subject: 'switch',
      supplement: {
        section: 8,
        purpose: 'VTEP emulator for Open vSwitch',
        seeAlso: [
          'vtep-diff(1)',
          'vtep-replay(1)',
          'vtep(5)',
          'vtep-ctl(8)',
          'ovs-vswitchd(8)',
          'ovs-appctl(8)',
        ],
        sections: [
          {
            heading: 'RUNTIME MANAGEMENT COMMANDS',
            text: `ovs-appctl -t ovs-vtep COMMAND, or ovs-vtep COMMAND PS-NAME, which finds the daemon of that switch, where COMMAND is one of

status [--json]: whether it is connected and in sync, what it could not make and why.

retry: tries again at once what the switch or hardware_vtep refused.

exit [--cleanup]: ends; forwarding stays as it is, or, with --cleanup, everything of ours goes.

version, list-commands, vlog/list, vlog/list-pattern, vlog/set, vlog/reopen, vlog/message: as of every Open vSwitch daemon. With ovs-appctl --format json (3.4 and newer) all of them answer in JSON.`,
          },
          {
            heading: 'SIGNALS',
            text: 'SIGTERM and SIGINT end it as exit does, SIGHUP has the log file opened anew.',
          },
          {
            heading: 'STANDBY',
            text: `Of two daemons for one switch that were both started with --standby, one works and the other stands by. Which it is decides the lock ovs_vtep_NAME of the server of Open_vSwitch, where of NAME all but letters and digits are written _XX. They share the journal; each needs a --pidfile and a --log-file of its own. exit of the one that works hands over to the other.`,
          },
          { heading: 'ENVIRONMENT', text: variables },
          { heading: 'EXIT STATUS', text: exitStatusPage },
        ],
      },
    },
    {
      program: replayProgram(
        () => terminal,
        () => undefined,
      ),
      subject: 'journal',
      supplement: {
        section: 1,
        purpose: 'answers questions from the journal of an ovs-vtep',
        seeAlso: ['ovs-vtep(8)', 'vtep-diff(1)', 'vtep(5)', 'ovs-fields(7)', 'ovs-actions(7)'],
        sections: [
          {
            heading: 'JOURNALS AND POSITIONS',
            text: `JOURNAL is a file, or the name of a switch, whose default journal is meant. One that is being written can be read.

A position is the number of an entry, HEAD for the last one, HEAD~3 for three before it, a time (03:12, 2026-11-24T03:12), or a time back from now (-10m) or from the last entry (HEAD-10m).`,
          },
          { heading: 'ENVIRONMENT', text: `${variables}\n\nNO_COLOR: no colours, also on a terminal.` },
          { heading: 'EXIT STATUS', text: exitStatusPage },
        ],
      },
    },
    {
      program: diffProgram(
        () => terminal,
        () => undefined,
      ),
      subject: 'file',
      supplement: {
        section: 1,
        purpose: 'compares what a hardware_vtep database asks for with what a switch does',
        seeAlso: ['ovs-vtep(8)', 'vtep-replay(1)', 'vtep(5)', 'ovs-ofctl(8)', 'ovsdb(5)'],
        sections: [
          { heading: 'SOURCES', text: sources },
          { heading: 'EXIT STATUS', text: exitStatusPage },
          { heading: 'ENVIRONMENT', text: `${variables}\n\nNO_COLOR: no colours, also on a terminal.` },
        ],
      },
    },
  ]
}
