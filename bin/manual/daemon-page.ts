import { DaemonMetrics } from '../../adapters/metrics/daemon-metrics.js'
import { daemonExamples } from '../daemon/daemon-examples.js'
import { environmentOfDaemon, exitStatusSection } from './shared-sections.js'
import { explainedTexts, type Section, shown, type Supplement } from './supplement.js'

const management: Section = {
  heading: 'RUNTIME MANAGEMENT COMMANDS',
  text: [
    'ovs-vtep COMMAND PS-NAME finds the daemon of that switch and asks it. ovs-appctl -t ovs-vtep COMMAND asks the one with the usual pidfile.',
    explainedTexts(
      'status [--json]',
      'Whether it is connected and in sync, what it could not make, and why.',
    ),
    explainedTexts('retry', 'Tries again at once what the switch or hardware_vtep refused.'),
    explainedTexts(
      'exit [--cleanup]',
      'Ends. Forwarding stays as it is. With --cleanup everything of ours is removed, and nothing else.',
    ),
    explainedTexts(
      'version, list-commands, vlog/list, vlog/list-pattern, vlog/set, vlog/reopen, vlog/message',
      'As of every Open vSwitch daemon.',
    ),
    'With ovs-appctl --format json (Open vSwitch 3.4 and newer) all of them answer in JSON.',
  ].join('\n\n'),
}

const signals: Section = {
  heading: 'SIGNALS',
  text: [
    explainedTexts('SIGTERM, SIGINT', 'end it as exit does'),
    explainedTexts('SIGHUP', 'has the log file opened anew'),
  ].join('\n\n'),
}

const several: Section = {
  heading: 'SEVERAL SWITCHES',
  text: 'With several PS-NAMEs, or with --all, one process works for several switches over one connection to each database. Each switch has its own journal. Log lines begin with its name, metrics have the label switch, and status, acls, retry and exit take its name. The trouble of one is nobody else’s. --journal, --standby and --dry-run need one PS-NAME.',
}

const standby: Section = {
  heading: 'STANDBY',
  text: `Of two daemons for one switch that were both started with --standby, one works and the other stands by. The lock ovs_vtep_NAME of the server of Open_vSwitch decides which one works. Of NAME, all but letters and digits are written _XX. Both share the journal. Each needs a --pidfile and a --log-file of its own. exit of the one that works hands over to the other.`,
}

const limits: Section = {
  heading: 'LIMITS',
  text: `Above --max-macs and --max-tunnels, the addresses that sort first as text are used, in whatever order they arrived. Each of the others is a problem in status, and switch_fault_status says mac_table_exhaustion or tunnel_exhaustion until there is room.

The switch itself enforces --max-learned and --max-learned-per-port. The bindings share a limit in equal parts, whose number is rounded up to a power of two. A new MAC beyond the share of its binding is not learned, and frames to it are flooded.`,
}

const requests: Section = {
  heading: 'ARP AND NEIGHBOUR DISCOVERY',
  text: `A broadcast ARP request or a neighbour solicitation from a binding is answered here if a row of Ucast_Macs_Remote has the address in ipaddr and frames to its MAC have somewhere to go. If a station here has said that the address is its own, the request goes to that station alone; if the same host asks again within 3 seconds, it goes to everybody. ARP probes, gratuitous ARP and duplicate address detection always go to everybody. --no-arp-suppression lets all of them go to everybody.

The address that a learned MAC claims is reported in Ucast_Macs_Local.ipaddr: of several an IPv4 address, then the lowest. What stations claim never counts against the rows of the controller.`,
}

const files: Section = {
  heading: 'FILES',
  text: [
    explainedTexts(
      '/var/lib/openvswitch/vtep/PS-NAME.journal',
      'the journal, see ovs-vtep-journal(5), --journal',
    ),
    explainedTexts(
      'PS-NAME.journal-wal, PS-NAME.journal-shm',
      'what SQLite keeps beside it while it is open; belongs to the journal',
    ),
    explainedTexts(
      'PS-NAME.journal.torn-TIME, .damaged-TIME, .swapped-TIME, .other-TIME',
      'a journal that was cut off, damaged, replaced or did not fit; kept for you, never read again',
    ),
    explainedTexts('/var/run/openvswitch/ovs-vtep.pid', 'the pidfile, with --pidfile'),
    explainedTexts('/var/run/openvswitch/ovs-vtep.PID.ctl', 'the control socket, see --unixctl'),
    explainedTexts('/var/run/openvswitch/db.sock', 'the server of both databases, see --db and --vtep-db'),
    explainedTexts('/var/log/openvswitch/ovs-vtep.log', 'the log file, with --log-file'),
    explainedTexts(
      '/etc/default/ovs-vtep, /etc/default/ovs-vtep-PS-NAME',
      'OVS_VTEP_OPTIONS of the systemd service ovs-vtep@PS-NAME: for all switches, and for one',
    ),
  ].join('\n\n'),
}

const examples: Section = {
  heading: 'EXAMPLES',
  text: daemonExamples.map(([command, purpose]) => `${purpose}\n\n${shown([command])}`).join('\n\n'),
}

/** What ovs-vtep(8) says beside the options. */
export function daemonPage(): Supplement {
  return {
    section: 8,
    purpose: 'VTEP emulator for Open vSwitch',
    sections: [
      management,
      signals,
      several,
      standby,
      limits,
      requests,
      metricsSection(),
      files,
      environmentOfDaemon,
      exitStatusSection,
      examples,
    ],
    seeAlso: [
      'vtep-diff(1)',
      'vtep-replay(1)',
      'ovs-vtep-journal(5)',
      'ovs-vtep-pipeline(7)',
      'vtep(5)',
      'vtep-ctl(8)',
      'ovs-vswitchd(8)',
      'ovs-appctl(8)',
    ],
  }
}

function metricsSection(): Section {
  const told = new DaemonMetrics().told()
  const list = told.map(({ name, labels, help }) =>
    explainedTexts(labels.length === 0 ? name : `${name}{${labels.join(',')}}`, help),
  )
  return {
    heading: 'METRICS',
    text: [
      'With --metrics these are served in the text format of Prometheus, beside those of every Node.js process. No label is a MAC or a row.',
      ...list,
    ].join('\n\n'),
  }
}
