/** A long history of a large switch: what a controller with many tenants and some trouble leaves behind. */
import { pipelineVersion } from '../../lib/pipeline/version.js'
import { commandsOf } from '../../lib/plan/command.js'
import { Core } from '../../lib/daemon/core.js'
import type { Entry, Event, RowUpdate, VtepRowUpdate } from '../../lib/model/event.js'
import { flowKey } from '../../lib/model/flow.js'
import { bindingOf, learnedKey, metadataOf } from '../../lib/model/identity.js'
import type { Mac } from '../../lib/model/mac.js'
import { FakeSwitch } from './fake-switch.js'

export interface Size {
  readonly switches: number
  readonly macs: number
  readonly remotes: number
  /** At least so many. */
  readonly entries: number
}

const ports = 40
const startMs = Date.parse('2026-11-26T03:00:00Z')
const firstBytes = { ls: 0x10, locator: 0x20, set: 0x30, mac: 0x40, group: 0x50, port: 0x60 } as const

function uuid(kind: keyof typeof firstBytes, i: number): string {
  const hex = (0x1000_0000 + ((i * 2_654_435_761) % 0x0fff_ffff)).toString(16)
  return `${firstBytes[kind].toString(16)}${hex.slice(2)}-${(i % 0xffff).toString(16).padStart(4, '0')}-4000-8000-${i.toString(16).padStart(12, '0')}`
}

export function macText(i: number): string {
  const hex = i.toString(16).padStart(8, '0')
  return `02:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6)}`
}

export function remoteText(i: number): string {
  return `10.${20 + (i >> 8)}.${i & 255}.1`
}

/** The entries in their order; the core beside each has folded it. */
export function* largeHistory(size: Size): Generator<{ readonly entry: Entry; readonly core: Core }> {
  const world = new World(size)
  yield* world.begin()
  for (let round = 0; world.core.state.seq < size.entries; round++) yield* world.round(round)
}

type Step = Generator<{ readonly entry: Entry; readonly core: Core }>

class World {
  readonly core = new Core()
  readonly #size: Size
  readonly #switch = new FakeSwitch('br0')
  /** By MAC: which row of it is there, and behind which remote. */
  readonly #rows = new Map<number, { readonly generation: number; readonly remote: number }>()
  #atMs = startMs

  constructor(size: Size) {
    this.#size = size
  }

  *begin(): Step {
    const settings = { physicalSwitch: 'br0', macAgingSeconds: 300, pipeline: pipelineVersion } as const
    yield this.#record({ type: 'Started', version: 'test', settings })
    for (let i = 0; i < ports; i++) this.#switch.addPort(`p${i}`)
    yield this.#record({ type: 'OvsUpdated', isCatchUp: true, updates: this.#switch.contents() })
    yield this.#record({ type: 'VtepUpdated', isCatchUp: true, updates: [...this.#contents()] })
    yield this.#record({ type: 'MacsLearned', isCatchUp: true, updates: [] })
    yield this.#observed()
    yield* this.#work()
  }

  /** Half a minute of one switch. */
  *round(round: number): Step {
    const mac = (round * 7_919) % this.#size.macs
    yield this.#record({ type: 'VtepUpdated', isCatchUp: false, updates: this.#moved(mac) })
    yield* this.#work()
    if (round % 10 === 3) yield this.#learned(round)
    if (round % 500 === 100) yield* this.#drift(mac)
    if (round % 2_000 === 700) yield this.#faults(['unspecified_fault'])
    if (round % 2_000 === 750) yield this.#faults([])
    if (round % 4_000 === 1_500) yield* this.#outage()
    this.#atMs += 20_000
  }

  #record(event: Event): { readonly entry: Entry; readonly core: Core } {
    this.#atMs += 40
    const entry = { seq: this.core.state.seq + 1, atMs: this.#atMs, event }
    this.core.fold(entry)
    return { entry, core: this.core }
  }

  #observed() {
    return this.#record({ type: 'FlowsObserved', isDrift: false, present: [], absent: [], foreign: null })
  }

  *#work(): Step {
    for (let batch = this.core.plan('switch'); batch !== null; batch = this.core.plan('switch')) {
      yield this.#record({ type: 'Planned', lane: 'switch', batch })
      if (batch.kind === 'config') {
        const updates = commandsOf(batch).flatMap((command) => this.#switch.execute(command))
        yield this.#record({ type: 'OvsUpdated', isCatchUp: false, updates })
      }
      yield this.#record({ type: 'Applied', lane: 'switch', tookMs: 30 })
      if (this.core.state.knowledge.flows === 'unknown') yield this.#observed()
    }
  }

  *#contents(): Generator<VtepRowUpdate> {
    const { switches, macs, remotes } = this.#size
    yield this.#physicalSwitch([])
    for (let i = 0; i < switches; i++) {
      const row = { name: `tenant-${i}`, tunnel_key: 5_000 + i, replication_mode: null }
      yield { table: 'Logical_Switch', uuid: uuid('ls', i), row }
    }
    for (let i = 0; i < ports; i++) {
      const own = Array.from({ length: Math.ceil(switches / ports) }, (_, j) => j * ports + i)
      const vlan_bindings = own
        .filter((ls) => ls < switches)
        .map((ls) => [Math.floor(ls / ports) + 1, uuid('ls', ls)] as const)
      const row = { name: `p${i}`, vlan_bindings, acl_bindings: [], vlan_stats: [], port_fault_status: [] }
      yield { table: 'Physical_Port', uuid: uuid('port', i), row }
    }
    for (let i = 0; i < remotes; i++) {
      const row = { encapsulation_type: 'vxlan_over_ipv4', dst_ip: remoteText(i), tunnel_key: null }
      yield { table: 'Physical_Locator', uuid: uuid('locator', i), row }
    }
    for (let i = 0; i < switches; i++) {
      const locators = [uuid('locator', i % remotes), uuid('locator', (i + 1) % remotes)]
      yield { table: 'Physical_Locator_Set', uuid: uuid('set', i), row: { locators } }
      const row = { MAC: 'unknown-dst', logical_switch: uuid('ls', i), locator_set: uuid('set', i) }
      yield { table: 'Mcast_Macs_Remote', uuid: uuid('group', i), row }
    }
    for (let i = 0; i < macs; i++) yield this.#placed(i, 0, i % remotes)
  }

  #physicalSwitch(switch_fault_status: readonly string[]): VtepRowUpdate {
    const own = Array.from({ length: ports }, (_, i) => uuid('port', i))
    const row = {
      name: 'br0',
      description: '',
      tunnel_ips: ['10.2.2.1'],
      ports: own,
      tunnels: [],
      switch_fault_status,
    }
    return { table: 'Physical_Switch', uuid: 'a0000000-0000-4000-8000-000000000000', row }
  }

  #placed(mac: number, generation: number, remote: number): VtepRowUpdate {
    this.#rows.set(mac, { generation, remote })
    const logical_switch = uuid('ls', mac % this.#size.switches)
    const row = { MAC: macText(mac), logical_switch, locator: uuid('locator', remote), ipaddr: '' }
    return { table: 'Ucast_Macs_Remote', uuid: uuid('mac', mac + generation * this.#size.macs), row }
  }

  /** As a controller does it: the old row goes, a new one comes. */
  #moved(mac: number): readonly VtepRowUpdate[] {
    const { generation, remote } = this.#rows.get(mac) ?? { generation: 0, remote: 0 }
    const former = uuid('mac', mac + generation * this.#size.macs)
    return [
      { table: 'Ucast_Macs_Remote', uuid: former, row: null },
      this.#placed(mac, generation + 1, (remote + 1) % this.#size.remotes),
    ]
  }

  #learned(round: number) {
    const ls = round % this.#size.switches
    const key = learnedKey(metadataOf(uuid('ls', ls)), macText(0x0100_0000 + (round % 1_000)) as Mac)
    const binding = bindingOf((ls % ports) + 1, Math.floor(ls / ports) + 1)
    return this.#record({ type: 'MacsLearned', isCatchUp: false, updates: [{ key, binding }] })
  }

  *#drift(mac: number): Step {
    const metadata = metadataOf(uuid('ls', mac % this.#size.switches))
    const absent = [flowKey(20, 100, `metadata=${metadata},dl_dst=${macText(mac)}`)]
    yield this.#record({ type: 'FlowsObserved', isDrift: true, present: [], absent, foreign: null })
    yield* this.#work()
  }

  #faults(faults: readonly string[]) {
    const updates: readonly RowUpdate[] = [this.#physicalSwitch(faults)]
    return this.#record({
      type: 'VtepUpdated',
      isCatchUp: false,
      updates: updates as readonly VtepRowUpdate[],
    })
  }

  *#outage(): Step {
    yield this.#record({ type: 'SourceLost', source: 'vtep', reason: 'connection refused' })
    yield this.#record({ type: 'VtepUpdated', isCatchUp: true, updates: [] })
    yield* this.#work()
  }
}
