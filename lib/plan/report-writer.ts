import type { Operation } from '../model/batch.js'
import { parseAddress } from '../model/address.js'
import { localDefaults } from '../model/bfd.js'
import { entriesOf, lookup } from '../model/collection.js'
import { isOurs, surplusOf } from '../derive/view/tunnels.js'
import { unknownDestination } from '../model/mac.js'
import {
  faultColumn,
  type Report,
  type ReportedRows,
  type ReportSubject,
  reportSubject,
} from '../model/report.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { Change } from '../model/diff.js'

export type ReportChange = Change<Report, ReportedRows>

/** Turns changes into operations; locators are looked up, or made once in the same transaction. */
export class ReportWriter {
  readonly operations: Operation[] = []
  readonly #tables: VtepTables
  readonly #physicalSwitch: Uuid | null
  readonly #locators = new Map<string, unknown>()
  #existing: ReadonlyMap<string, ExistingLocator> | null = null
  #names = 0

  /** `physicalSwitch` null: only announcements can be withdrawn. */
  constructor(tables: VtepTables, physicalSwitch: Uuid | null) {
    this.#tables = tables
    this.#physicalSwitch = physicalSwitch
  }

  write({ key, desired, actual }: ReportChange): void {
    const subject = reportSubject(key)
    if (subject === undefined) throw new Error(`no report: ${key}`)
    const { table } = subject
    const isKept = desired !== undefined && actual?.value === desired.value
    const superfluous = isKept ? actual.uuids.slice(1) : (actual?.uuids ?? [])
    if (subject.table === 'faults')
      this.#writeFaults(subject, desired?.table === 'faults' ? desired.faults : [])
    else if (subject.table === 'vlan_stats')
      this.#writeStatistics(subject.uuid, desired?.table === 'vlan_stats' ? desired.vlans : [])
    else if (table === 'Tunnel') this.#writeTunnel(desired, actual?.uuids ?? [])
    else if (table === 'Physical_Port') this.#writePort(desired, superfluous)
    else if (desired?.table === 'Physical_Switch') this.#describe(desired.value, actual?.value ?? '')
    else if (desired?.table === 'Ucast_Macs_Local' && actual?.endPoint === desired.endPoint)
      this.#correct(desired, actual.uuids)
    else if (table !== 'Physical_Switch') {
      for (const uuid of superfluous) this.operations.push({ op: 'delete', table, where: isRow(uuid) })
      if (desired !== undefined && !isKept) this.#insert(desired)
    }
  }

  #insert(report: Report): void {
    if (report.table === 'Ucast_Macs_Local')
      this.operations.push({
        op: 'insert',
        table: 'Ucast_Macs_Local',
        row: {
          MAC: report.mac,
          logical_switch: ['uuid', report.logicalSwitch],
          locator: this.#locator(report.endPoint),
          ...(report.ipaddr !== '' && { ipaddr: report.ipaddr }),
        },
      })
    else if (report.table === 'Arp_Sources_Local')
      this.operations.push({
        op: 'insert',
        table: 'Arp_Sources_Local',
        row: { src_mac: report.mac, locator: this.#locator(report.value) },
      })
    else if (report.table === 'Mcast_Macs_Local') {
      const set = this.#named('Physical_Locator_Set', { locators: this.#locator(report.value) })
      const row = {
        MAC: unknownDestination,
        logical_switch: ['uuid', report.logicalSwitch],
        locator_set: set,
      }
      this.operations.push({ op: 'insert', table: 'Mcast_Macs_Local', row })
    }
  }

  /** One row stays, with the address that the MAC has now. */
  #correct(
    { ipaddr }: Report & { table: 'Ucast_Macs_Local' },
    [first = '', ...others]: readonly Uuid[],
  ): void {
    const table = 'Ucast_Macs_Local'
    for (const uuid of others) this.operations.push({ op: 'delete', table, where: isRow(uuid) })
    if (lookup(this.#tables.Ucast_Macs_Local, first)?.ipaddr !== ipaddr)
      this.operations.push({ op: 'update', table, where: isRow(first), row: { ipaddr } })
  }

  /** A port vanishes from the database when no switch lists it any more. */
  #writePort(desired: Report | undefined, superfluous: readonly Uuid[]): void {
    if (superfluous.length > 0)
      this.#mutate('ports', 'delete', ['set', superfluous.map((uuid) => ['uuid', uuid])])
    else if (desired?.table === 'Physical_Port')
      this.#mutate('ports', 'insert', this.#named('Physical_Port', { name: desired.name }))
  }

  #mutate(column: 'ports' | 'tunnels', mutator: 'insert' | 'delete', value: unknown): void {
    const where = this.#ourRow()
    this.operations.push({
      op: 'mutate',
      table: 'Physical_Switch',
      where,
      mutations: [[column, mutator, value]],
    })
  }

  /** What the controller wrote into the row stays: of bfd_config_local only what is missing is added. */
  #writeTunnel(desired: Report | undefined, uuids: readonly Uuid[]): void {
    if (desired?.table !== 'Tunnel') {
      this.#mutate('tunnels', 'delete', ['set', uuids.map((uuid) => ['uuid', uuid])])
      return
    }
    const bfd_status = ['map', desired.status]
    const rows = uuids.flatMap((uuid) => {
      const row = lookup(this.#tables.Tunnel, uuid)
      return row === undefined ? [] : [{ uuid, row }]
    })
    const surplus = surplusOf(rows)
    if (surplus.length > 0)
      this.#mutate('tunnels', 'delete', ['set', surplus.map(({ uuid }) => ['uuid', uuid])])
    for (const { uuid, row: known } of rows.filter((row) => !surplus.includes(row))) {
      const config = new Map([...localDefaults, ...known.bfd_config_local])
      const isMoved = isOurs({ row: known }) && this.#addressOf(known.local) !== desired.local
      const local = isMoved ? { local: this.#locator(desired.local) } : {}
      const row = { ...local, bfd_config_local: ['map', [...config]], bfd_status }
      this.operations.push({ op: 'update', table: 'Tunnel', where: isRow(uuid), row })
    }
    if (uuids.length > 0) return
    const [local, remote] = [this.#locator(desired.local), this.#locator(desired.remote, true)]
    const row = { local, remote, bfd_config_local: ['map', localDefaults], bfd_status }
    this.#mutate('tunnels', 'insert', this.#named('Tunnel', row))
  }

  #writeFaults({ row, uuid }: ReportSubject & { table: 'faults' }, faults: readonly string[]): void {
    const column = faultColumn[row]
    this.operations.push({ op: 'update', table: row, where: isRow(uuid), row: { [column]: ['set', faults] } })
  }

  /** Rows of counters for VLANs that lack one; those of others vanish with what pointed at them. */
  #writeStatistics(port: Uuid, wanted: readonly number[]): void {
    const present = (lookup(this.#tables.Physical_Port, port)?.vlan_stats ?? []).map(([vlan]) => vlan)
    const [isPresent, isWanted] = [new Set(present), new Set(wanted)]
    const missing = wanted.filter((vlan) => !isPresent.has(vlan))
    const superfluous = present.filter((vlan) => !isWanted.has(vlan))
    const rows = missing.map((vlan) => [vlan, this.#named('Logical_Binding_Stats', {})])
    const mutations = [
      ...(superfluous.length > 0 ? [['vlan_stats', 'delete', ['set', superfluous]]] : []),
      ...(rows.length > 0 ? [['vlan_stats', 'insert', ['map', rows]]] : []),
    ]
    this.operations.push({ op: 'mutate', table: 'Physical_Port', where: isRow(port), mutations })
  }

  /** Unless somebody has described it meanwhile. */
  #describe(description: string, before: string): void {
    this.operations.push({
      op: 'update',
      table: 'Physical_Switch',
      where: [...this.#ourRow(), ['description', '==', before]],
      row: { description },
    })
  }

  #ourRow(): readonly unknown[] {
    if (this.#physicalSwitch === null) throw new Error('a report about a switch without a row')
    return isRow(this.#physicalSwitch)
  }

  #locator(address: string, isRemote = false): unknown {
    const known = this.#locators.get(address) ?? this.#existingLocator(address, isRemote)
    const locator =
      known ?? this.#named('Physical_Locator', { encapsulation_type: encapsulation, dst_ip: address })
    this.#locators.set(address, locator)
    return locator
  }

  /** Without a key of its own; for a remote end point, where there is none, the first with one. */
  #existingLocator(address: string, isRemote: boolean): unknown {
    this.#existing ??= existingLocators(this.#tables)
    const { plain, keyed } = this.#existing.get(address) ?? {}
    const uuid = plain ?? (isRemote ? keyed : undefined)
    return uuid === undefined ? undefined : ['uuid', uuid]
  }

  #addressOf(locator: Uuid): string {
    const text = lookup(this.#tables.Physical_Locator, locator)?.dst_ip ?? ''
    return parseAddress(text) ?? text
  }

  #named(table: string, row: Readonly<Record<string, unknown>>): unknown {
    const name = `row${++this.#names}`
    this.operations.push({ op: 'insert', table, 'uuid-name': name, row })
    return ['named-uuid', name]
  }
}

const encapsulation = 'vxlan_over_ipv4'

function isRow(uuid: Uuid): readonly unknown[] {
  return [['_uuid', '==', ['uuid', uuid]]]
}

/** The locators of an end point: the first without a key of its own, and the first with one. */
interface ExistingLocator {
  readonly plain?: Uuid
  readonly keyed?: Uuid
}

/** By end point. Read through once for a transaction, which may look up thousands. */
function existingLocators(tables: VtepTables): ReadonlyMap<string, ExistingLocator> {
  const locators = new Map<string, ExistingLocator>()
  for (const [uuid, row] of entriesOf(tables.Physical_Locator)) {
    const address = parseAddress(row.dst_ip) ?? ''
    const kind = row.tunnel_key === null ? 'plain' : 'keyed'
    const known = locators.get(address)
    if (known?.[kind] === undefined || uuid < known[kind]) locators.set(address, { ...known, [kind]: uuid })
  }
  return locators
}
