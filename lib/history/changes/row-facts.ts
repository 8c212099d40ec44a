import { faultColumn } from '../../model/report.js'
import type { Uuid } from '../../model/uuid.js'
import type { Names } from '../../words/names.js'
import type { ChangeKind } from './change.js'
import { switchName } from './places.js'
import type { RowTold } from './row-told.js'

/** One thing that an entry says, in a sentence. */
export interface RowFact {
  readonly kinds: readonly ChangeKind[]
  readonly text: string
  /** MACs that are elsewhere now. */
  readonly moved?: readonly string[]
}

type Teller = (told: RowTold, name: string, names: Names) => readonly RowFact[]

/** Tables whose rows say nothing by themselves: they come and go with others. */
const silent = new Set(['Physical_Locator_Set', 'Logical_Binding_Stats', 'Port'])

const tellers: Readonly<Record<string, Teller>> = {
  Logical_Switch: logicalSwitch,
  Physical_Switch: physicalSwitch,
  Physical_Port: physicalPort,
  Physical_Locator: locator,
  Tunnel: tunnel,
  Bridge: bridge,
  Interface: interfaceRow,
}

/** Of all rows but those of MACs. */
export function otherRowFacts(told: readonly RowTold[], names: Names): readonly RowFact[] {
  return told.flatMap((one) => {
    const { table, key } = one.mention
    if (silent.has(table)) return []
    return (tellers[table] ?? anyRow)(one, names.of(key), names)
  })
}

/** What alarms goes before what is, and that before what merely attends. */
export function factWeightOf({ kinds: [kind] }: RowFact): number {
  if (kind === 'faults' || kind === 'outages') return 2
  return kind === 'tunnels' || kind === 'reports' ? 0 : 1
}

function fact(kind: ChangeKind, text: string): readonly RowFact[] {
  return [{ kinds: [kind], text }]
}

function cameOrWent(did: RowTold['change']['did'], came = 'created', went = 'removed'): string {
  return did === 'insert' ? came : went
}

function logicalSwitch({ change, mention, before }: RowTold, name: string): readonly RowFact[] {
  const { tunnel_key } = (mention.value ?? before ?? {}) as { readonly tunnel_key?: number | null }
  const vni = typeof tunnel_key === 'number' ? `VNI ${tunnel_key}` : 'no VNI'
  if (change.did !== 'modify')
    return fact('switches', `logical switch ${name} ${cameOrWent(change.did)}, ${vni}`)
  return columnFacts('switches', `logical switch ${name}`, change)
}

function physicalSwitch({ change, before, mention }: RowTold, name: string): readonly RowFact[] {
  const faults = faultFacts(name, 'Physical_Switch', before, mention.value)
  if (change.did !== 'modify')
    return [...faults, ...fact('switches', `physical switch ${name} ${cameOrWent(change.did)}`)]
  const others = { ...change, columns: change.columns.filter(({ column }) => !attending.has(column)) }
  return [...faults, ...columnFacts('tunnels', name, others)]
}

/** Columns that only list rows of ours, or are told in words of their own. */
const attending = new Set(['ports', 'tunnels', 'switch_fault_status', 'port_fault_status', 'vlan_stats'])

function physicalPort({ change, before, mention }: RowTold, name: string, names: Names): readonly RowFact[] {
  const faults = faultFacts(name, 'Physical_Port', before, mention.value)
  const came =
    change.did === 'modify' ? [] : fact('reports', `port ${name} ${cameOrWent(change.did, 'reported')}`)
  return [...faults, ...bindingFacts(name, bindingsOf(before), bindingsOf(mention.value), names), ...came]
}

function bindingsOf(row: object | null): ReadonlyMap<number, Uuid> {
  return new Map(
    (row as { readonly vlan_bindings?: readonly (readonly [number, Uuid])[] } | null)?.vlan_bindings,
  )
}

function bindingFacts(
  port: string,
  before: ReadonlyMap<number, Uuid>,
  after: ReadonlyMap<number, Uuid>,
  names: Names,
): readonly RowFact[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((vlan) => {
    const [was, is] = [before.get(vlan), after.get(vlan)]
    if (was === is) return []
    const what = `${port}: ${vlan === 0 ? 'untagged frames' : `VLAN ${vlan}`}`
    if (is === undefined) return fact('bindings', `${what} unbound from ${switchName(was ?? '', names)}`)
    const from = was === undefined ? '' : ` instead of ${switchName(was, names)}`
    return fact('bindings', `${what} bound to ${switchName(is, names)}${from}`)
  })
}

function faultFacts(
  name: string,
  table: keyof typeof faultColumn,
  before: object | null,
  after: object | null,
): readonly RowFact[] {
  const [was, is] = [before, after].map((row) => faultsIn(table, row))
  const raised = [...(is ?? [])].filter((one) => was?.has(one) !== true)
  const cleared = [...(was ?? [])].filter((one) => is?.has(one) !== true)
  return [
    ...raised.flatMap((one) => fact('faults', `fault ${one} raised at ${name}`)),
    ...cleared.flatMap((one) => fact('faults', `fault ${one} cleared at ${name}`)),
  ]
}

/** Faults in a row of this table. */
export function faultsIn(table: string, row: object | null): ReadonlySet<string> {
  const column = table === 'Physical_Switch' || table === 'Physical_Port' ? faultColumn[table] : ''
  return new Set((row as Readonly<Record<string, readonly string[]>> | null)?.[column] ?? [])
}

function locator({ change }: RowTold, name: string): readonly RowFact[] {
  return change.did === 'modify'
    ? []
    : fact('tunnels', `VTEP ${name} ${cameOrWent(change.did, 'appears', 'disappears')}`)
}

function tunnel({ change, mention, before }: RowTold, name: string): readonly RowFact[] {
  if (change.did !== 'modify')
    return fact('reports', `tunnel ${name} ${cameOrWent(change.did, 'reported', 'no more reported')}`)
  const [was, is] = [before, mention.value].map((row) => bfdState(row, 'bfd_status'))
  if (was === is) return columnFacts('tunnels', `tunnel ${name}`, change)
  return bfdFact(`tunnel ${name}`, was ?? null, is ?? null)
}

function bfdState(row: object | null, column: string): string | null {
  const status =
    (row as Readonly<Record<string, readonly (readonly [string, string])[]>> | null)?.[column] ?? []
  return new Map(status).get('state') ?? null
}

function bfdFact(what: string, was: string | null, is: string | null): readonly RowFact[] {
  const kinds: readonly ChangeKind[] = was === 'up' && is !== 'up' ? ['outages', 'tunnels'] : ['tunnels']
  return [{ kinds, text: `${what}: BFD ${was ?? 'unknown'} → ${is ?? 'unknown'}` }]
}

function bridge({ change }: RowTold, name: string): readonly RowFact[] {
  if (change.did !== 'modify')
    return fact('ports', `bridge ${name} ${cameOrWent(change.did, 'found', 'gone')}`)
  const told = { ...change, columns: change.columns.filter(({ column }) => column !== 'ports') }
  return columnFacts('ports', `bridge ${name}`, told)
}

function interfaceRow({ change, mention, before }: RowTold, name: string): readonly RowFact[] {
  if (change.did !== 'modify') return fact('ports', `port ${name} ${cameOrWent(change.did, 'found', 'gone')}`)
  const { error } = (mention.value ?? {}) as { readonly error?: string | null }
  if (typeof error === 'string' && error !== '' && change.columns.some(({ column }) => column === 'error'))
    return [{ kinds: ['outages', 'ports'], text: `port ${name}: ${error}` }]
  const [was, is] = [before, mention.value].map((row) => bfdState(row, 'bfd_status'))
  if (was !== is) return bfdFact(`port ${name}`, was ?? null, is ?? null)
  return columnFacts('ports', `port ${name}`, change)
}

function anyRow({ change, mention }: RowTold, name: string): readonly RowFact[] {
  const verb = { insert: 'added', modify: 'changed', delete: 'removed' }[change.did]
  return fact('switches', `${mention.table} ${name} ${verb}`)
}

const columnNames: Readonly<Record<string, string>> = { tunnel_key: 'VNI', tunnel_ips: 'tunnel IPs' }
const mostText = 60

/** Nothing is told of a row none of whose told columns changed. */
function columnFacts(
  kind: ChangeKind,
  what: string,
  told: Pick<RowTold['change'], 'columns'>,
): readonly RowFact[] {
  return told.columns.length === 0 ? [] : fact(kind, `${what}: ${columnsText(told)}`)
}

function columnsText({ columns }: Pick<RowTold['change'], 'columns'>): string {
  return columns
    .map(
      ({ column, before, after }) =>
        `${columnNames[column] ?? column} ${valueText(before)} → ${valueText(after)}`,
    )
    .join(', ')
}

function valueText(value: unknown): string {
  if (value == null || value === '' || (Array.isArray(value) && value.length === 0)) return 'none'
  const text =
    typeof value === 'string' ? value : Array.isArray(value) ? listText(value) : JSON.stringify(value)
  return text.length > mostText ? `${text.slice(0, mostText)}…` : text
}

/** Sets and maps as OVSDB's tools print them, nearly. */
function listText(list: readonly unknown[]): string {
  return list.map((one) => (Array.isArray(one) ? one.map(String).join('=') : String(one))).join(', ')
}
