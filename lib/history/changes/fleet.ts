import type { HistoryChange } from './change.js'
import type { Chronicle } from './chronicle.js'

/** The history of one switch among several, and which of its changes are wanted. */
export interface FleetMember {
  readonly name: string
  readonly chronicle: Chronicle
  /** Of changes in the chronicle, ascending. */
  readonly places: readonly number[]
}

/** A change, and whose it is. */
export interface FleetChange {
  readonly name: string
  readonly place: number
  readonly change: HistoryChange
}

/** The wanted changes of all members on one axis of time: each by the clock of its own switch. */
export function onOneAxis(members: readonly FleetMember[]): readonly FleetChange[] {
  return members
    .flatMap(({ name, chronicle, places }) =>
      places.flatMap((place) => {
        const change = chronicle.at(place)
        return change === undefined ? [] : [{ name, place, change }]
      }),
    )
    .sort((a, b) => a.change.atMs - b.change.atMs)
}

/** When a switch first had one of the wanted changes. */
export interface Sighting {
  readonly name: string
  readonly count: number
  /** Null: never. */
  readonly firstMs: number | null
  /** After the first of all, milliseconds; null: never. */
  readonly lateMs: number | null
}

/** Who was first, and how much later the others were; those that had none come last. */
export function sightings(members: readonly FleetMember[]): readonly Sighting[] {
  const firsts = members.map(({ name, chronicle, places }) => {
    const [place] = places
    const firstMs = place === undefined ? null : (chronicle.at(place)?.atMs ?? null)
    return { name, count: places.length, firstMs }
  })
  const first = Math.min(...firsts.map(({ firstMs }) => firstMs ?? Infinity))
  return firsts
    .map((one) => ({ ...one, lateMs: one.firstMs === null ? null : one.firstMs - first }))
    .sort((a, b) => (a.lateMs ?? Infinity) - (b.lateMs ?? Infinity))
}

/** In words. */
export function sightingText({ count, lateMs }: Sighting): string {
  if (lateMs === null) return 'no such change'
  const when = lateMs === 0 ? 'the first' : `${(lateMs / 1000).toFixed(3)} s later`
  return `${count === 1 ? 'one change' : `${count} changes`}, ${when}`
}
