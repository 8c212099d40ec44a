import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { words } from '../support/controller.js'
import { startDaemon } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { startServiceManager } from '../support/service-manager.js'
import { commandLine, readUnit } from '../support/service-unit.js'
import { until } from '../support/until.js'

const files = join('dist', 'share', 'ovs-vtep')
const unitFile = join(files, 'ovs-vtep@.service')
const unit = readUnit(unitFile)
const root = mkdtempSync(join(tmpdir(), 'vtep-root-'))
t.teardown(() => rmSync(root, { recursive: true }))
/** Why a test of `program` is skipped; false: it is here. */
const lacks = (program: string): string | false =>
  spawnSync(program, ['--version']).error !== undefined && `no ${program}`
const run = (program: string, ...args: readonly string[]): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

t.test('systemd takes the unit, and finds it well protected', { skip: lacks('systemd-analyze') }, (t) => {
  const instance = join(root, 'ovs-vtep@br0.service')
  // what is looked for when it is started is not here
  const text = readFileSync(unitFile, 'utf8').replace('ExecStart=ovs-vtep', 'ExecStart=true')
  writeFileSync(instance, text)
  t.strictSame(run('systemd-analyze', '--man=no', 'verify', instance), { status: 0, said: '' })
  // exposure in tenths: 0 best, 100 worst
  const { status, said } = run('systemd-analyze', 'security', '--offline=true', '--threshold=20', instance)
  t.equal(status, 0, said)
  t.comment(said.trim().split('\n').at(-1))
  t.end()
})

t.test('systemd makes the user and the directories', { skip: lacks('systemd-sysusers') }, (t) => {
  mkdirSync(join(root, 'etc'))
  t.match(run('systemd-sysusers', `--root=${root}`, join(process.cwd(), files, 'ovs-vtep.sysusers')), {
    status: 0,
  })
  const [, group] =
    /^openvswitch:x:(\d+):ovs-vtep$/m.exec(readFileSync(join(root, 'etc/group'), 'utf8')) ?? []
  t.ok(group, 'the user is in the group')
  const tmpfiles = run(
    'systemd-tmpfiles',
    '--create',
    `--root=${root}`,
    join(process.cwd(), files, 'ovs-vtep.tmpfiles'),
  )
  // who may not change owners is told so
  if (process.getuid?.() === 0) t.strictSame(tmpfiles, { status: 0, said: '' })
  const { stdout } = spawnSync('find', ['-mindepth', '1', '-type', 'd', '-name', '*vtep'], {
    cwd: root,
    encoding: 'utf8',
  })
  t.strictSame(stdout.trim().split('\n').sort(), [
    './run/ovs-vtep',
    './var/lib/openvswitch/vtep',
    './var/log/ovs-vtep',
  ])
  t.end()
})

t.test('logrotate takes its snippet', { skip: lacks('logrotate') }, (t) => {
  const snippet = join(root, 'logrotate')
  copyFileSync(join(files, 'ovs-vtep.logrotate'), snippet)
  chmodSync(snippet, 0o644)
  const { status, said } = run('logrotate', '--debug', '--state', join(root, 'state'), snippet)
  t.equal(status, 0, said)
  t.notMatch(said, /^error/m)
  t.end()
})

/** Nobody, in a group that stands for openvswitch's: as in the unit without any capability. */
const nobody = 65534
const asService = [
  'setpriv',
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  '--clear-groups',
  '--no-new-privs',
  '--bounding-set=-all',
  '--inh-caps=-all',
]
const canBeNobody =
  process.getuid?.() === 0 &&
  spawnSync('setpriv', [...asService.slice(1), 'test', '-r', 'dist/bin/ovs-vtep.js']).status === 0

t.test('the command of the unit', { skip: lacks('systemd-notify') }, async (t) => {
  if (!canBeNobody) t.comment('skipped: running as another user needs root, and a place that others can read')
  // as open-vswitch.conf has it for Open vSwitch's daemons
  process.umask(0o007)
  if (canBeNobody) process.setegid?.(nobody)
  const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
  if (canBeNobody) process.setegid?.(0)
  await sandbox.addPhysicalSwitch()
  await sandbox.vtepctl(
    ...words(
      'add-ls ls0\nset Logical_Switch ls0 tunnel_key=33\nadd-ucast-remote ls0 02:00:00:00:0e:01 10.2.2.3',
    ),
  )
  const manager = await startServiceManager(t, sandbox.directory)
  const own = join(sandbox.directory, 'ovs-vtep', 'br0')
  const state = join(sandbox.directory, 'vtep')
  for (const directory of [own, state]) mkdirSync(directory, { recursive: true })
  for (const directory of [
    join(sandbox.directory, 'commands'),
    join(sandbox.directory, 'ovs-vtep'),
    sandbox.directory,
  ])
    chmodSync(directory, 0o777)
  if (canBeNobody) for (const directory of [own, state]) chownSync(directory, nobody, nobody)
  // bundles wait for a word of ours
  const ofctl = join(sandbox.recorder.binDirectory, 'ovs-ofctl')
  const word = join(sandbox.directory, 'go')
  await rename(ofctl, `${ofctl}.real`)
  writeFileSync(
    ofctl,
    `#!/bin/sh\ncase "$*" in *bundle*) until [ -e '${word}' ]; do sleep 0.05; done;; esac\nexec '${ofctl}.real' "$@"\n`,
  )
  chmodSync(ofctl, 0o755)

  const [text = ''] = unit.get('ExecStart') ?? []
  const [, ...args] = commandLine(text, { t: sandbox.directory, i: 'br0' }, { OVS_VTEP_OPTIONS: [] })
  // nobody could not write what tap would have each process write at its end
  const plainNode = ['env', '-u', 'NODE_OPTIONS', process.execPath]
  const command = [...(canBeNobody ? asService : []), ...plainNode, join('dist', 'bin', 'ovs-vtep.js')]
  const env = {
    ...sandbox.daemonEnv,
    NODE_OPTIONS: '',
    NOTIFY_SOCKET: manager.socket,
    WATCHDOG_USEC: '400000',
  }
  const daemon = await startDaemon(
    t,
    { command, name: 'ovs-vtep', socket: join(own, 'ovs-vtep.ctl') },
    args,
    env,
  )

  await until('the bundle waits', async () => /^under way: /m.test(await daemon.control('status')))
  run('env', `NOTIFY_SOCKET=${manager.socket}`, 'systemd-notify', 'X_NOT_YET=1')
  writeFileSync(word, '')
  await until('it said that it is ready', () => manager.messages().length >= 2)
  const [marker, first] = manager.messages()
  t.strictSame(marker, ['X_NOT_YET=1'], 'not before what was missing is made')
  t.match(first, ['READY=1', 'WATCHDOG=1', /^STATUS=in sync at entry \d+, \d+ flows$/])

  await sandbox.vtepctl(...words('bind-ls br0 p0 0 ls0\nadd-ucast-remote ls0 02:00:00:00:0e:02 nonsense'))
  await until('the status tells of the row', () =>
    manager.messages().some(([, , status = '']) => /, [1-9]\d* problems?/.test(status)),
  )
  t.ok(
    manager
      .messages()
      .slice(1)
      .every((lines) => lines.includes('WATCHDOG=1')),
  )

  t.match(daemon.output(), /^<6>ovs-vtep\|INFO\|.*Planned/m, 'the log is as the journal of systemd takes it')
  if (canBeNobody) {
    const status = readFileSync(`/proc/${daemon.pid}/status`, 'utf8')
    t.match(status, new RegExp(`^Uid:\\t${nobody}\\t`, 'm'))
    t.match(status, /^CapBnd:\t0+$/m)
    t.match(status, /^CapEff:\t0+$/m)
  }
  t.equal(await daemon.stop(), 0, daemon.output())
})
