import type { RowMention, RowTold } from './row-told.js'
import type { Uuid } from '../../model/uuid.js'
import type { Names } from '../../words/names.js'
import { rowChange } from '../row-change.js'
import type { ChangeKind } from './change.js'
import { Departed, isMoved, type Placed, placedTexts, switchName } from './places.js'
import { type RowFact, otherRowFacts, factWeightOf } from './row-facts.js'

/** What the rows of one entry come to, told in names; the names hear them meanwhile. */
export function rowFacts(mentions: readonly RowMention[], names: Names, departed: Departed): RowFacts {
  const told = mentions.map((mention): RowTold & { readonly place: string | null } => {
    const known = names.row(mention.key)
    const before = known === undefined || known.isGone ? null : known.row
    return { mention, before, change: rowChange(mention, names), place: placeOf(before, names) }
  })
  for (const mention of mentions) names.hear(mention)
  const placed = placedIn(told, names, departed)
  const facts = otherRowFacts(
    told.filter(({ mention }) => macTables[mention.table] === undefined),
    names,
  )
  return { told, facts: [...macFacts(placed), ...facts].sort((a, b) => factWeightOf(b) - factWeightOf(a)) }
}

export interface RowFacts {
  readonly told: readonly RowTold[]
  /** Those that say most first. */
  readonly facts: readonly RowFact[]
}

/** What MACs of each table are, apart from those that the controller placed. */
const macTables: Readonly<Record<string, { readonly kind: ChangeKind; readonly words: string }>> = {
  Ucast_Macs_Remote: { kind: 'macs', words: '' },
  Mcast_Macs_Remote: { kind: 'macs', words: '' },
  Ucast_Macs_Local: { kind: 'reports', words: 'reported: ' },
  Mcast_Macs_Local: { kind: 'reports', words: 'reported: ' },
}

interface PlacedIn extends Placed {
  readonly table: string
}

/** Before and after of each MAC, whichever rows say so. */
function placedIn(
  told: readonly (RowTold & { readonly place: string | null })[],
  names: Names,
  departed: Departed,
): readonly PlacedIn[] {
  const all = new Map<string, PlacedIn>()
  for (const { mention, before, place } of told) {
    const { table, value } = mention
    if (macTables[table] === undefined) continue
    const { MAC = '', logical_switch = '' } = (value ?? before ?? {}) as MacColumns
    const key = `${table}/${logical_switch}/${MAC}`
    const known = all.get(key)
    const from = known?.from ?? place
    const to = placeOf(value, names) ?? known?.to ?? null
    all.set(key, { table, logicalSwitch: switchName(logical_switch, names), mac: MAC, from, to })
  }
  return [...all].map(([key, one]) => {
    if (one.to === null && one.from !== null) departed.left(key, one.from)
    const from = one.from ?? departed.returned(key)
    return { ...one, from: one.to === null ? one.from : from }
  })
}

interface MacColumns {
  readonly MAC?: string
  readonly logical_switch?: Uuid
  readonly locator?: Uuid
  readonly locator_set?: Uuid
}

function placeOf(row: object | null, names: Names): string | null {
  const { locator, locator_set } = (row ?? {}) as MacColumns
  if (locator !== undefined) return names.of(locator)
  return locator_set === undefined ? null : names.of(locator_set).replace(/^\{(.*)\}$/, '$1') || 'nowhere'
}

function macFacts(placed: readonly PlacedIn[]): readonly RowFact[] {
  return Object.entries(macTables).flatMap(([table, { kind, words }]) => {
    const some = placed.filter((one) => one.table === table)
    const kinds: readonly ChangeKind[] = kind === 'macs' && some.some(isMoved) ? ['moved', kind] : [kind]
    const moved = some.filter(isMoved).map(({ mac }) => mac)
    return placedTexts(some).map((text, i) => ({
      kinds,
      ...(i === 0 && moved.length > 0 && kind === 'macs' && { moved }),
      text: `${words}${text}`.replace(
        / unknown-dst( placed at)?/,
        (_, isPlaced) => ` unknown destinations${isPlaced === undefined ? '' : ' go to'}`,
      ),
    }))
  })
}
