import type { Core } from '../../lib/daemon/core.js'
import { entriesOf, none } from '../../lib/model/collection.js'
import type { Entry, VtepRowUpdate } from '../../lib/model/event.js'
import type { VtepRow } from '../../lib/schema/hardware-vtep.js'
import { watchedMac } from './world.js'

/** Changes of remote MACs for a core that has some: each becomes an entry, which the core folds. */
export class MacRows {
  readonly #core: Core
  readonly #rows: readonly (readonly [string, VtepRow<'Ucast_Macs_Remote'>])[]
  #made = 0

  constructor(core: Core) {
    this.#core = core
    this.#rows = [...entriesOf(core.state.vtep?.Ucast_Macs_Remote ?? none)]
    if (this.#rows.length === 0) throw new Error('a world without MACs')
  }

  /** A MAC that was not there before. */
  addition(): Entry {
    const n = ++this.#made
    const uuid = `00000000-0000-0000-0000-${n.toString(16).padStart(12, '0')}`
    return this.#entry({ table: 'Ucast_Macs_Remote', uuid, row: { ...this.#row(n)[1], MAC: watchedMac(n) } })
  }

  /** A MAC that moves to where another is. */
  change(): Entry {
    const n = ++this.#made
    const [uuid, row] = this.#row(n)
    const [, { locator }] = this.#row(n * 7 + 1)
    return this.#entry({ table: 'Ucast_Macs_Remote', uuid: uuid, row: { ...row, locator } })
  }

  #row(n: number): readonly [string, VtepRow<'Ucast_Macs_Remote'>] {
    const row = this.#rows[n % this.#rows.length]
    if (row === undefined) throw new Error('a world without MACs')
    return row
  }

  #entry(update: VtepRowUpdate): Entry {
    const event = { type: 'VtepUpdated', isCatchUp: false, updates: [update] } as const
    const entry = { seq: this.#core.state.seq + 1, atMs: Date.now(), event }
    this.#core.fold(entry)
    return entry
  }
}
