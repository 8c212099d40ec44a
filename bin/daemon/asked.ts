import type { MetricsAddress } from '../../adapters/metrics/metrics-server.js'
import type { Retention } from '../../journal/retention.js'
import type { Limits } from '../../lib/model/limits.js'
import type { Access } from '../command-line/connection-options.js'

/** What a command line of ovs-vtep asks for. Files are absolute. */

export interface Arguments {
  /** Name of the Physical_Switch row and of its bridge. */
  readonly physicalSwitch: string
  /** OVSDB connection methods, such as `unix:/run/db.sock`; those of a cluster's members separated by commas. */
  readonly db: string
  readonly vtepDb: string
  readonly access: Access
  readonly journal: string
  readonly retention: Retention
  /** 1 to 65535. */
  readonly macAgingSeconds: number
  readonly limits: Limits
  /** Known VNIs are taken from any VTEP. */
  readonly acceptsAnyPeer: boolean
  readonly suppressesArp: boolean
  /** 1 to 65535; 0 for never. */
  readonly statisticsIntervalSeconds: number
  /** 1 to 65535; 0 for never. */
  readonly auditIntervalSeconds: number
  /** Others are worked for in the same process: what is said says which. */
  readonly isOneOfSeveral: boolean
  /** Works only while it holds the lock of its switch. */
  readonly isStandby: boolean
  /** Nothing is changed: what would be done is said. */
  readonly isDryRun: boolean
  readonly detach: boolean
  /** Change to `/` when detached. */
  readonly chdir: boolean
  readonly monitor: boolean
  /** null for none. */
  readonly pidfile: string | null
  readonly overwritePidfile: boolean
  /** null for the one named by the pid. */
  readonly controlSocket: string | null
  /** null for none. */
  readonly logFile: string | null
  readonly isLogJson: boolean
  /** null for nowhere. */
  readonly metrics: MetricsAddress | null
  /** Specs of `-v` in their order; the empty one means everything at dbg. Not yet looked into. */
  readonly verbose: readonly string[]
}
