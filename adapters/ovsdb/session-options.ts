import type { BackoffRangeMs } from './backoff.js'
import type { Remote } from './remote.js'
import type { TableColumns } from './schema.js'
import type { TlsFiles } from './tls.js'

export interface SessionOptions {
  /** The servers of the database, one at least. They are tried in turn. */
  readonly remotes: readonly Remote[]
  /** Of a cluster only the leader will do, and no relay; default true. */
  readonly isLeaderOnly?: boolean
  readonly database: string
  /** The columns to monitor; columns may be missing, tables only where they are among `tablesThatMayLack`. */
  readonly tables: TableColumns
  readonly tablesThatMayLack?: ReadonlySet<string>
  /** A lock of the server to hold while connected: an <id>, that is letters, digits and underscores. */
  readonly lock?: string
  /** Needed for ssl: remotes. */
  readonly tls?: TlsFiles | null
  /** How long the server may be silent before it is asked for an echo, and again until it is given up; 0: for ever. */
  readonly probeIntervalMs?: number
  readonly backoffMs?: BackoffRangeMs
  /** How long a transaction may take before its outcome is called unknown; 0: for ever. */
  readonly transactTimeoutMs?: number
  /** Numbers in [0, 1) for the jitter of the backoff. */
  readonly random?: () => number
}
