import type { Mention } from '../mentions.js'
import type { RecordedRowChange } from '../row-change.js'

export type RowMention = Mention & { what: 'row' }

/** A row of an entry with what it was before. */
export interface RowTold {
  readonly mention: RowMention
  readonly before: object | null
  readonly change: RecordedRowChange
}
