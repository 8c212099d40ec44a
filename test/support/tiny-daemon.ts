/** A daemon that does nothing but behave as one, with the command line of ovs-vtep. PS-NAME `broken` can't start. */
import { claimPidfile } from '../../adapters/pidfile.js'
import { controlSocket } from '../../adapters/paths.js'
import { daemonize } from '../../adapters/daemon/daemonize.js'
import { ControlServer } from '../../adapters/unixctl/control-server.js'
import { registerVlogCommands } from '../../adapters/unixctl/vlog-commands.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import { parseArguments } from '../../bin/daemon/arguments.js'
import { type Arguments } from '../../bin/daemon/asked.js'

const log = vlog.module('tiny')

async function start(options: Arguments): Promise<ControlServer> {
  if (options.pidfile !== null) claimPidfile(options.pidfile, options.overwritePidfile)
  const control = new ControlServer()
  registerVlogCommands(control, vlog)
  control.register('version', '', 0, 0, () => 'ovs-vtep (Open vSwitch) 0.1.0')
  control.register('echo', 'TEXT...', 1, 3, (texts) => texts.join(' '))
  control.register('cwd', '', 0, 0, () => process.cwd())
  control.register('log', 'TEXT', 1, 1, ([text = '']) => {
    log.info(text)
    return ''
  })
  control.register('fail', '', 0, 0, () => Promise.reject(new Error('it did not work')))
  control.register('die', 'STATUS', 1, 1, ([status]) => process.exit(Number(status)))
  await control.listen(options.controlSocket ?? controlSocket(process.pid))
  if (options.physicalSwitch === 'broken') throw new Error("couldn't find OVS bridge broken")
  if (options.physicalSwitch === 'crashing') process.exit(3)
  return control
}

async function main(options: Arguments): Promise<void> {
  for (const spec of options.verbose) vlog.set(spec)
  const startup = await daemonize({
    ...options,
    openLog: () => options.logFile !== null && vlog.openFile(options.logFile),
    restartIntervalMs: Number(process.env['TINY_RESTART_MS'] ?? 10_000),
  })
  try {
    const control = await start(options)
    const end = (): void => void control.close().then(() => process.exit(0))
    control.register('exit', '[--cleanup]', 0, 1, () => {
      setImmediate(end)
      return ''
    })
    process.on('SIGTERM', end).on('SIGINT', end)
    log.info('started')
    await startup.ready()
  } catch (error) {
    await startup.failed(`ovs-vtep: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(1)
  }
}

const invocation = parseArguments(process.argv.slice(2))
if (invocation.kind === 'run') await main(invocation.arguments)
