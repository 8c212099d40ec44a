import { amend, type Collection, entriesOf, none } from './collection.js'
import { shared } from './uuid.js'
import { faultIn } from './shape.js'
import { emptyOvsTables, emptyVtepTables, type State } from './state.js'
import { faultOfPiece, headShape } from './state-shape.js'

/** A text that was read is no piece of a state; the message says which field, and what it should be. */
export class MalformedState extends Error {
  override readonly name = 'MalformedState'
}

/** A piece: where its rows belong, and the rows; the first has no place and holds all that is small. */
type Piece = readonly [place: string, rows: readonly (readonly [string, unknown])[]]

const rowsAPiece = 1000

/**
 * A whole state as JSON texts, made one by one as they are asked for, so that a large state can be written a bit
 * at a time. The same state gives the same texts. What was written is not held any more: meanwhile others may have replaced it.
 */
export function piecesOf(state: State): Generator<string> {
  const { vtep, ovs, seen, flows, learned, claims } = state
  const isKnown = {
    vtep: vtep && {},
    ovs: ovs && {},
    seen: {},
    flows: flows && {},
    learned: learned && {},
    ...(claims && { claims: {} }),
  }
  const tables = [...placed('vtep/', vtep ?? {}), ...placed('ovs/', ovs ?? {})]
  // what weighs most goes first
  const waiting = [
    ...placed('', { flows }),
    ...tables,
    ...placed('', { seen, learned, claims: claims ?? null }),
  ]
  return texts(JSON.stringify({ ...state, ...isKnown }), waiting.reverse())
}

/** `waiting` is emptied from its end. */
function* texts(head: string, waiting: (readonly [string, Collection<unknown>])[]): Generator<string> {
  yield head
  for (;;) {
    const next = waiting.pop()
    if (next === undefined) return
    const [place, collection] = next
    let rows: (readonly [string, unknown])[] = []
    for (const row of entriesOf(collection)) {
      rows.push(row)
      if (rows.length < rowsAPiece) continue
      yield JSON.stringify([place, rows])
      rows = []
    }
    if (rows.length > 0) yield JSON.stringify([place, rows])
  }
}

/** The state that `piecesOf` was given. Throws MalformedState where the texts are no state, an Error where they are not all of its. */
export function joined(texts: Iterable<string>): State {
  let head: State | null = null
  const places = new Map<string, Collection<unknown>>()
  for (const text of texts) {
    const value: unknown = JSON.parse(text)
    const fault = head === null ? faultIn(headShape, value) : faultOfPiece(value)
    if (fault !== null) throw new MalformedState(fault.replace(/^: /, ''))
    if (head === null) head = value as State
    else {
      const [place, rows] = value as Piece
      for (const [, row] of rows) shareUuids(row)
      places.set(place, amend<unknown>(places.get(place) ?? none, rows))
    }
  }
  if (head === null) throw new Error('a state has at least one piece')
  const keyed = (place: string) => (places.get(place) ?? none) as never
  const tables = <T extends object>(prefix: string, empty: T): T =>
    Object.fromEntries(Object.keys(empty).map((name) => [name, keyed(prefix + name)])) as T
  return {
    ...head,
    vtep: head.vtep && tables('vtep/', emptyVtepTables()),
    ovs: head.ovs && tables('ovs/', emptyOvsTables()),
    seen: keyed('seen'),
    flows: head.flows && keyed('flows'),
    learned: head.learned && keyed('learned'),
    ...(head.claims && { claims: keyed('claims') }),
  }
}

/** Each text that was read is a copy of its own, and what a row refers to most others refer to too. */
export function shareUuids(row: unknown): void {
  if (typeof row !== 'object' || row === null) return
  const columns = row as Record<string, unknown>
  for (const name in columns) {
    const value = columns[name]
    if (typeof value === 'string' && value.length === 36) columns[name] = shared(value)
  }
}

function placed(prefix: string, collections: object): (readonly [string, Collection<unknown>])[] {
  return Object.entries(collections)
    .filter(([, collection]) => collection !== null)
    .map(([name, collection]) => [prefix + name, collection as Collection<unknown>] as const)
}
