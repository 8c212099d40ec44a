import type { Names } from '../../words/names.js'
import type { Uuid } from '../../model/uuid.js'

/** Where a MAC was, and where it is; null: nowhere. */
export interface Placed {
  readonly logicalSwitch: string
  readonly mac: string
  readonly from: string | null
  readonly to: string | null
}

/** So many MACs are remembered that went without coming back. */
const mostGone = 20_000

/** MACs that go in one entry and come back elsewhere in a later one have moved, too. */
export class Departed {
  readonly #places = new Map<string, string>()

  left(key: string, place: string): void {
    this.#places.delete(key)
    this.#places.set(key, place)
    if (this.#places.size <= mostGone) return
    for (const oldest of this.#places.keys()) {
      this.#places.delete(oldest)
      break
    }
  }

  /** Where it was when it went; it is told once. */
  returned(key: string): string | null {
    const place = this.#places.get(key) ?? null
    this.#places.delete(key)
    return place
  }
}

/** Sentences on MACs that came, moved and went, one for each logical switch and pair of places, or one for all. */
export function placedTexts(all: readonly Placed[]): readonly string[] {
  const groups = new Map<string, Placed[]>()
  for (const one of all) {
    const key = JSON.stringify([one.logicalSwitch, one.from, one.to])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  if (groups.size <= mostGroups) return [...groups.values()].map(groupText)
  const switches = new Set(all.map(({ logicalSwitch }) => logicalSwitch)).size
  const where = `in ${switches} logical ${switches === 1 ? 'switch' : 'switches'}`
  const verbs = [
    ['moved', all.filter(isMoved)],
    ['placed', all.filter(({ from, to }) => from === null && to !== null)],
    ['removed', all.filter(({ to }) => to === null)],
  ] as const
  return verbs.flatMap(([verb, some]) =>
    some.length === 0 ? [] : [`${macCount(some.length)} ${verb} ${where}`],
  )
}

const mostGroups = 3

export function isMoved({ from, to }: Placed): boolean {
  return from !== null && to !== null && from !== to
}

function groupText(group: readonly Placed[]): string {
  const [{ logicalSwitch, mac, from, to } = { logicalSwitch: '', mac: '', from: null, to: null }] = group
  const what = group.length === 1 ? mac : macCount(group.length)
  if (to === null) return `${logicalSwitch}: ${what} removed from ${from ?? 'nowhere'}`
  if (from === null) return `${logicalSwitch}: ${what} placed at ${to}`
  return from === to
    ? `${logicalSwitch}: ${what} written anew at ${to}`
    : `${logicalSwitch}: ${what} moved ${from} → ${to}`
}

function macCount(count: number): string {
  return `${count} ${count === 1 ? 'MAC' : 'MACs'}`
}

/** A logical switch by its row, of which there may be none. */
export function switchName(uuid: Uuid, names: Names): string {
  return names.row(uuid)?.table === 'Logical_Switch' ? names.of(uuid) : uuid.slice(0, 8)
}
