import type { ConfigBatch } from '../../model/batch.js'
import { entriesOf } from '../../model/collection.js'
import type { OvsRowUpdate } from '../../model/event.js'
import { type OvsRow, type OvsTable, ovsTables } from '../../schema/open-vswitch.js'
import type { OvsTables } from '../../model/state.js'
import type { NewUuid, Uuid } from '../../model/uuid.js'
import { decodeRow } from '../../ingest/decode.js'

/** The tables that plans change. */
type ChangedTable = Extract<OvsTable, 'Bridge' | 'Port' | 'Interface'>

type Rows = { readonly [T in ChangedTable]: Map<Uuid, OvsRow<T>> }

type Change = Extract<OvsRowUpdate, { readonly table: ChangedTable }>

/**
 * How Open_vSwitch would read after a batch of ours. A port that asks for an OpenFlow port which is free gets it; of
 * others nobody knows the number before the switch has given it. Throws at a command that no plan of ours has.
 */
export function configured(ovs: OvsTables, batch: ConfigBatch, newUuid: NewUuid): OvsRowUpdate[] {
  const rows: Rows = {
    Bridge: new Map(entriesOf(ovs.Bridge)),
    Port: new Map(entriesOf(ovs.Port)),
    Interface: new Map(entriesOf(ovs.Interface)),
  }
  const made = new Map<Uuid, Change>()
  const write = (update: Change): void => {
    made.delete(update.uuid)
    made.set(update.uuid, update)
    const table = rows[update.table] as Map<Uuid, unknown>
    if (update.row === null) table.delete(update.uuid)
    else table.set(update.uuid, update.row)
  }
  for (const words of commandsIn(batch)) carryOut(words, rows, write, newUuid)
  return [...made.values()]
}

function commandsIn({ arguments: list }: ConfigBatch): readonly (readonly string[])[] {
  const commands: string[][] = []
  for (const word of list.slice(1))
    if (word === '--') commands.push([])
    else commands.at(-1)?.push(word)
  return commands
}

type Write = (update: Change) => void

function carryOut(words: readonly string[], rows: Rows, write: Write, newUuid: NewUuid): void {
  const [verb, first, second = '', ...rest] = words[0] === '--if-exists' ? words.slice(1) : words
  if (verb === 'add-port') addPort(first ?? '', second, rows, write, newUuid)
  else if (verb === 'del-port') deletePort(first ?? '', second, rows, write)
  else if (verb === 'del-br') deleteBridge(first ?? '', rows, write)
  else if (verb === 'set' && (first === 'Bridge' || first === 'Port' || first === 'Interface'))
    for (const assignment of rest) set(first, second, assignment, rows, write)
  else throw new Error(`no command of a plan: ${words.join(' ')}`)
}

function addPort(bridge: string, name: string, rows: Rows, write: Write, newUuid: NewUuid): void {
  const owner = named(rows.Bridge, bridge)
  if (owner === undefined) return
  const [port, own] = [newUuid(), newUuid()]
  write({ table: 'Interface', uuid: own, row: { ...decodeRow(ovsTables.Interface, {}), name } })
  write({ table: 'Port', uuid: port, row: { ...decodeRow(ovsTables.Port, {}), name, interfaces: [own] } })
  write({
    table: 'Bridge',
    uuid: owner.uuid,
    row: { ...owner.row, ports: [...owner.row.ports, port].sort() },
  })
}

function deletePort(bridge: string, name: string, rows: Rows, write: Write): void {
  const owner = named(rows.Bridge, bridge)
  const port = owner?.row.ports.find((uuid) => rows.Port.get(uuid)?.name === name)
  if (owner === undefined || port === undefined) return
  dropPort(port, rows, write)
  const ports = owner.row.ports.filter((uuid) => uuid !== port)
  write({ table: 'Bridge', uuid: owner.uuid, row: { ...owner.row, ports } })
}

function deleteBridge(name: string, rows: Rows, write: Write): void {
  const bridge = named(rows.Bridge, name)
  if (bridge === undefined) return
  for (const port of bridge.row.ports) dropPort(port, rows, write)
  write({ table: 'Bridge', uuid: bridge.uuid, row: null })
}

function dropPort(uuid: Uuid, rows: Rows, write: Write): void {
  for (const own of rows.Port.get(uuid)?.interfaces ?? []) write({ table: 'Interface', uuid: own, row: null })
  write({ table: 'Port', uuid, row: null })
}

/** `COLUMN=VALUE` or `COLUMN:KEY=VALUE`, of the columns that plans set. */
function set(table: ChangedTable, name: string, assignment: string, rows: Rows, write: Write): void {
  const cut = assignment.indexOf('=')
  const [column = '', key] = assignment.slice(0, cut).split(':')
  const value = assignment.slice(cut + 1)
  if (table === 'Interface') {
    const found = named(rows.Interface, name)
    if (found === undefined) return
    const { uuid, row } = found
    if (column === 'type') write({ table, uuid, row: { ...row, type: value } })
    else if (column === 'options' || column === 'bfd')
      write({ table, uuid, row: { ...row, [column]: pairsIn(value) } })
    else if (column === 'ofport_request')
      write({ table, uuid, row: { ...row, ofport: free(Number(value), rows) } })
    else throw new Error(`no column of a plan: ${assignment}`)
    return
  }
  if (column === 'external-ids' && key !== undefined) {
    const pair = [key, table === 'Port' ? (JSON.parse(value) as string) : value] as const
    if (table === 'Port') {
      const found = named(rows.Port, name)
      if (found !== undefined) write({ table, uuid: found.uuid, row: withId(found.row, pair) })
    } else {
      const found = named(rows.Bridge, name)
      if (found !== undefined) write({ table, uuid: found.uuid, row: withId(found.row, pair) })
    }
  } else if (table === 'Bridge' && column === 'fail_mode') {
    const found = named(rows.Bridge, name)
    if (found !== undefined) write({ table, uuid: found.uuid, row: { ...found.row, fail_mode: value } })
  } else throw new Error(`no column of a plan: ${assignment}`)
}

type Pair = readonly [string, string]

function withId<R extends { readonly external_ids: readonly Pair[] }>(row: R, pair: Pair): R {
  return { ...row, external_ids: inOrder([...row.external_ids.filter(([key]) => key !== pair[0]), pair]) }
}

/** What `vsctlMap` prints. */
function pairsIn(text: string): Pair[] {
  const pairs = text.matchAll(/[{,]([\w-]+)=("(?:[^"\\]|\\.)*")/g)
  return inOrder([...pairs].map(([, key = '', value = '']): Pair => [key, JSON.parse(value) as string]))
}

function inOrder(pairs: readonly Pair[]): Pair[] {
  return pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function free(ofport: number, { Interface }: Rows): number | null {
  return [...Interface.values()].some((row) => row.ofport === ofport) ? null : ofport
}

function named<R extends { readonly name: string }>(
  rows: ReadonlyMap<Uuid, R>,
  name: string,
): { readonly uuid: Uuid; readonly row: R } | undefined {
  for (const [uuid, row] of rows) if (row.name === name) return { uuid, row }
  return undefined
}
