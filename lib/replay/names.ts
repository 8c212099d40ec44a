import { metadataOf } from '../model/identity.js'
import { entriesOf } from '../model/buckets.js'
import type { State } from '../model/state.js'
import type { Mention } from './mentions.js'

/** What the numbers in flows are called: logical switches by metadata, ports by OpenFlow port; also of rows that are gone. */
export class Names {
  readonly #switches = new Map<string, string>()
  readonly #ports = new Map<number, string>()

  constructor({ vtep, ovs }: Pick<State, 'vtep' | 'ovs'>) {
    for (const [key, value] of vtep === null ? [] : entriesOf(vtep.Logical_Switch))
      this.hear({ what: 'row', table: 'Logical_Switch', key, value })
    for (const [key, value] of ovs === null ? [] : entriesOf(ovs.Interface))
      this.hear({ what: 'row', table: 'Interface', key, value })
  }

  hear(mention: Mention): void {
    if (mention.what !== 'row' || mention.value === null) return
    const { name, ofport } = mention.value as { name?: string; ofport?: number | null }
    if (name === undefined) return
    if (mention.table === 'Logical_Switch') this.#switches.set(metadataOf(mention.key), name)
    if (mention.table === 'Interface' && typeof ofport === 'number') this.#ports.set(ofport, name)
  }

  logicalSwitch(metadata: string): string {
    return this.#switches.get(metadata) ?? `the logical switch ${metadata}`
  }

  port(ofport: number): string {
    return this.#ports.get(ofport) ?? `port ${ofport}`
  }

  /** A binding: port and VLAN. */
  binding(number: number): string {
    const vlan = number % 0x10000
    return `${this.port(Math.floor(number / 0x10000))} ${vlan === 0 ? 'untagged' : `VLAN ${vlan}`}`
  }
}
