import type { ControlServer } from '../../adapters/unixctl/control-server.js'
import { ControlError } from '../../adapters/unixctl/command-table.js'
import { registerVlogCommands } from '../../adapters/unixctl/vlog-commands.js'
import { packageVersion } from '../../adapters/package-version.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import { didYouMean } from '../../lib/words/closest.js'
import { aclHitsText } from '../../lib/words/acl-hits.js'
import { describeStatus } from '../../lib/words/status.js'
import type { Daemon } from './switch-daemon.js'

/** The commands of `ovs-appctl -t ovs-vtep`, and the signals that end the daemon or renew its log. */
export function registerCommands(control: ControlServer, daemon: Daemon): void {
  registerUsual(control)
  control.register('status', '[--json]', 0, 1, ([option]) => {
    if (option !== undefined && option !== '--json')
      throw new ControlError(`"status" does not know ${option}${didYouMean(option, ['--json'])}`)
    const status = daemon.status()
    const text = () => (option === undefined ? describeStatus(status) : `${JSON.stringify(status)}\n`)
    return { text, json: () => status }
  })
  control.register('acls', '', 0, 0, async () => {
    const hits = await daemon.aclHits()
    return { text: () => aclHitsText(hits), json: () => hits }
  })
  control.register('retry', '', 0, 0, () => {
    daemon.retry()
    return ''
  })
  control.register('exit', '[--cleanup]', 0, 1, async ([option]) => {
    if (option !== undefined && option !== '--cleanup')
      throw new ControlError(`"exit" does not know ${option}${didYouMean(option, ['--cleanup'])}`)
    daemon.stop('exit', option !== undefined)
    await daemon.ended
    return ''
  })
  endOnSignals((signal) => daemon.stop(signal, false))
}

/** What every daemon of Open vSwitch answers. */
export function registerUsual(control: ControlServer): void {
  registerVlogCommands(control, vlog)
  control.register('version', '', 0, 0, () => `ovs-vtep (Open vSwitch) ${packageVersion()}\n`)
}

/** Signals that end the daemon or renew its log. */
export function endOnSignals(stop: (signal: string) => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal))
  process.on('SIGHUP', () => vlog.reopen())
}
