import type { Batch } from '../../model/batch.js'
import { entriesOf, lookup, none } from '../../model/collection.js'
import type { Entry, RowUpdate } from '../../model/event.js'
import type { Flow, FlowKey } from '../../model/flow.js'
import { cookieOf, metadataOf, ofportOf } from '../../model/identity.js'
import type { State } from '../../model/state.js'
import { inFlow, inMatch } from '../../pipeline/mentioned.js'
import { rowIn } from '../../history/row-in.js'
import type { Lit } from './kinds.js'

/** What of the switch an entry is about: rows and MACs that it changes, flows that it plans or brought about. */
export function litBy(entry: Entry, before: State, after: State): Lit {
  const { event } = entry
  const touched = new Touched(before, after)
  if (event.type === 'VtepUpdated' || event.type === 'OvsUpdated')
    event.updates.forEach((update) => touched.row(update))
  if (event.type === 'Planned') touched.batch(event.batch)
  if (event.type === 'Applied' || event.type === 'Failed') touched.batch(before.lanes[event.lane].inFlight)
  if (event.type === 'FlowsObserved') for (const flow of event.present) touched.flow(flow)
  if (event.type === 'FlowsObserved') for (const key of event.absent) touched.match(key)
  if (event.type === 'MacsLearned')
    for (const { key, binding } of event.updates)
      touched.learned(key, binding ?? lookup(before.learned ?? none, key) ?? null)
  if (event.type === 'AddressesClaimed')
    for (const { key, claim } of event.updates)
      touched.learned(key, (claim ?? lookup(before.claims ?? none, key))?.binding ?? null)
  const rows = after.vtep
  return {
    ports: [...entriesOf(rows?.Physical_Port ?? none)]
      .map(([, { name }]) => name)
      .filter(touched.portTest(after)),
    switches: [...entriesOf(rows?.Logical_Switch ?? none)]
      .map(([uuid]) => uuid)
      .filter((uuid) => touched.hasSwitch(uuid)),
    remotes: [...touched.ips],
  }
}

/** Collects names and numbers by which things are known, first; what is drawn is then asked whether it is among them. */
class Touched {
  readonly ips = new Set<string>()
  readonly #ports = new Set<string>()
  readonly #ofports = new Set<number>()
  readonly #switches = new Set<string>()
  readonly #metadata = new Set<string>()
  readonly #cookies = new Set<string>()
  readonly #before: State
  readonly #after: State

  constructor(before: State, after: State) {
    this.#before = before
    this.#after = after
  }

  row(update: RowUpdate): void {
    for (const row of [rowIn(this.#before, update), update.row ?? undefined])
      if (row !== undefined) this.#columns(update, row)
  }

  batch(batch: Batch | null): void {
    if (batch === null) return
    if (batch.kind === 'config') {
      for (const word of batch.arguments) this.#ports.add(word)
      return
    }
    if (batch.kind === 'rows') return
    for (const flow of batch.add) {
      this.flow(flow)
      this.#cookies.add(flow.cookie)
    }
    for (const { key, cookie } of batch.remove) {
      this.match(key)
      this.#cookies.add(cookie)
    }
  }

  flow(flow: Flow): void {
    const { switches, vteps } = inFlow(flow)
    for (const metadata of switches) this.#metadata.add(metadata)
    for (const ip of vteps) this.ips.add(ip)
    this.match(flow.key)
  }

  match(key: FlowKey): void {
    const { switches, vteps, ports } = inMatch(key)
    for (const metadata of switches) this.#metadata.add(metadata)
    for (const ip of vteps) this.ips.add(ip)
    for (const ofport of ports) this.#ofports.add(ofport)
  }

  learned(key: string, binding: number | null): void {
    this.#metadata.add(key.slice(0, key.indexOf('/')))
    if (binding !== null) this.#ofports.add(ofportOf(binding))
  }

  hasSwitch(uuid: string): boolean {
    return (
      this.#switches.has(uuid) || this.#metadata.has(metadataOf(uuid)) || this.#cookies.has(cookieOf(uuid))
    )
  }

  /** Whether a port of that name is touched, by itself or by its OpenFlow port. */
  portTest({ ovs }: State): (name: string) => boolean {
    const names = new Set(this.#ports)
    for (const [, { name, ofport }] of entriesOf(ovs?.Interface ?? none))
      if (ofport !== null && this.#ofports.has(ofport)) names.add(name)
    return (name) => names.has(name)
  }

  #columns({ table, uuid }: RowUpdate, row: object): void {
    const { name, dst_ip, logical_switch, locator, remote, vlan_bindings, locator_set, locators } = row as {
      readonly [
        column in 'name' | 'dst_ip' | 'logical_switch' | 'locator' | 'remote' | 'locator_set'
      ]?: string
    } & {
      readonly vlan_bindings?: readonly (readonly [number, string])[]
      readonly locators?: readonly string[]
    }
    if (table === 'Logical_Switch') this.#switches.add(uuid)
    else if (name !== undefined && table !== 'Physical_Switch') this.#ports.add(name)
    if (dst_ip !== undefined) this.ips.add(dst_ip)
    if (logical_switch !== undefined) this.#switches.add(logical_switch)
    for (const id of [locator, remote, ...(locators ?? []), ...this.#locatorsIn(locator_set)])
      this.#locator(id)
    if (table === 'Physical_Port') this.#bindings(uuid, vlan_bindings ?? [])
  }

  /** Only switches that a binding came to or left. */
  #bindings(uuid: string, bindings: readonly (readonly [number, string])[]): void {
    const port = { table: 'Physical_Port', uuid } as const
    const texts = [this.#before, this.#after].map((state) => {
      const row = rowIn(state, port) as { vlan_bindings?: readonly (readonly [number, string])[] } | undefined
      return new Set((row?.vlan_bindings ?? []).map((pair) => pair.join()))
    })
    for (const pair of bindings) if (!texts.every((set) => set.has(pair.join()))) this.#switches.add(pair[1])
  }

  #locatorsIn(set: string | undefined): readonly string[] {
    if (set === undefined) return []
    const row = rowIn(this.#after, { table: 'Physical_Locator_Set', uuid: set }) as
      { locators?: readonly string[] } | undefined
    return row?.locators ?? []
  }

  #locator(uuid: string | undefined): void {
    if (uuid === undefined) return
    for (const state of [this.#before, this.#after]) {
      const row = rowIn(state, { table: 'Physical_Locator', uuid }) as { dst_ip?: string } | undefined
      if (row?.dst_ip !== undefined) this.ips.add(row.dst_ip)
    }
  }
}
