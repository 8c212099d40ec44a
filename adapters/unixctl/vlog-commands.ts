import type { Vlog } from '../vlog/vlog.js'
import { CommandError } from './command-table.js'
import type { ControlServer } from './control-server.js'

/** Registers the logging commands every OVS daemon has. */
export function registerVlogCommands(control: ControlServer, vlog: Vlog): void {
  control.register('vlog/list', '', 0, 0, () => vlog.list())
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
  if (problem !== undefined) throw new CommandError(problem)
}
