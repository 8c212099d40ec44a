import { createHash } from 'node:crypto'
import type { Entry } from '../lib/model/event.js'
import { oneLine } from '../lib/words/one-line.js'
import { ovsTables } from '../lib/schema/open-vswitch.js'
import { piecesOf } from '../lib/model/pieces.js'
import type { State } from '../lib/model/state.js'
import { vtepTables } from '../lib/schema/hardware-vtep.js'
import { chainOf, formatVersion, type Tip } from './format.js'

/** The version of bundles that this program writes; it reads none that is newer. */
export const bundleVersion = 1

/** The first line of a bundle. */
interface Header {
  readonly bundle: number
  /** Who wrote it, and the format of the journals it writes: what its entries and pieces are to be read as. */
  readonly program: string
  readonly format: number
  readonly isRedacted: boolean
  /** Of what was looked at, where it says: Open vSwitch and the schemas of the databases. */
  readonly versions?: Readonly<Record<string, string>>
  /** The snapshot that the entries begin with, its pieces follow; null: they begin at the beginning. */
  readonly origin: { readonly seq: number; readonly atMs: number; readonly chain: string } | null
  /** The columns of the databases that rows have. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** A part of a history that stands by itself. */
export interface Excerpt {
  /** What led to its first entry; null: nothing did. */
  readonly origin: (Tip & { readonly atMs: number; readonly state: State }) | null
  readonly entries: Iterable<Entry>
}

/** An entry with its chain value, a line of a bundle. */
interface Chained extends Entry {
  readonly chain: string
}

/** The last line says how many entries there are, and has the SHA-256 of all that stands before it. */
interface End {
  readonly end: { readonly entries: number; readonly sha256: string }
}

/**
 * The lines of a bundle, JSON each: header, pieces of the snapshot, entries, and an end by which a truncated one is known.
 * The chain is that of the journal, as long as the entries are.
 */
export function* bundleLines(
  excerpt: Excerpt,
  about: Pick<Header, 'program' | 'isRedacted' | 'versions'>,
  chainStart: Buffer,
): Generator<string> {
  const hash = createHash('sha256')
  const hashed = (value: unknown): string => {
    // escaped as JSON has it, so that it may also pass a terminal
    const line = oneLine(JSON.stringify(value))
    hash.update(`${line}\n`)
    return line
  }
  const { origin } = excerpt
  yield hashed({
    bundle: bundleVersion,
    program: about.program,
    format: formatVersion,
    isRedacted: about.isRedacted,
    ...(about.versions === undefined ? {} : { versions: about.versions }),
    origin: origin && { seq: origin.seq, atMs: origin.atMs, chain: origin.chain.toString('hex') },
    tables: { hardware_vtep: columnsOf(vtepTables), Open_vSwitch: columnsOf(ovsTables) },
  } satisfies Header)
  for (const text of origin === null ? [] : piecesOf(origin.state)) yield hashed({ piece: text })
  let chain = origin?.chain ?? chainStart
  let entries = 0
  for (const { seq, atMs, event } of excerpt.entries) {
    chain = chainOf(chain, seq, atMs, JSON.stringify(event))
    entries++
    yield hashed({ seq, atMs, event, chain: chain.toString('hex') } satisfies Chained)
  }
  yield JSON.stringify({ end: { entries, sha256: hash.digest('hex') } } satisfies End)
}

function columnsOf(tables: Readonly<Record<string, object>>): Header['tables'][string] {
  return Object.fromEntries(Object.entries(tables).map(([name, columns]) => [name, Object.keys(columns)]))
}
