import type { Target } from '../../pipeline/target.js'
import { type Address, parseEndPoint, whyNoEndPoint } from '../../model/address.js'
import { lookup } from '../../model/collection.js'
import type { VtepTables } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import { sourceFor } from './sharing.js'
import type { View } from './view.js'

/** A remote VTEP as a locator names it. */
export interface End {
  readonly address: Address
  /** The locator's tunnel_key. */
  readonly key: number | null
  /** By which port frames to it leave; null: it is not there yet; a text: why there is none. */
  readonly exit: Pick<Target, 'via'> | null | string
}

/** What the locators say, each read once however many MACs are there. */
export class Ends {
  readonly #known = new Map<Uuid, End | null | string>()
  readonly #tables: VtepTables
  readonly #view: View

  constructor(tables: VtepTables, view: View) {
    this.#tables = tables
    this.#view = view
  }

  /** Those of other tables and another view: the same where the locators say the same. */
  of(tables: VtepTables, view: View): Ends {
    const isSame = view === this.#view && tables.Physical_Locator === this.#tables.Physical_Locator
    return isSame ? this : new Ends(tables, view)
  }

  /** Null: our own end point; a text: why it is none. */
  at(locator: Uuid): End | null | string {
    const known = this.#known.get(locator)
    if (known !== undefined) return known
    const end = endAt(locator, this.#tables, this.#view)
    this.#known.set(locator, end)
    return end
  }
}

function endAt(locator: Uuid, tables: VtepTables, view: View): End | null | string {
  const row = lookup(tables.Physical_Locator, locator)
  if (row === undefined) return `locator ${locator} is not there`
  const address = parseEndPoint(row.dst_ip)
  if (address === undefined) return `dst_ip: ${String(whyNoEndPoint(row.dst_ip))}`
  if (view.ownAddresses.includes(address)) return null
  return { address, key: row.tunnel_key, exit: exitTo(address, view) }
}

function exitTo(address: Address, view: View): End['exit'] {
  const [first] = view.exits
  if (first === undefined || first.local === null) return { via: null }
  const source = sourceFor(address, view.ownAddresses)
  if (source === undefined) return `no end point of ours is of the kind of ${address}`
  const exit = view.exits.find(({ local }) => local === source)
  return exit === undefined ? null : { via: exit === first ? null : exit.ofport }
}
