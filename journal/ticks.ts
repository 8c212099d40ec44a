import type { Database } from '../sqlite/sqlite.js'
import type { LaneName, Tick } from '../lib/replay/page/timeline.js'
import { explaining } from './open.js'

/** SQLite checks the types of a strict table when it writes, not when it reads a damaged one. */
type Row = readonly [seq: unknown, atMs: unknown, type: unknown, rows: unknown, mark: unknown]

/** A text can only be in a body as what our writer printed: in a string it would have a backslash before its quotes. */
const faultRaised = `instr(body, '_fault_status":["')`
const isDrift = `instr(body, '"isDrift":true')`
/** Each row that changed has one. */
const uuidMark = '"uuid":'
const rowCount = `(octet_length(body) - octet_length(replace(body, '${uuidMark}', ''))) / ${uuidMark.length}`

/** What a timeline shows of at most `limit` entries after this one; a damaged one shows what can be made out. Throws JournalError. */
export function ticksIn(file: string, database: Database, after: number, limit: number): readonly Tick[] {
  const rows = explaining(file, () =>
    database
      .prepare<[number, number], Row>(
        `select seq, at_ms, type,
           case when type in ('VtepUpdated', 'OvsUpdated') then ${rowCount} else 0 end,
           case type when 'VtepUpdated' then ${faultRaised} when 'FlowsObserved' then ${isDrift} else 0 end
         from entry where seq > ? order by seq limit ?`,
      )
      .raw()
      .all(after, limit),
  )
  return rows.map(([seq, atMs, type, count, mark]) => ({
    seq: Number(seq),
    atMs: Number(atMs),
    rows: Number(count),
    lane: laneOf(String(type), Number(mark) > 0),
  }))
}

function laneOf(type: string, isMarked: boolean): LaneName | null {
  switch (type) {
    case 'Planned':
      return 'plans'
    case 'Failed':
    case 'BackedOff':
      return 'failures'
    case 'FlowsDoubted':
      return 'drift'
    case 'FlowsObserved':
      return isMarked ? 'drift' : null
    case 'VtepUpdated':
      return isMarked ? 'faults' : null
    case 'JournalResumed':
    case 'SourceLost':
      return 'gaps'
    case 'Started':
    case 'Stopped':
      return 'restarts'
    default:
      return null
  }
}
