import { ownCookies } from '../../lib/model/identity.js'

/**
 * OpenFlow 1.4 messages (ONF TS-012, 7.2 and 7.3.5) as hexadecimal digits, for what `ovs-ofctl monitor` can be
 * told to send. `xid`: the transaction that the reply names, 1 to 2^32 - 1.
 */

/** What all flows of `table` that bear our mark have counted, one by one. */
export function flowStatistics(xid: number, table: number): string {
  return statistics(xid, 1, table)
}

/** The same, added up. */
export function aggregateStatistics(xid: number, table: number): string {
  return statistics(xid, 2, table)
}

/** Answered after everything before it. */
export function barrier(xid: number): string {
  return header(20, 8, xid)
}

const version = '05'
const any = 'ffffffff'
const everything = `00010004${'00'.repeat(4)}`

function statistics(xid: number, type: number, table: number): string {
  const padding = '00'.repeat(4)
  const kind = `${digits(type, 4)}0000${padding}`
  const filter = `${digits(table, 2)}000000${any}${any}${padding}${ownCookies.value}${ownCookies.mask}`
  return `${header(18, 56, xid)}${kind}${filter}${everything}`
}

function header(type: number, length: number, xid: number): string {
  return `${version}${digits(type, 2)}${digits(length, 4)}${digits(xid, 8)}`
}

function digits(value: number, count: number): string {
  return value.toString(16).padStart(count, '0')
}
