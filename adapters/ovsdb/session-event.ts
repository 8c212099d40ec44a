import type { Remote } from './remote.js'
import type { DatabaseSchema } from './schema.js'
import type { TableUpdates, WireTables } from './table-updates.js'

/**
 * What a session reports. Each connection gives, in this order: one Connected, one Contents (or one Updated
 * when the server could resume), any number of Updated, and Disconnected. An attempt that failed gives
 * Disconnected alone. LockChanged comes anywhere between Connected and Disconnected.
 */
export type SessionEvent =
  Connected | Contents | Updated | { readonly kind: 'LockChanged'; readonly isHeld: boolean } | Disconnected

/** The database is there, at `remote`. `missing` are the wanted columns its schema lacks, as 'Table.column'. */
export interface Connected {
  readonly kind: 'Connected'
  readonly remote: Remote
  readonly schema: DatabaseSchema
  readonly missing: readonly string[]
}

/** All rows of all monitored tables, also of the empty ones; a row may leave out columns with default values. */
export interface Contents {
  readonly kind: 'Contents'
  readonly tables: WireTables
}

/** What one notification of the server said changed, usually one transaction. */
export interface Updated {
  readonly kind: 'Updated'
  readonly updates: TableUpdates
}

/** No server could be used. `isPassing`: one was reached that may be another moment, as in a cluster without a leader. */
export interface Disconnected {
  readonly kind: 'Disconnected'
  readonly reason: string
  readonly isPassing: boolean
}
