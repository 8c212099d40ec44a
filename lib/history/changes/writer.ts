import type { Writer } from '../../schema/table.js'
import { tableNamed } from '../../schema/tables.js'
import type { Batch } from '../../model/batch.js'
import type { Mention } from '../mentions.js'
import type { RecordedRowChange } from '../row-change.js'
import type { ChangeWriter } from './change.js'

type RowMention = Mention & { what: 'row' }

/** Rows that come and go with those that refer to them. */
const attendants = new Set(['Physical_Locator', 'Physical_Locator_Set'])
/** What ovs-vswitchd writes itself, ovs-vswitchd.conf.db(5). */
const statusColumns = new Set([
  'ofport',
  'error',
  'mac_in_use',
  'bfd_status',
  'bond_active_slave',
  'link_state',
])

/** Who wrote a row of hardware_vtep; null: that hangs on the rows beside it. `batch`: ours, that runs or ended last. */
export function vtepWriter(
  { table }: RowMention,
  change: RecordedRowChange,
  batch: Batch | null,
): ChangeWriter | null {
  if (attendants.has(table)) return null
  const writers = writersOf(table, change)
  if (writers.includes('controller')) return 'controller'
  return isOurs(table, change, batch) ? 'us' : 'someone'
}

/** Of the columns that changed, or of the table. */
function writersOf(name: string, change: RecordedRowChange): readonly (Writer | undefined)[] {
  const table = tableNamed(name)
  const written: Readonly<Record<string, Writer | undefined>> = table?.written ?? {}
  return change.did === 'modify'
    ? change.columns.map(({ column }) => written[column] ?? table?.writer)
    : [table?.writer]
}

/** A row that goes may have gone with the last that referred to it. */
function isOurs(table: string, { did }: RecordedRowChange, batch: Batch | null): boolean {
  if (batch?.kind !== 'rows') return false
  return did === 'delete' || batch.operations.some((operation) => operation['table'] === table)
}

/** Who wrote a row of Open_vSwitch. */
export function ovsWriter(
  { value }: RowMention,
  change: RecordedRowChange,
  batch: Batch | null,
): ChangeWriter {
  const columns = change.columns.map(({ column }) => column)
  if (change.did === 'modify' && columns.every((column) => statusColumns.has(column))) return 'Open vSwitch'
  const name = (value as { readonly name?: string } | null)?.name
  const isNamed = batch?.kind === 'config' && (name === undefined || batch.arguments.includes(name))
  return isNamed ? 'us' : 'someone'
}

/** Of the writers of one entry's rows the one whose doing it is. */
export function writerOf(writers: readonly (ChangeWriter | null)[]): ChangeWriter | null {
  const all = (['controller', 'someone', 'us', 'Open vSwitch'] as const).filter((one) =>
    writers.includes(one),
  )
  return all[0] ?? null
}
