import { parseAddress } from '../model/address.js'
import type { Binding } from '../model/binding.js'
import { lookup } from '../model/collection.js'
import { aclDigits } from '../model/identity.js'
import type { VtepTables } from '../model/state.js'
import type { Uuid } from '../model/uuid.js'
import type { LocatorRow, UcastMacRow } from '../schema/hardware-vtep.js'
import { addressKeyOf } from './addresses.js'
import { type Indexes, keyAt, type RowChange } from './indexes.js'
import { type MacEntry, macKey } from './macs.js'
import { senderKey } from './senders.js'

/** The pieces to derive again. More than needed costs time, fewer than needed is a bug. */
export class Dirt {
  readonly macs = new Set<MacEntry>()
  readonly bindings = new Set<Binding>()
  /** Those that are no more; one of the same number may have come. */
  readonly unbound = new Set<Binding>()
  readonly vnis = new Set<number>()
  readonly switches = new Set<Uuid>()
  readonly peers = new Set<string>()
  /** Remote VTEPs to which frames are sent from now on, or no more, or as before. */
  readonly uses = new Set<string>()
  /** `senderKey` */
  readonly senders = new Set<string>()
  readonly learned = new Set<string>()
  /** `placeOf` */
  readonly places = new Set<string>()
  /** `addressKey` */
  readonly addresses = new Set<string>()
  /** `keyAt` */
  readonly keys = new Set<string>()
  readonly acls = new Set<Uuid>()
  readonly aclEntries = new Set<Uuid>()
  /** Physical_Port rows whose ACLs are to be looked at. */
  readonly aclPorts = new Set<Uuid>()
  isViewStale = false
  areVnisStale = false
  /** Which rows were looked at already: many refer to each, and where they differ they are followed themselves. */
  readonly #locators = new Set<Uuid>()
  readonly #logicalSwitches = new Set<Uuid>()

  /** What changed rows touch, by what the rows said `before` and by what they say `after`; `indexes` go along with them. */
  follow(changes: readonly RowChange[], before: VtepTables, after: VtepTables, indexes: Indexes): void {
    for (const change of changes) this.#follow(change, before, indexes)
    for (const change of changes) indexes.note(change, this.macs)
    for (const change of changes)
      // hangs on no index, and of other rows only on such as are followed themselves where they differ
      if (change.table !== 'Ucast_Macs_Remote') this.#follow(change, after, indexes)
  }

  #follow(change: RowChange, tables: VtepTables, indexes: Indexes): void {
    switch (change.table) {
      case 'Physical_Port':
        this.isViewStale = true
        this.aclPorts.add(change.uuid)
        for (const row of present(change.before, change.after))
          for (const [, acl] of row.acl_bindings) this.acls.add(acl)
        return
      case 'Physical_Switch':
      case 'Tunnel':
        this.isViewStale = true
        return
      case 'ACL':
        for (const acl of indexes.aclsAlike.of(aclDigits(change.uuid))) this.#acl(acl, indexes)
        this.#acl(change.uuid, indexes)
        return
      case 'ACL_entry':
        this.aclEntries.add(change.uuid)
        for (const acl of indexes.aclsWith.of(change.uuid)) this.#acl(acl, indexes)
        return
      case 'Logical_Switch':
        this.areVnisStale = true
        this.switches.add(change.uuid)
        for (const entry of indexes.groupsOf(change.uuid, tables)) this.macs.add(entry)
        return
      case 'Logical_Router':
        this.areVnisStale = true
        return
      case 'Ucast_Macs_Remote':
        // the indexes tell whose rows they are
        this.#mac(change.before, change.after, tables)
        this.#mac(change.after, change.before, tables)
        return
      case 'Mcast_Macs_Remote':
        for (const row of present(change.before, change.after)) {
          this.switches.add(row.logical_switch)
          this.macs.add(indexes.macs.at(macKey(row)))
          this.#remotesOf(row.logical_switch, tables)
          this.#peersIn(row.locator_set, tables)
          this.#sendersIn(row.locator_set, row.logical_switch, tables)
        }
        return
      case 'Physical_Locator_Set':
        this.#peersIn(change.uuid, tables)
        for (const uuid of indexes.groupRowsAt.secondsOf(change.uuid))
          this.#sendersIn(change.uuid, uuid, tables)
        this.#groupsAt(change.uuid, tables, indexes)
        return
      case 'Physical_Locator':
        if (indexes.tunnelsAt.has(change.uuid)) this.isViewStale = true
        for (const row of present(change.before, change.after)) {
          this.#end(row, this.peers)
          for (const uuid of indexes.switchesUsing(change.uuid)) this.#sender(row, uuid)
        }
        this.followLocator(change.uuid, tables, indexes)
        return
      case 'Ucast_Macs_Local':
      case 'Mcast_Macs_Local':
        return
    }
  }

  #acl(acl: Uuid, indexes: Indexes): void {
    this.acls.add(acl)
    for (const port of indexes.portsWithAcl.of(acl)) this.aclPorts.add(port)
  }

  /** What is asked at a port that has other bindings now. */
  followAcls(port: Uuid, tables: VtepTables): void {
    this.aclPorts.add(port)
    for (const [, acl] of lookup(tables.Physical_Port, port)?.acl_bindings ?? []) this.acls.add(acl)
  }

  /** `other`: what it was before, or is from now on. */
  #mac(row: UcastMacRow | undefined, other: UcastMacRow | undefined, tables: VtepTables): void {
    if (row === undefined) return
    const address = addressKeyOf(row)
    if (address !== undefined) this.addresses.add(address)
    this.#peerAt(row.locator, tables)
    if (row.locator !== other?.locator || row.logical_switch !== other.logical_switch)
      this.#senderAt(row.locator, row.logical_switch, tables)
    if (row.logical_switch !== other?.logical_switch) this.#remotesOf(row.logical_switch, tables)
  }

  /** What sends to a locator set. */
  #groupsAt(set: Uuid, tables: VtepTables, indexes: Indexes): void {
    for (const group of indexes.groupRowsAt.of(set)) {
      const row = lookup(tables.Mcast_Macs_Remote, group)
      if (row === undefined) continue
      this.switches.add(row.logical_switch)
      this.macs.add(indexes.macs.at(macKey(row)))
    }
  }

  /** The VTEPs that a logical switch sends to. */
  followUses(logicalSwitch: Uuid, tables: VtepTables, indexes: Indexes): void {
    const locators = new Set<Uuid>()
    for (const uuid of indexes.macRows.of(logicalSwitch))
      locators.add(lookup(tables.Ucast_Macs_Remote, uuid)?.locator ?? '')
    for (const uuid of indexes.groupRows.of(logicalSwitch)) {
      const set = lookup(tables.Mcast_Macs_Remote, uuid)?.locator_set ?? ''
      for (const locator of lookup(tables.Physical_Locator_Set, set)?.locators ?? []) locators.add(locator)
    }
    for (const locator of locators) {
      this.#peerAt(locator, tables)
      this.#senderAt(locator, logicalSwitch, tables)
    }
  }

  /** Everything whose frames go to a locator. */
  followLocator(uuid: Uuid, tables: VtepTables, indexes: Indexes): void {
    for (const mac of indexes.macRowsAt.of(uuid)) {
      const row = lookup(tables.Ucast_Macs_Remote, mac)
      if (row !== undefined) this.macs.add(indexes.macs.at(macKey(row)))
    }
    for (const set of indexes.setsWith.of(uuid)) this.#groupsAt(set, tables, indexes)
  }

  /** Key 0 is claimed only while there are remote rows. */
  #remotesOf(logicalSwitch: Uuid, tables: VtepTables): void {
    if (this.#logicalSwitches.has(logicalSwitch)) return
    this.#logicalSwitches.add(logicalSwitch)
    if (lookup(tables.Logical_Switch, logicalSwitch)?.tunnel_key === 0) this.areVnisStale = true
  }

  #peersIn(set: Uuid, tables: VtepTables): void {
    for (const locator of lookup(tables.Physical_Locator_Set, set)?.locators ?? [])
      this.#peerAt(locator, tables)
  }

  #sendersIn(set: Uuid, logicalSwitch: Uuid, tables: VtepTables): void {
    for (const locator of lookup(tables.Physical_Locator_Set, set)?.locators ?? [])
      this.#senderAt(locator, logicalSwitch, tables)
  }

  #senderAt(locator: Uuid, logicalSwitch: Uuid, tables: VtepTables): void {
    const row = lookup(tables.Physical_Locator, locator)
    if (row !== undefined) this.#sender(row, logicalSwitch)
  }

  #sender({ dst_ip }: LocatorRow, logicalSwitch: Uuid): void {
    this.senders.add(senderKey(parseAddress(dst_ip) ?? dst_ip, logicalSwitch))
  }

  #peerAt(locator: Uuid, tables: VtepTables): void {
    if (this.#locators.has(locator)) return
    this.#locators.add(locator)
    const row = lookup(tables.Physical_Locator, locator)
    if (row !== undefined) this.#end(row, this.uses)
  }

  #end({ dst_ip, tunnel_key }: LocatorRow, addresses: Set<string>): void {
    addresses.add(parseAddress(dst_ip) ?? dst_ip)
    if (tunnel_key !== null) this.keys.add(keyAt(dst_ip, tunnel_key))
  }
}

function present<T>(...rows: readonly (T | undefined)[]): T[] {
  return rows.filter((row) => row !== undefined)
}
