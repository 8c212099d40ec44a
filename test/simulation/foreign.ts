import type { Batch } from '../../lib/model/batch.js'
import type { FlowKey } from '../../lib/model/flow.js'
import type { State } from '../../lib/model/state.js'
import type { World } from './world.js'

const defaultFlow = 'table=0,priority=0'
const isOurs = /^0x(5654|564c)\w{12} /

/** What others have in the switch and the databases, and what of it must still be there at rest. */
export class Foreign {
  readonly #world: World
  readonly #owed = new Map<FlowKey, string>()
  readonly #ever = new Set<FlowKey>([defaultFlow])
  /** What the daemon knew of when it last began to change fail_mode. */
  #known = new Set<FlowKey>()

  constructor(world: World) {
    this.#world = world
  }

  add(n: number): void {
    const { theSwitch } = this.#world
    const key = `table=${n % 2 === 0 ? 0 : 7},priority=5,in_port=${70 + n}`
    theSwitch.fake.flows.set(key, '0x77 drop')
    this.#owed.set(key, '0x77 drop')
    this.#ever.add(key)
    theSwitch.changed()
  }

  /** Another's flow is made where it may come back, or not. */
  note(key: FlowKey): void {
    this.#ever.add(key)
  }

  remove(n: number): void {
    const { theSwitch } = this.#world
    const [key] = [...this.#owed][n % this.#owed.size] ?? []
    if (key === undefined) return
    theSwitch.fake.flows.delete(key)
    this.#owed.delete(key)
    theSwitch.changed()
  }

  started(batch: Batch, state: State): void {
    if (batch.kind === 'config' && batch.isFlushing)
      this.#known = new Set([...state.foreign, ...state.displaced].map(({ key }) => key))
  }

  /** All flows are gone by a change of fail_mode; what the daemon could know of has to come back. */
  flushed(): void {
    for (const key of this.#owed.keys()) if (!this.#known.has(key)) this.#owed.delete(key)
  }

  /** All flows are gone, and not by our doing. */
  forget(): void {
    this.#owed.clear()
  }

  /** What no command of ours may touch, as text: rows and ports; flows are looked at when all is at rest. */
  untouchable(): string {
    const { database, theSwitch } = this.#world
    const tables = [
      'Logical_Switch',
      'Ucast_Macs_Remote',
      'Mcast_Macs_Remote',
      'Logical_Router',
      'Arp_Sources_Remote',
    ] as const
    // its faults are ours to write
    const owned = (rows: ReadonlyMap<string, object>) =>
      [...rows].map(([uuid, row]) => [uuid, { ...row, LR_fault_status: [] }])
    const others = [...database.rows('Physical_Switch')].filter(([, row]) => row['name'] !== 'br0')
    const ports = theSwitch.fake.contents().flatMap(({ table, uuid, row }) => {
      const isOurs = /"(vtep|bfd)-|"br0"/.test(JSON.stringify(row))
      return table === 'Bridge' || isOurs ? [] : [[uuid, row]]
    })
    return JSON.stringify([tables.map((table) => owned(database.rows(table))), others, ports])
  }

  check({ foreign }: State, fail: (reason: string) => void, isRefused: (key: FlowKey) => boolean): void {
    const { flows } = this.#world.theSwitch.fake
    // whose the default flow is depends on fail_mode
    const known = foreign.map(({ key }) => key).filter((key) => key !== defaultFlow)
    const there = [...flows].flatMap(([key, value]) =>
      isOurs.test(value) || key === defaultFlow ? [] : [key],
    )
    if (known.sort().join() !== there.sort().join())
      fail(`of others there is ${there.join(' ')}, known is ${known.join(' ')}`)
    for (const [key, value] of this.#owed)
      if (flows.get(key) !== value && !isRefused(key))
        fail(`another's flow is gone: ${key}, there is ${flows.get(key)}`)
    for (const [key, value] of flows)
      if (!isOurs.test(value) && !this.#ever.has(key)) fail(`a flow of nobody: ${key} ${value}`)
  }
}
