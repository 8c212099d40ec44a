import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { words } from '../support/controller.js'
import { OURS, runToEnd } from '../support/daemon.js'
import { ask, cures, type Place } from '../support/doctor.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
const mend: Place = { directory: sandbox.directory, env: sandbox.env }

await t.test('what the daemon would refuse', async (t) => {
  await cures(t, mend, {
    check: 'switch',
    text: /no Physical_Switch br0: nothing is bound/,
    command: /^vtep-ctl add-ps br0$/,
  })
  await sandbox.vtepctl(...words('set Physical_Switch br0 tunnel_ips=10.2.2.1'))
  t.match(await ask(sandbox.daemonEnv), { status: 0 }, 'all is well')
  await sandbox.vsctl('set', 'Bridge', 'br0', 'protocols=OpenFlow10,OpenFlow13')
  await cures(t, mend, {
    check: 'protocols',
    text: /allows only OpenFlow10, OpenFlow13/,
    command: /^ovs-vsctl add Bridge br0 protocols OpenFlow14$/,
  })
  await cures(
    t,
    mend,
    { check: 'bridge', text: /no bridge "br 5"/, command: /^ovs-vsctl add-br 'br 5'$/ },
    [],
    'br 5',
  )
  await sandbox.vsctl('del-br', 'br 5')
})

await t.test('whether a daemon runs, and how one is started', async (t) => {
  const said = async () => {
    const { status, findings } = await ask(sandbox.daemonEnv)
    t.equal(status, 0, 'the doctor is asked before a start, too')
    return findings.find(({ check }) => check === 'daemon')
  }
  t.match(await said(), {
    isWrong: false,
    text: /^no ovs-vtep for "br0" answers in .*: what the databases ask for is done when one runs$/,
    command: /^ovs-vtep .*--detach --pidfile --log-file -- br0$/,
  })
  const daemon = await sandbox.startDaemon()
  t.match(await said(), { text: /^ovs-vtep runs for "br0" at /, command: null })
  await daemon.kill()
  t.match(await said(), { text: /^no ovs-vtep for "br0" answers/ })
})

await t.test('a row that can not be realised', async (t) => {
  await sandbox.vtepctl(...words('set Physical_Switch br0 tunnel_ips=nonsense'))
  const { status, findings } = await ask(sandbox.daemonEnv)
  t.equal(status, 2)
  t.match(
    findings.filter(({ check, isWrong }) => check === 'rows' && isWrong),
    [{ text: /nonsense/, command: null }],
  )
  await sandbox.vtepctl(...words('set Physical_Switch br0 tunnel_ips=10.2.2.1'))
})

await t.test('managers', async (t) => {
  await sandbox.vtepctl('set-manager', 'tcp:127.0.0.1:1')
  await cures(t, mend, {
    check: 'manager',
    text: /does not look at managers, so not at tcp:127\.0\.0\.1:1/,
    command: /^ovs-appctl -t ovsdb-server ovsdb-server\/add-remote db:hardware_vtep,Global,managers$/,
  })
  const refused = await until('ovsdb-server has tried', async () => {
    const { findings } = await ask(sandbox.daemonEnv)
    return findings.find(({ check, text }) => check === 'manager' && /is not connected: /.test(text)) ?? null
  })
  t.match(refused, { isWrong: true, command: null })
  await sandbox.vtepctl('set-manager', 'ptcp:0:127.0.0.1')
  await until('it listens', async () => (await ask(sandbox.daemonEnv)).status === 0)
  await sandbox.vtepctl('del-manager')
})

await t.test('versions', async (t) => {
  await sandbox.vsctl('set', 'Open_vSwitch', '.', 'ovs_version=2.0.0')
  const { findings } = await ask(sandbox.daemonEnv)
  t.match(findings[0], {
    check: 'programs',
    isWrong: true,
    text: /but Open vSwitch 2\.0\.0 is running/,
    command: /^systemctl/,
  })
  await sandbox.vsctl('clear', 'Open_vSwitch', '.', 'ovs_version')
})

await t.test('nothing that runs, and what is no use asking', async (t) => {
  const before = await sandbox.recorder.changingCommands()
  const program = (words: readonly string[]) => runToEnd(OURS, ['doctor', ...words], sandbox.daemonEnv)
  t.match(await program([]), { status: 64, stderr: /missing argument PS-NAME/ })
  t.match(await program(['br0', '--bogus']), { status: 64, stderr: /unknown option/ })
  t.match(await program(['br0']), { status: 0, stdout: /^ok {5}bridge: "br0" is there$/m })
  const isVersion = ({ args }: { args: readonly string[] }): boolean => args.includes('--version')
  const since = (await sandbox.recorder.changingCommands()).slice(before.length)
  t.strictSame(
    since.filter((command) => !isVersion(command)),
    [],
    'the doctor changed nothing',
  )
  const env = { ...sandbox.daemonEnv, OVS_RUNDIR: join(sandbox.directory, 'empty') }
  mkdirSync(env.OVS_RUNDIR)
  const { findings } = await ask(env)
  t.match(
    findings.filter(({ isWrong }) => isWrong),
    [
      {
        check: 'permissions',
        text: /db\.sock is not there/,
        command: 'systemctl start openvswitch-switch',
      },
    ],
  )
})
