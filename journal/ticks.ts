import type { Database } from '../adapters/sqlite.js'
import type { LaneName, Tick } from '../lib/history/tick.js'
import { explaining } from './open.js'

/** SQLite checks the types of a strict table when it writes, not when it reads a damaged one. */
type Row = readonly [seq: unknown, atMs: unknown, type: unknown, rows: unknown]

/** A text can only be in a body as what our writer printed: in a string it would have a backslash before its quotes. */
// each row that changed has one
const uuidMark = '"uuid":'
const rowCount = `(octet_length(body) - octet_length(replace(body, '${uuidMark}', ''))) / ${uuidMark.length}`

/** What a timeline shows of at most `limit` entries after this one; a damaged one shows what can be made out. Throws JournalError. */
export function ticksIn(file: string, database: Database, after: number, limit: number): readonly Tick[] {
  const rows = explaining(file, () =>
    database
      .prepare<[number, number], Row>(
        `select seq, at_ms, type,
           case when type in ('VtepUpdated', 'OvsUpdated') then ${rowCount} else 0 end
         from entry where seq > ? order by seq limit ?`,
      )
      .raw()
      .all(after, limit),
  )
  return rows.map(([seq, atMs, type, count]) => ({
    seq: Number(seq),
    atMs: Number(atMs),
    rows: Number(count),
    lane: laneOf(String(type)),
  }))
}

function laneOf(type: string): LaneName | null {
  if (type === 'Planned') return 'plans'
  return type === 'Started' || type === 'Stopped' ? 'restarts' : null
}
