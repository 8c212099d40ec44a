import t from 'tap'
import { parseArguments } from '../../bin/daemon/arguments.js'
import { type Arguments } from '../../bin/daemon/asked.js'
import { noLimits } from '../../lib/model/limits.js'
import { UsageError } from '../../bin/command-line/usage-error.js'

process.env['OVS_RUNDIR'] = '/run/test'
process.env['OVS_LOGDIR'] = '/log/test'
process.env['OVS_DBDIR'] = '/db/test'

const NO_TLS = {
  privateKey: null,
  certificate: null,
  caCert: null,
  isBootstrap: false,
  oldest: 'TLSv1.2',
  newest: 'TLSv1.3',
  ciphers: null,
} as const
const DEFAULTS: Arguments = {
  physicalSwitch: 'br0',
  isOneOfSeveral: false,
  db: 'unix:/run/test/db.sock',
  vtepDb: 'unix:/run/test/db.sock',
  access: { tls: NO_TLS, isLeaderOnly: true },
  journal: '/db/test/vtep/br0.journal',
  retention: { keepMs: 30 * 86_400_000, maxBytes: 2 ** 30 },
  macAgingSeconds: 300,
  limits: noLimits,
  acceptsAnyPeer: false,
  suppressesArp: true,
  statisticsIntervalSeconds: 5,
  auditIntervalSeconds: 60,
  isStandby: false,
  isDryRun: false,
  detach: false,
  chdir: true,
  monitor: false,
  pidfile: null,
  overwritePidfile: false,
  controlSocket: null,
  logFile: null,
  isLogJson: false,
  metrics: null,
  verbose: [],
}
const PIDFILE = '/run/test/ovs-vtep.pid'
const LOG_FILE = '/log/test/ovs-vtep.log'

/** Words of a command line, split at blanks. */
const words = (line: string): string[] => (line === '' ? [] : line.split(' '))

const RUNS: Readonly<Record<string, Partial<Arguments>>> = {
  br0: {},
  '-- br0': {},
  '-- -br0': { physicalSwitch: '-br0', journal: '/db/test/vtep/-br0.journal' },
  '-': { physicalSwitch: '-', journal: '/db/test/vtep/-.journal' },
  '--log-file= --pidfile= --detach --no-chdir br0': { detach: true, chdir: false },
  '--pidfile b.pid --log-file /a/b.log br0': { pidfile: '/run/test/b.pid', logFile: '/a/b.log' },
  'br0 -v info console:off --detach': { verbose: ['info', 'console:off'], detach: true },
  '--pidfile a -v info br0': { pidfile: '/run/test/a', verbose: ['info'] },
  '--d --p --m br0': { detach: true, pidfile: PIDFILE, monitor: true },
  'br0 -vconsole:off --detach --no-chdir --pidfile --log-file': {
    verbose: ['console:off'],
    detach: true,
    chdir: false,
    pidfile: PIDFILE,
    logFile: LOG_FILE,
  },
  '--standby br0': { isStandby: true },
  '--pidfile --detach br0': { pidfile: PIDFILE, detach: true },
  '--pidfile br0': { pidfile: PIDFILE },
  '--log-file br0': { logFile: LOG_FILE },
  '--log-file br0 --pidfile': { logFile: LOG_FILE, pidfile: PIDFILE },
  '--pidfile=/a/b.pid --log-file=/a/b.log br0': { pidfile: '/a/b.pid', logFile: '/a/b.log' },
  '--pidfile=b.pid br0': { pidfile: '/run/test/b.pid' },
  '--pid br0': { pidfile: PIDFILE },
  '--log=/a br0': { logFile: '/a' },
  '-v br0': { verbose: [''] },
  '--verbose br0': { verbose: [''] },
  '-vjsonrpc:file:dbg br0': { verbose: ['jsonrpc:file:dbg'] },
  '-vdbg -vsyslog:off br0': { verbose: ['dbg', 'syslog:off'] },
  '--verb=PATTERN:file:%m br0 -vANY:off': { verbose: ['PATTERN:file:%m', 'ANY:off'] },
  '--monitor --overwrite-pidfile br0': { monitor: true, overwritePidfile: true },
  '--detach br0 --monitor': { detach: true, monitor: true },
  '--root-prefix / br0 --root-prefix=/x': {},
  '--unixctl c.ctl br0': { controlSocket: '/run/test/c.ctl' },
  '--unixctl=/tmp/c.ctl br0': { controlSocket: '/tmp/c.ctl' },
  '--db tcp:[::1]:6640 br0': { db: 'tcp:[::1]:6640', vtepDb: 'tcp:[::1]:6640' },
  '--db=unix:/a --vtep-db=unix:/b=c br0': { db: 'unix:/a', vtepDb: 'unix:/b=c' },
  '-p /k -c/c --ca-cert=/a br0': {
    access: { tls: { ...NO_TLS, privateKey: '/k', certificate: '/c', caCert: '/a' }, isLeaderOnly: true },
  },
  '-C none --ssl-protocols=TLSv1.2 br0': {
    access: { tls: { ...NO_TLS, caCert: 'none', newest: 'TLSv1.2' }, isLeaderOnly: true },
  },
  '--bootstrap-ca-cert /a --ssl-protocols TLSv1.3,TLSv1.2,TLSv1.1 br0 --ssl-ciphers=HIGH': {
    access: {
      tls: { ...NO_TLS, caCert: '/a', isBootstrap: true, oldest: 'TLSv1.1', ciphers: 'HIGH' },
      isLeaderOnly: true,
    },
  },
  '--no-leader-only br0 --vtep-db=tcp:a,tcp:b': {
    vtepDb: 'tcp:a,tcp:b',
    access: { tls: NO_TLS, isLeaderOnly: false },
  },
  '--journal /j br0': { journal: '/j' },
  '--accept-any-peer br0': { acceptsAnyPeer: true },
  '--no-arp-suppression br0': { suppressesArp: false },
  '--max-macs=1000 --max-learned 9999999 --max-learned-per-port=1 --max-tunnels=0 br0': {
    limits: { macs: 1000, learned: 9_999_999, learnedPerPort: 1, tunnels: null },
  },
  '--mac-aging 1 br0': { macAgingSeconds: 1 },
  'br0 --mac-aging=65535': { macAgingSeconds: 65535 },
  '--mac-aging=1 --mac-aging=2 br0': { macAgingSeconds: 2 },
}

t.test('command lines', async (t) => {
  for (const [line, expected] of Object.entries(RUNS)) {
    t.strictSame(parseArguments(words(line)), { kind: 'run', arguments: { ...DEFAULTS, ...expected } }, line)
  }
})

const ERRORS: Readonly<Record<string, string>> = {
  '': 'missing argument PS-NAME',
  '--detach': 'missing argument PS-NAME',
  'br0 br0': "unexpected argument 'br0'",
  '--all br0': '--all is for every switch: name none beside it',
  '--journal=x br0 br1': '--journal needs one PS-NAME; several switches are given',
  '--bogus br0': "unknown option '--bogus'",
  '-x br0': "unknown option '-x'",
  '--ma br0':
    "ambiguous option '--ma': could be --mac-aging or --max-macs or --max-learned or --max-learned-per-port or --max-tunnels",
  '--dryrun br0': "unknown option '--dryrun'; did you mean --dry-run?",
  '--macaging=3 br0': "unknown option '--macaging'; did you mean --mac-aging?",
  '-detach br0': "unknown option '-detach'; did you mean --detach?",
  '--detach=yes br0': "option '--detach' takes no value",
  '--help=x br0': "option '--help' takes no value",
  'br0 --db': "option '--db' needs a value",
  '--db --detach br0': "option '--db' needs a value",
  '--db= br0': "option '--db' needs a value",
  '--mac-aging=0 br0': "option '--mac-aging' needs whole seconds from 1 to 65535, not '0'",
  '--mac-aging=65536 br0': "option '--mac-aging' needs whole seconds from 1 to 65535, not '65536'",
  '--mac-aging=1.5 br0': "option '--mac-aging' needs whole seconds from 1 to 65535, not '1.5'",
  '--max-macs=1k br0': "option '--max-macs' needs a number up to 9999999, or 0 for no limit, not '1k'",
  '--max-tunnels=-1 br0': "option '--max-tunnels' needs a number up to 9999999, or 0 for no limit, not '-1'",
  '--mac-aging=5s br0': "option '--mac-aging' needs whole seconds from 1 to 65535, not '5s'",
}

t.test('usage errors are one line that names the option', async (t) => {
  for (const [line, message] of Object.entries(ERRORS)) {
    t.throws(() => parseArguments(words(line)), new UsageError(message), line || 'nothing')
  }
})

t.test('a name with odd bytes stays inside the journal directory', async (t) => {
  const journals = ['../x', '..', 'a/b', 'ä b%'].map((name) => {
    const invocation = parseArguments([name])
    return invocation.kind === 'run' && invocation.arguments.journal
  })
  t.strictSame(journals, [
    '/db/test/vtep/..%2Fx.journal',
    '/db/test/vtep/...journal',
    '/db/test/vtep/a%2Fb.journal',
    '/db/test/vtep/%C3%A4%20b%25.journal',
  ])
})

t.test('texts', async (t) => {
  for (const line of ['--version', '-V', 'br0 --vers']) {
    const shown = parseArguments(words(line))
    t.match(shown, { kind: 'show', text: /^ovs-vtep \d+\.\d+\.\d+\n$/ }, line)
  }
  const help = parseArguments(['-h', '--help', 'br0', 'br1'])
  const text = help.kind === 'show' ? help.text : ''
  t.ok(
    text.split('\n').every((line) => line.length <= 80),
    'help fits into 80 columns',
  )
  const options = `--db=REMOTE --vtep-db=REMOTE --journal=FILE --mac-aging=SECONDS --detach --no-chdir
    --monitor --pidfile[=FILE] --overwrite-pidfile --unixctl=SOCKET --log-file[=FILE] --verbose[=SPEC]
    --root-prefix[=DIR] --help --version PS-NAME`
  for (const option of options.split(/\s+/)) t.ok(text.includes(` ${option} `), `help has ${option}`)
})
