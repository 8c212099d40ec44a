import type { WireRow } from '../../ingest/decode.js'
import { type DatabaseContents, located, type SourceRow, SourceError } from './database.js'
import { cutTo } from '../../words/one-line.js'
import { parseDatum } from './datum.js'
import { captioned, contentsOf, type FoundTable, ownerOf, rowAt, unread } from './found-tables.js'

/**
 * The tables of `ovs-vsctl list TABLE` as it prints them for people, one after another, or of
 * `ovsdb-client dump --format=list`: rows of lines `COLUMN : VALUE` with an empty line between. Throws SourceError with the line.
 */
export function readLists(text: string): DatabaseContents {
  const found = new Map<string, Found>()
  let caption: string | undefined
  for (const { lines, line } of paragraphs(text)) {
    const name = captioned(lines[0] ?? '')
    if (name !== undefined) caption = name
    if (unread.has(caption)) continue
    const first = line + (name === undefined ? 0 : 1)
    const { row, uuid } = rowOf(name === undefined ? lines : lines.slice(1), first)
    const headings = Object.keys(row)
    const owner = ownerOf(headings, caption)
    if (owner === undefined) throw new SourceError(`line ${first}: no known table has these columns`)
    const [database, table] = owner
    const same = found.get(table) ?? {
      database,
      table,
      headings: null,
      rows: new Map<string, SourceRow>(),
      line,
    }
    found.set(table, same)
    if (headings.length === 0) continue
    if (uuid === undefined) throw new SourceError(`line ${first}: a row of ${table} without _uuid`)
    if (same.rows.has(uuid)) throw new SourceError(`line ${first}: the row ${uuid} once more`)
    same.rows.set(uuid, rowAt(first, owner, uuid, row))
    same.headings ??= headings
  }
  return contentsOf([...found.values()])
}

type Found = { -readonly [K in keyof FoundTable]: FoundTable[K] } & { readonly rows: Map<string, SourceRow> }

function* paragraphs(text: string): Generator<{ lines: string[]; line: number }> {
  let lines: string[] = []
  for (const [i, content] of [...text.split('\n'), ''].entries()) {
    if (content.trim() !== '') lines.push(content.trimEnd())
    else if (lines.length > 0) {
      yield { lines, line: i + 1 - lines.length }
      lines = []
    }
  }
}

function rowOf(lines: readonly string[], first: number): { row: WireRow; uuid: string | undefined } {
  const values = lines.map((content, i): [string, unknown] => {
    const [, column = '', value] = /^([A-Za-z_]\w*) *: (.+)$/.exec(content) ?? []
    if (value === undefined) throw new SourceError(`line ${first + i}: not a column and its value`)
    return [column, located(`line ${first + i}: ${cutTo(60, column)}`, () => parseDatum(value))]
  })
  const { _uuid, ...row } = Object.fromEntries(values)
  const uuid = Array.isArray(_uuid) && _uuid[0] === 'uuid' ? String(_uuid[1]) : undefined
  return { row, uuid }
}
