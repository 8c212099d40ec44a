import { oneLine } from '../../lib/words/one-line.js'
import type { Vlog } from '../vlog/vlog.js'
import { ControlError } from './command-table.js'
import type { ControlServer } from './control-server.js'

/** Registers the logging commands every OVS daemon has. */
export function registerVlogCommands(control: ControlServer, vlog: Vlog): void {
  const log = vlog.module('vlog')
  control.register('vlog/list', '', 0, 0, () => vlog.list())
  control.register('vlog/list-pattern', '', 0, 0, () => vlog.listPatterns())
  // a mark in the log that tests and scripts set; Open vSwitch does not list it either
  control.register('vlog/message', null, 1, 1, ([text]) => {
    log.info(`user-message: ${oneLine(text ?? '')}`)
    return ''
  })
  control.register('vlog/reopen', '', 0, 0, () => vlog.reopen() ?? '')
  control.register('vlog/close', '', 0, 0, () => {
    vlog.close()
    return ''
  })
  control.register('vlog/set', '{spec | PATTERN:destination:pattern}', 0, Infinity, (specs) => {
    for (const spec of specs.length === 0 ? [''] : specs) refuse(vlog.set(spec))
    return ''
  })
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new ControlError(problem)
}
