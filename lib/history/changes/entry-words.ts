import { counted } from '../../words/counted.js'
import { type Called, happened, ownName, type RowWords, rowsWritten } from '../../words/describe.js'
import type { Event } from '../../model/event.js'
import { programs } from '../../plan/command.js'
import { oneLine } from '../../words/one-line.js'

/** What an entry says, in a line, for who does not know our kinds of events. */
export function entryWords(event: Event, called?: Called): string {
  const isRows = event.type === 'VtepUpdated' || event.type === 'OvsUpdated'
  if (isRows) return oneLine(`${event.isCatchUp ? 'read whole: ' : ''}${rowsWords(event.updates)}`)
  if (event.type === 'Planned' && event.batch.kind === 'rows')
    return oneLine(
      `${event.lane}: ${programs.rows} transact: ${rowsWords(event.batch.operations.flatMap(rowsWritten))}`,
    )
  return oneLine(happened(event, called))
}

const mostNamed = 3

function rowsWords(updates: readonly RowWords[]): string {
  const tables = new Map<string, RowWords[]>()
  for (const update of updates) {
    const rows = tables.get(update.table) ?? []
    tables.set(update.table, rows)
    rows.push(update)
  }
  const texts = [...tables].map(([table, rows]) => `${table} ${tableWords(rows)}`)
  return texts.length === 0 ? 'nothing changed' : texts.join('; ')
}

/** A row that is there is named as far as it names itself; of one that is gone the entry has no more than that. */
function tableWords(rows: readonly RowWords[]): string {
  const there = rows.flatMap(({ row }) => (row === null ? [] : [row]))
  const gone = rows.length - there.length
  const names = there.flatMap(ownName)
  const isNamed = there.length > 0 && names.length === there.length && names.length <= mostNamed
  const present = isNamed ? names.join(', ') : counted(there.length, 'row')
  return [
    ...(there.length > 0 ? [`${present} written`] : []),
    ...(gone > 0 ? [`${counted(gone, 'row')} removed`] : []),
  ].join(', ')
}
