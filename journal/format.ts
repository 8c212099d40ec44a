import { createHash } from 'node:crypto'

/** SQLite's application_id of our files: "VTEP". */
export const applicationId = 0x56544550

/** The format this program writes; it reads none that is newer. */
export const formatVersion = 1

/**
 * One row an entry. `body` is the event as JSON, readable with any SQLite shell; `chain` ties each entry
 * to all before it (see `chainOf`).
 */
export const schema = `
  create table entry (
    seq integer primary key,
    at_ms integer not null,
    type text not null,
    body text not null,
    chain blob not null
  ) strict;
`

/** The chain before the first entry. */
export const chainStart = Buffer.alloc(32)

/** SHA-256 over the chain so far and the entry: shows damage and casual edits, not an owner who rewrites it all. */
export function chainOf(before: Buffer, seq: number, atMs: number, body: string): Buffer {
  return createHash('sha256').update(before).update(`${seq} ${atMs} `).update(body).digest()
}

/** A file that can't be used as a journal; the message names the file and says why. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
}
