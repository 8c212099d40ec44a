import type { Limits } from '../model/limits.js'
import { parseEndPoint } from '../model/address.js'
import { parseMac } from '../model/mac.js'
import type { VtepTables } from '../model/state.js'
import type { Indexes } from './indexes.js'
import { type MacEntry, macKeyParts } from './macs.js'
import { Ranking } from './ranking.js'
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

  /** Notes whether some VTEPs are in use. Gives those that this brings within the limit, or pushes out. */
  changedVteps(addresses: Iterable<string>, used: Used): readonly string[] {
    return this.#vteps.note(addresses, (text) => isVtep(text, used))
  }

  /** The same for MACs; gives `macKey`s. */
  changedMacs(entries: Iterable<MacEntry>, used: Used): readonly string[] {
    if (!this.#macs.isLimited) return []
    const ranks = [...entries].map(({ piece }) => rankOf(piece))
    return this.#macs.note(ranks, (rank) => isMac(keyIn(rank), used)).map(keyIn)
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
