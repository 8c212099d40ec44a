import { join } from 'node:path'
import { defer, type Observable, retry, timer } from 'rxjs'
import { dial } from '../ovsdb/dial.js'
import { rundir } from '../paths.js'

const pollMs = 50

/**
 * Emits once, when ovs-vswitchd takes OpenFlow connections for `bridge`. Asking is a connection to its
 * socket and no process, so it may be asked often: how soon forwarding is back depends on it.
 */
export function reachable(bridge: string): Observable<void> {
  return defer(() => connected(join(rundir(), `${bridge}.mgmt`))).pipe(retry({ delay: () => timer(pollMs) }))
}

function connected(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = dial({ kind: 'unix', path })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}
