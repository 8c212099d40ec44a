import t from 'tap'
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { OURS, runToEnd } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [] })
const vtep = (...args: readonly string[]): ReturnType<typeof runToEnd> =>
  runToEnd(OURS, args, sandbox.daemonEnv)
const pidfile = join(sandbox.directory, 'ovs-vtep.pid')
const logFile = join(sandbox.directory, 'ovs-vtep.log')
const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '')

/** As a service manager or a person stops it: through the pidfile. */
async function exit(): Promise<void> {
  await sandbox.appctl('ovs-vtep', 'exit')
  await until('the pidfile is gone', () => !existsSync(pidfile))
}

await t.test('answers that need no switch', async (t) => {
  const version = await vtep('--version')
  t.match(version, { status: 0, stdout: /^ovs-vtep \S*\d/ })
  t.match(await vtep('--help'), { status: 0, stdout: /--mac-aging/ })
  t.match(await vtep(), { status: 64 }, 'the physical switch is missing')
  t.match(await vtep('br0', '--no-such-option'), { status: 64 })
})

await t.test(
  '--detach with a configuration that cannot work: one line, status 1, nothing left',
  async (t) => {
    const noRow = await vtep('br0', '--detach', '--pidfile', '--log-file')
    t.equal(noRow.status, 1)
    t.equal(lines(noRow.stderr).length, 1, noRow.stderr)
    t.match(noRow.stderr, /br0/)

    await sandbox.addPhysicalSwitch()
    await sandbox.vtepctl('add-ps', 'br9', '--', 'set', 'Physical_Switch', 'br9', 'tunnel_ips=10.2.2.9')
    const noBridge = await vtep('br9', '--detach', '--pidfile', '--log-file')
    t.equal(noBridge.status, 1)
    t.equal(lines(noBridge.stderr).length, 1, noBridge.stderr)
    t.match(noBridge.stderr, /br9/)
    t.notOk(existsSync(pidfile))
    await sandbox.vtepctl('del-ps', 'br9')
  },
)

await t.test('the physical switch may be named first or last', async (t) => {
  for (const args of [
    // with blanks, as the Python one's parser takes them
    ['br0', '--detach', '--pidfile', pidfile, '--log-file', logFile, '-v', 'console:off', 'any:file:dbg'],
    ['br0', '--detach', '--pidfile', '--log-file'],
    ['--detach', `--pidfile=${pidfile}`, `--log-file=${logFile}`, '-vconsole:off', 'br0'],
  ]) {
    t.match(await vtep(...args), { status: 0, stderr: '' }, args.join(' '))
    t.ok(existsSync(pidfile), 'the pidfile is there on return')
    await exit()
  }
})

await t.test('the control socket', async (t) => {
  t.match(await vtep('br0', '--detach', '--pidfile', '--log-file'), { status: 0 })
  t.match(await sandbox.appctl('ovs-vtep', 'version'), /^ovs-vtep /)
  const commands = await sandbox.appctl('ovs-vtep', 'list-commands')
  for (const name of ['exit', 'help', 'list-commands', 'version', 'vlog/list', 'vlog/reopen', 'vlog/set']) {
    t.match(commands, new RegExp(`^\\s*${name}\\b`, 'm'))
  }
  await t.rejects(sandbox.appctl('ovs-vtep', 'no/such'), /not a valid command/)

  await sandbox.appctl('ovs-vtep', 'vlog/set', 'any:file:dbg')
  t.match(await sandbox.appctl('ovs-vtep', 'vlog/list'), /DBG/)
  await t.rejects(sandbox.appctl('ovs-vtep', 'vlog/set', 'any:nowhere:dbg'))

  const own = await sandbox.appctl('ovs-vtep', 'status')
  t.match(
    await vtep('status', 'br0'),
    { status: 0, stdout: own.split('\n')[0] ?? '' },
    'by the name of its switch',
  )
  t.match(await vtep('status'), { status: 0, stdout: /^switch: br0/m }, 'the only one')
  t.match(JSON.parse((await vtep('status', 'br0', '--json')).stdout), { switch: 'br0' })
  t.match(await vtep('status', 'br0', '--jsn'), {
    status: 1,
    stderr: /does not know --jsn; did you mean --json/,
  })
  t.match(await vtep('status', 'br9'), { status: 1, stderr: /no ovs-vtep that runs for "br9" answers/ })
  t.match(await vtep('vlog/set', 'br0', 'any:file:info'), { status: 0, stdout: '' })

  await rename(logFile, `${logFile}.1`)
  await sandbox.appctl('ovs-vtep', 'vlog/reopen')
  t.ok(existsSync(logFile), 'a rotated log is begun anew')

  const second = await vtep('br0', '--detach', '--pidfile')
  t.match(second, { status: 1, stderr: /already running/ }, 'one daemon a pidfile')
  t.match(await vtep('exit', 'br0'), { status: 0 })
  await until('the pidfile is gone', () => !existsSync(pidfile))
})
