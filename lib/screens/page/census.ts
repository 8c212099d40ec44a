import { changesBetween } from '../../model/diff.js'
import { type Collection, none } from '../../model/collection.js'
import type { State } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import type { UcastMacRow } from '../../schema/hardware-vtep.js'

/** How many MACs there are, and where. */
export interface CensusCounts {
  /** Learned here, by the logical switch's metadata. */
  readonly local: ReadonlyMap<string, number>
  /** By logical switch and locator: remote unicast MACs. */
  readonly remote: ReadonlyMap<Uuid, ReadonlyMap<Uuid, number>>
}

/** Counts the MACs of one state after another; what two of them share is not counted again. */
export class Census {
  #macs: Collection<UcastMacRow> = none
  #learned: Collection<number> = none
  readonly #local = new Map<string, number>()
  readonly #remote = new Map<Uuid, Map<Uuid, number>>()

  /** Good until the next call. */
  of({ vtep, learned }: Pick<State, 'vtep' | 'learned'>): CensusCounts {
    const macs = vtep?.Ucast_Macs_Remote ?? none
    for (const { actual, desired } of changesBetween(macs, this.#macs, Object.is)) {
      if (actual !== undefined) this.#count(actual, -1)
      if (desired !== undefined) this.#count(desired, 1)
    }
    this.#macs = macs
    for (const { key, actual, desired } of changesBetween(learned ?? none, this.#learned, Object.is)) {
      const by = Number(desired !== undefined) - Number(actual !== undefined)
      if (by !== 0) add(this.#local, key.slice(0, key.indexOf('/')), by)
    }
    this.#learned = learned ?? none
    return { local: this.#local, remote: this.#remote }
  }

  #count({ logical_switch, locator }: UcastMacRow, by: number): void {
    const counts = this.#remote.get(logical_switch) ?? new Map<Uuid, number>()
    this.#remote.set(logical_switch, counts)
    add(counts, locator, by)
    if (counts.size === 0) this.#remote.delete(logical_switch)
  }
}

function add<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
