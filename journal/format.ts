import { createHash } from 'node:crypto'

/** SQLite's application_id of our files: "VTEP". */
export const applicationId = 0x56544550

/** The format this program writes; it reads none that is newer. */
export const formatVersion = 2

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

/**
 * Since format 2. \`piece\` has the texts of a state (see \`piecesOf\`), at first of one that is not finished; its row in
 * \`snapshot\` comes last, and makes it count.
 */
export const snapshotSchema = `
  create table snapshot (
    seq integer primary key,
    at_ms integer not null,
    chain blob not null,
    pieces integer not null,
    digest blob not null
  ) strict;
  create table piece (
    seq integer not null,
    number integer not null,
    body text not null,
    primary key (seq, number)
  ) strict;
`

/** The chain before the first entry. */
export const chainStart = Buffer.alloc(32)

/** The last entry of a journal. */
export interface Tip {
  readonly seq: number
  readonly chain: Buffer
}

/** Where there is none. */
export const noTip: Tip = { seq: 0, chain: chainStart }

/** SHA-256 over the chain so far and the entry: shows damage and casual edits, not an owner who rewrites it all. */
export function chainOf(before: Buffer, seq: number, atMs: number, body: string): Buffer {
  return createHash('sha256').update(before).update(`${seq} ${atMs} `).update(body).digest()
}

/**
 * What is wrong: another process writes it; it is no journal of ours; it is one of a newer program; what it holds is
 * damaged; or it can't be read or written now, which may pass.
 */
export type Trouble = 'locked' | 'foreign' | 'newer' | 'damaged' | 'unusable'

/** A file that can't be used as a journal; the message names the file and says why. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
  readonly trouble: Trouble
  /** The damaged entry; null: not one alone. */
  readonly seq: number | null

  constructor(message: string, trouble: Trouble = 'unusable', seq: number | null = null) {
    super(message)
    this.trouble = trouble
    this.seq = seq
  }
}

/** The file that whoever writes a journal has locked. */
export function lockFileOf(file: string): string {
  return `${file}.lock`
}
