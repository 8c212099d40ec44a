import { lookup } from '../model/collection.js'
import type { Uuid } from '../model/uuid.js'
import type { RowChange } from './indexes.js'
import type { Rows } from './pieces/kind.js'

/** Whether changed rows make the view or the VNIs others: they are made anew as a whole. */
export class StaleParts {
  view = false
  vnis = false
  /** Logical switches that were looked at already: many rows name each. */
  readonly #seen = new Set<Uuid>()

  /** Asked with the rows before a change, and with those after. */
  row(change: RowChange, { tables, indexes }: Rows): void {
    switch (change.table) {
      case 'Physical_Switch':
      case 'Physical_Port':
      case 'Tunnel':
      case 'Logical_Router':
        this.view = true
        return
      case 'Physical_Locator':
        if (indexes.tunnelsAt.has(change.uuid)) this.view = true
        return
      case 'Logical_Switch':
        this.vnis = true
        return
      case 'Ucast_Macs_Remote':
        if (change.before?.logical_switch === change.after?.logical_switch) return
        for (const row of [change.before, change.after]) if (row !== undefined) this.#remotesOf(row, tables)
        return
      case 'Mcast_Macs_Remote':
        for (const row of [change.before, change.after]) if (row !== undefined) this.#remotesOf(row, tables)
        return
      case 'Physical_Locator_Set':
      case 'Ucast_Macs_Local':
      case 'Mcast_Macs_Local':
      case 'ACL':
      case 'ACL_entry':
      case 'Arp_Sources_Local':
      case 'Arp_Sources_Remote':
        return
    }
  }

  /** Key 0 is claimed only while there are remote rows. */
  #remotesOf({ logical_switch }: { readonly logical_switch: Uuid }, tables: Rows['tables']): void {
    if (this.#seen.has(logical_switch)) return
    this.#seen.add(logical_switch)
    if (lookup(tables.Logical_Switch, logical_switch)?.tunnel_key === 0) this.vnis = true
  }
}
