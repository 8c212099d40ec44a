import { lookup } from '../model/collection.js'
import type { Limits } from '../model/limits.js'
import { parseEndPoint } from '../model/address.js'
import { parseMac } from '../model/mac.js'
import type { VtepTables } from '../model/state.js'
import type { Dirt } from './dirt.js'
import { type Indexes, keyAt } from './indexes.js'
import { macKeyParts } from './macs.js'
import { Ranking } from './ranking.js'
import { sendersAt } from './senders.js'
import type { View } from './view/view.js'

/** What is looked at. */
export interface Used {
  readonly tables: VtepTables
  readonly indexes: Indexes
  readonly view: View
}

/**
 * Which remote VTEPs and MACs of bound logical switches are made where there are limits: the lowest ones by address, whenever
 * they came, so that a start without a journal chooses the same.
 */
export class Admission {
  readonly #vteps: Ranking
  readonly #macs: Ranking

  constructor({ tunnels, macs }: Limits) {
    this.#vteps = new Ranking(tunnels)
    this.#macs = new Ranking(macs)
  }

  isVtepAdmitted(address: string): boolean {
    return this.#vteps.isWithin(address)
  }

  /** By `macKey`. */
  isMacAdmitted(key: string): boolean {
    return !this.#macs.isLimited || !isMacIn(key) || this.#macs.isWithin(rankOf(key))
  }

  /** To be called first. */
  begin(used: Used): void {
    const { locatorsAt, macs } = used.indexes
    this.#vteps.note(locatorsAt.keys(), (text) => isVtep(text, used))
    if (!this.#macs.isLimited) return
    const ranks = [...macs.entries()].map(({ piece }) => rankOf(piece))
    this.#macs.note(ranks, (rank) => isMac(keyIn(rank), used))
  }

  /** After this all dirty VTEPs are as they are, and what they decide of others is dirty, too. */
  followVteps(dirt: Dirt, used: Used): void {
    for (const address of this.#vteps.note(dirt.peers, (text) => isVtep(text, used))) {
      dirt.peers.add(address)
      for (const key of sendersAt(address, used.indexes)) dirt.senders.add(key)
      for (const locator of used.indexes.locatorsAt.of(address)) {
        dirt.followLocator(locator, used.tables, used.indexes)
        const key = lookup(used.tables.Physical_Locator, locator)?.tunnel_key ?? null
        if (key !== null) dirt.keys.add(keyAt(address, key))
      }
    }
  }

  /** The same for MACs. */
  followMacs(dirt: Dirt, used: Used): void {
    if (!this.#macs.isLimited) return
    const ranks = [...dirt.macs].map(({ piece }) => rankOf(piece))
    for (const rank of this.#macs.note(ranks, (each) => isMac(keyIn(each), used)))
      dirt.macs.add(used.indexes.macs.at(keyIn(rank)))
  }
}

/** Whether a bound logical switch sends to it. */
export function isUsed(remote: string, { indexes, view }: Pick<Used, 'indexes' | 'view'>): boolean {
  for (const locator of indexes.locatorsAt.of(remote))
    if (indexes.isUsedBySome(locator, view.bindings)) return true
  return false
}

function isVtep(text: string, used: Used): boolean {
  const address = parseEndPoint(text)
  return address !== undefined && !used.view.ownAddresses.includes(address) && isUsed(text, used)
}

function isMac(key: string, { indexes, view }: Used): boolean {
  if (!view.bindings.has(macKeyParts(key).logicalSwitch) || !isMacIn(key)) return false
  return indexes.macs.hasRows(key) || indexes.rowsOfGroup.has(key)
}

function isMacIn(key: string): boolean {
  return parseMac(macKeyParts(key).mac) !== undefined
}

/** The address first: no logical switch goes short for its UUID alone. */
function rankOf(key: string): string {
  const { logicalSwitch, mac } = macKeyParts(key)
  return `${mac}/${logicalSwitch}`
}

function keyIn(rank: string): string {
  const at = rank.lastIndexOf('/')
  return `${rank.slice(at + 1)}/${rank.slice(0, at)}`
}
