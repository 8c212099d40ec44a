import { isUuid } from '../../lib/model/uuid.js'
import { ProtocolError } from './errors.js'
import type { TableColumns } from './schema.js'
import {
  readContents,
  readContents2,
  readUpdates,
  readUpdates2,
  type TableUpdates,
  type WireTables,
} from './table-updates.js'
import { arrayOf, excerpt, stringOf } from './wire-checks.js'

/** "No transaction": a server that keeps no history reports it, and asked for it sends the full contents. */
export const noTxnId = '00000000-0000-0000-0000-000000000000'

export interface MonitorNotification {
  readonly lastTxnId: string
  readonly updates: TableUpdates
}

/** What happened since the transaction that was asked for, or the full contents; tables without rows may be missing. */
export type MonitorReply = MonitorNotification | { readonly lastTxnId: string; readonly contents: WireTables }

/** One of the three ways to monitor a database; they differ in names and formats only. */
export interface MonitorDialect {
  readonly method: string
  /** The method of the notifications that follow. */
  readonly notification: string
  /** What follows database, monitor id and monitor requests in the parameters. */
  extraParams(lastTxnId: string): readonly unknown[]
  readReply(result: unknown): MonitorReply
  /** Reads a notification's parameters behind the monitor id. */
  readNotification(params: readonly unknown[]): MonitorNotification
}

const monitorCondSince: MonitorDialect = {
  method: 'monitor_cond_since',
  notification: 'update3',
  extraParams: (lastTxnId) => [lastTxnId],
  readReply: (result) => {
    const [isFound, lastTxnId, updates] = arrayOf(result, 'reply to monitor_cond_since')
    if (typeof isFound !== 'boolean') throw new ProtocolError(`<found> is not a boolean: ${excerpt(isFound)}`)
    if (isFound) return readSince([lastTxnId, updates])
    return { lastTxnId: txnIdOf(lastTxnId), contents: readContents2(updates) }
  },
  readNotification: readSince,
}

const monitorCond: MonitorDialect = {
  method: 'monitor_cond',
  notification: 'update2',
  extraParams: () => [],
  readReply: (result) => ({ lastTxnId: noTxnId, contents: readContents2(result) }),
  readNotification: ([updates]) => ({ lastTxnId: noTxnId, updates: readUpdates2(updates) }),
}

const monitor: MonitorDialect = {
  method: 'monitor',
  notification: 'update',
  extraParams: () => [],
  readReply: (result) => ({ lastTxnId: noTxnId, contents: readContents(result) }),
  readNotification: ([updates]) => ({ lastTxnId: noTxnId, updates: readUpdates(updates) }),
}

/** The best first: monitor_cond_since needs OVS 2.12, monitor_cond 2.6, monitor is RFC 7047's. */
export const monitorDialects: readonly MonitorDialect[] = [monitorCondSince, monitorCond, monitor]

/** <monitor-requests> for every row of `tables` and every kind of change. */
export function monitorRequests(tables: TableColumns): Readonly<Record<string, unknown>> {
  const select = { initial: true, insert: true, delete: true, modify: true }
  return Object.fromEntries(Object.entries(tables).map(([table, columns]) => [table, [{ columns, select }]]))
}

function readSince([lastTxnId, updates]: readonly unknown[]): MonitorNotification {
  return { lastTxnId: txnIdOf(lastTxnId), updates: readUpdates2(updates) }
}

/** It goes back to other servers, so it is looked at when it comes. */
function txnIdOf(value: unknown): string {
  const text = stringOf(value, '<last-txn-id>')
  if (!isUuid(text)) throw new ProtocolError(`<last-txn-id> is not a UUID: ${excerpt(text)}`)
  return text
}
