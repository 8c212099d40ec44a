import type { DatabaseDeclaration, TableDeclaration } from '../model/columns.js'
import type { Event, RowUpdate } from '../model/event.js'
import type { Flow } from '../model/flow.js'
import { ovsTables } from '../model/ovs.js'
import { isUuid } from '../model/uuid.js'
import { vtepTables } from '../model/vtep.js'
import { decodeRow, encodeRow } from './decode.js'

/**
 * Whether what derive makes of an event is typed as it says: settings, rows, flows and learned MACs. For one that was
 * read from a text which anybody could write. Throws where something is not even of the right form.
 */
export function isTyped(event: Event): boolean {
  switch (event.type) {
    case 'Started':
      return isText(event.settings.physicalSwitch) && Number.isInteger(event.settings.macAgingSeconds)
    case 'VtepUpdated':
      return event.updates.every((update) => isTypedUpdate(vtepTables, update))
    case 'OvsUpdated':
      return event.updates.every((update) => isTypedUpdate(ovsTables, update))
    case 'FlowsObserved':
      return [...event.present, ...(event.foreign ?? [])].every(isFlow) && event.absent.every(isText)
    case 'MacsLearned':
      return event.updates.every(
        ({ key, binding }) => isText(key) && (binding === null || Number.isInteger(binding)),
      )
    case 'FlowsDoubted':
    case 'SourceLost':
    case 'Planned':
    case 'Applied':
    case 'Failed':
    case 'BackedOff':
    case 'RetryDue':
    case 'QuarantineDue':
    case 'JournalResumed':
    case 'CleanupRequested':
    case 'Stopped':
      return true
  }
}

function isTypedUpdate(tables: DatabaseDeclaration, { table, uuid, row }: RowUpdate): boolean {
  const columns = Object.hasOwn(tables, table) ? tables[table] : undefined
  if (columns === undefined || !isText(uuid) || !isUuid(uuid)) return false
  return row === null || isTypedRow(columns, row)
}

/** As OVSDB's JSON it must be what the wire may carry. Early programs did not know all of the optional columns. */
function isTypedRow(columns: TableDeclaration, row: object): boolean {
  decodeRow(columns, encodeRow(columns, row as never))
  return Object.entries(columns).every(
    ([name, { shape }]) => shape === 'optional' || Object.hasOwn(row, name),
  )
}

function isFlow({ key, cookie, actions, extras }: Flow): boolean {
  return [key, cookie, actions, extras ?? ''].every(isText)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
