import { isUuid } from '../../lib/model/uuid.js'
import type { Connection } from './connection.js'
import { UnfitServerError } from './errors.js'
import { readUpdates, type UncheckedRow } from './table-updates.js'

const monitorId = 'server'
const columns = ['name', 'model', 'connected', 'leader', 'index', 'cid']

/** Which servers of a database will do. It outlives connections, for a server must not be behind another one. */
export interface Standard {
  readonly isLeaderOnly: boolean
  /** The newest index that was seen in the cluster `cid`. */
  cid: string
  index: number
  /** How often in turn a server was refused because it knows less. */
  refusals: number
}

/** No standard yet. */
export function newStandard(isLeaderOnly: boolean): Standard {
  return { isLeaderOnly, cid: '', index: 0, refusals: 0 }
}

/**
 * A member of a cluster catches up within seconds. Where so many refusals in turn changed nothing, what was seen was wrong,
 * and nobody must be kept out by it for ever.
 */
const mostRefusals = 10

/**
 * Watches what a server says of its database in `_Server`, see ovsdb-server(5): a member of a cluster, or a relay, may have lost
 * the others, be no leader, or know less than what was seen already. A server without `_Server` is alone, and will do.
 */
export class ServerWatch {
  readonly #database: string
  readonly #standard: Standard
  #connection: Connection | null = null

  constructor(database: string, standard: Standard) {
    this.#database = database
    this.#standard = standard
  }

  /** Calls `accepted` once, or closes the connection; closes it later when the server will do no more. */
  start(connection: Connection, accepted: () => void): void {
    this.#connection = connection
    const requests = { Database: [{ columns }] }
    connection.call('monitor', ['_Server', monitorId, requests], (error, result) => {
      if (error !== null) accepted()
      else if (this.#judge(result)) accepted()
    })
  }

  /** Takes a notification and says whether it was one for this watch. */
  receive(method: string, [id, updates]: readonly unknown[]): boolean {
    if (method !== 'update' || id !== monitorId) return false
    this.#judge(updates)
    return true
  }

  #judge(updates: unknown): boolean {
    for (const update of Object.values(readUpdates(updates)['Database'] ?? {})) {
      const row = 'insert' in update ? update.insert : 'replace' in update ? update.replace : {}
      if (row['name'] !== this.#database) continue
      const flaw = flawOf(row, this.#standard)
      if (flaw === null) continue
      this.#connection?.close(flaw)
      return false
    }
    return true
  }
}

/** Why the server of `row` will not do; null: it will, and the standard rises to what it knows. */
function flawOf({ model, connected, leader, index, cid }: UncheckedRow, standard: Standard): Error | null {
  if (model !== 'clustered' && model !== 'relay') return null
  const { isLeaderOnly } = standard
  if (model === 'relay' && isLeaderOnly) return new Error('a relay, which only --no-leader-only takes')
  if (connected !== true)
    return new UnfitServerError(model === 'relay' ? 'a relay without its source' : 'cut off from its cluster')
  if (isLeaderOnly && leader !== true) return new UnfitServerError('not the leader of its cluster')
  const cluster = clusterOf(cid)
  if (!Number.isSafeInteger(index) || cluster === null) return null
  const known = Number(index)
  if (cluster !== standard.cid || standard.refusals >= mostRefusals)
    Object.assign(standard, { cid: cluster, index: known })
  if (known < standard.index) {
    standard.refusals++
    return new UnfitServerError(`stale: it knows up to index ${known}, and ${standard.index} was seen`)
  }
  Object.assign(standard, { index: known, refusals: 0 })
  return null
}

function clusterOf(cid: unknown): string | null {
  const [tag, uuid] = Array.isArray(cid) ? (cid as readonly unknown[]) : []
  return tag === 'uuid' && typeof uuid === 'string' && isUuid(uuid) ? uuid : null
}
