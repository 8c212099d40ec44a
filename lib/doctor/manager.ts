import { shellWords } from '../plan/command.js'
import { type DoctorFinding, fine, wrong } from './finding.js'

/** A row of hardware_vtep's table Manager. */
export interface VtepManager {
  readonly target: string
  readonly isConnected: boolean
  /** Empty: ovsdb-server does not look at this row. */
  readonly status: ReadonlyMap<string, string>
}

/** Connections to or from controllers that hardware_vtep asks for. */
export function managerFindings(managers: readonly VtepManager[]): readonly DoctorFinding[] {
  if (managers.length === 0) return [fine('manager', 'none is set: controllers are to connect by themselves')]
  if (managers.every(({ isConnected, status }) => !isConnected && status.size === 0)) {
    const targets = managers.map(({ target }) => target).join(', ')
    const words = ['-t', 'ovsdb-server', 'ovsdb-server/add-remote', 'db:hardware_vtep,Global,managers']
    return [
      wrong(
        'manager',
        `ovsdb-server does not look at managers, so not at ${targets}`,
        shellWords('ovs-appctl', ...words),
      ),
    ]
  }
  return managers.map(({ target, isConnected, status }) => {
    if (isConnected) return fine('manager', `${target} is connected`)
    if (/^p(?:ssl|tcp):/.test(target)) return fine('manager', `${target} listens, and nobody has come`)
    const reason = status.get('last_error') ?? status.get('state') ?? 'no reason is known'
    return wrong('manager', `${target} is not connected: ${reason}; see to the controller there`, null)
  })
}
