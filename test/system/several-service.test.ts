import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Status } from '../../lib/words/status.js'
import { OURS, runToEnd } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { startServiceManager } from '../support/service-manager.js'
import { until } from '../support/until.js'
import { usualUnderlay } from '../support/usual-network.js'

const sandbox = await startSandbox(t, usualUnderlay)
const { vsctl, vtepctl } = sandbox
const manager = await startServiceManager(t, sandbox.directory)
/** Told ten times a second. */
const env = { ...sandbox.daemonEnv, NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '200000' }
const [pidfile, logFile] = [join(sandbox.directory, 'pid'), join(sandbox.directory, 'log')]
const log = (): string => readFileSync(logFile, 'utf8')
const pid = (): number => Number(readFileSync(pidfile, 'utf8'))
const ours = (...args: readonly string[]): ReturnType<typeof runToEnd> => runToEnd(OURS, args, env)
const statuses = async (): Promise<readonly Status[]> =>
  JSON.parse((await ours('status', '--json')).stdout) as readonly Status[]

async function addSwitch(name: string, n: number): Promise<void> {
  const bridge = ['add-br', name, '--', 'set', 'bridge', name, 'datapath_type=dummy', 'fail_mode=secure']
  await vsctl('--no-wait', ...bridge)
  await vtepctl('add-ps', name, '--', 'set', 'Physical_Switch', name, `tunnel_ips=10.9.0.${n}`)
}

/** Of a process that is no child of ours. */
function isThere(process_: number): boolean {
  try {
    return process.kill(process_, 0)
  } catch {
    return false
  }
}

t.test('one process for all switches, of which there are none yet, as a service', async (t) => {
  const list = ['--detach', `--pidfile=${pidfile}`, `--log-file=${logFile}`, '--metrics=127.0.0.1:0', '--all']
  t.match(await ours(...list), { status: 0, stderr: '' })
  const running = pid()
  t.teardown(() => isThere(running) && process.kill(running, 'SIGKILL'))
  t.strictSame(await ours('status'), {
    status: 0,
    stdout: 'no switch: no Physical_Switch row has a bridge of its name here',
    stderr: '',
  })
  t.strictSame(await statuses(), [])
  await addSwitch('gw1', 1)
  await addSwitch('gw2', 2)
  await until('both are in sync', async () => {
    const found = await statuses()
    return found.length === 2 && found.every(({ isInSync }) => isInSync)
  })
  const [, url = ''] = /served at (\S+)/.exec(log()) ?? []
  const metrics = await (await fetch(url)).text()
  for (const name of ['gw1', 'gw2']) t.match(metrics, `vtep_in_sync{switch="${name}"} 1`)
  const skip = spawnSync('systemd-notify', ['--version']).error !== undefined && 'no systemd-notify'
  await t.test('the service manager is told of all', { skip }, async (t) => {
    const told = () => manager.messages().flat()
    await until('it is told of both', () => Promise.resolve(told().includes('STATUS=2 switches, 2 in sync')))
    t.equal(told()[0], 'READY=1')
    t.equal(told()[2], 'STATUS=0 switches, 0 in sync', 'ready without any switch')
  })
  process.kill(running, 'SIGTERM')
  await until('it has ended', () => Promise.resolve(!isThere(running)))
})

t.test('one that was named and is not here is shown, and comes', async (t) => {
  const daemon = await sandbox.startDaemon(['gw1', 'gw9'])
  await until('the one that is here is in sync', async () => {
    const [first] = JSON.parse(await daemon.control('status', '--json')) as readonly Status[]
    return first?.switch === 'gw1' && first.isInSync
  })
  const notHere = 'there is no bridge, or no Physical_Switch row, of this name'
  t.match(await daemon.control('status'), new RegExp(`^switch: gw9 \\(does not work: ${notHere}\\)$`, 'm'))
  await t.rejects(daemon.control('status', 'gw9'), new RegExp(`switch "gw9" does not work: ${notHere}`))
  await addSwitch('gw9', 9)
  await until('it is in sync, too', async () => {
    const found = JSON.parse(await daemon.control('status', '--json')) as readonly Status[]
    return found.length === 2 && found.every(({ isInSync }) => isInSync)
  })
  t.notMatch(await daemon.control('status'), notHere)
  t.equal(await daemon.stop(), 0)
})
