import { parseDatum } from './datum.js'
import { type DatabaseContents, located, type SourceRow, SourceError } from './database.js'
import { captioned, contentsOf, type FoundTable, type Owner, ownerOf, rowAt, unread } from './found-tables.js'

/**
 * The tables of `ovsdb-client dump` in its own form or as `--format=csv`, or of `ovs-vsctl --format=table list TABLE` and the
 * like, one after another with an empty line between: a caption or none, the names of columns, in the table form a line of dashes,
 * and a line for each row. Throws SourceError with the line.
 */
export function readTextTables(text: string): DatabaseContents {
  return contentsOf(blocks(text).flatMap((block) => tableIn(block) ?? []))
}

interface Block {
  /** Where it begins. */
  readonly line: number
  readonly lines: readonly string[]
}

function blocks(text: string): readonly Block[] {
  const found: { line: number; lines: string[] }[] = []
  let isIn = false
  text.split('\n').forEach((content, i) => {
    if (content.trim() === '') isIn = false
    else if (isIn) found.at(-1)?.lines.push(content)
    else {
      found.push({ line: i + 1, lines: [content] })
      isIn = true
    }
  })
  return found
}

/** undefined: a table that both databases have and nobody reads. */
function tableIn({ line, lines }: Block): FoundTable | undefined {
  const caption = captioned((lines[0] ?? '').trim())
  const start = caption === undefined ? 0 : 1
  if (unread.has(caption)) return undefined
  const isRuled = /^[- ]*-[- ]*$/.test(lines[start + 1] ?? '')
  const cellsOf = isRuled ? spacedCells : commaCells
  const headings = cellsOf(lines[start] ?? '', line + start)
  const owner = ownerOf(headings, caption)
  if (owner === undefined) throw new SourceError(`line ${line}: no known table has these columns`)
  const rows = new Map<string, SourceRow>()
  const first = start + (isRuled ? 2 : 1)
  lines.slice(first).forEach((content, i) => {
    const at = line + first + i
    const [uuid, row] = rowOf(headings, cellsOf(content, at), owner, at)
    if (rows.has(uuid)) throw new SourceError(`line ${at}: the row ${uuid} once more`)
    rows.set(uuid, row)
  })
  return { database: owner[0], table: owner[1], headings, rows, line }
}

function rowOf(
  headings: readonly string[],
  cells: readonly string[],
  owner: Owner,
  at: number,
): [string, SourceRow] {
  if (cells.length !== headings.length)
    throw new SourceError(
      `line ${at}: ${cells.length} values for the ${headings.length} columns of ${owner[1]}: the line is cut off, or wrapped`,
    )
  const values = headings.map((heading, i): [string, unknown] => [
    heading,
    located(`line ${at}: ${heading}`, () => parseDatum(cells[i] ?? '')),
  ])
  const { _uuid, ...row } = Object.fromEntries(values)
  if (!Array.isArray(_uuid) || _uuid[0] !== 'uuid')
    throw new SourceError(`line ${at}: a row of ${owner[1]} without _uuid`)
  const uuid = String(_uuid[1])
  return [uuid, rowAt(at, owner, uuid, row)]
}

/** Quoted strings, sets and maps with what is quoted in them, and bare words; widths are not looked at. */
const cell =
  /\s*("(?:[^"\\]|\\.)*"|\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\]|\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\}|[^\s"[{]\S*)(?=\s|$)/y

function spacedCells(content: string, line: number): readonly string[] {
  const found: string[] = []
  const end = content.trimEnd().length
  for (cell.lastIndex = 0; cell.lastIndex < end;) {
    const [, value] = cell.exec(content) ?? []
    if (value === undefined) throw new SourceError(`line ${line}: not a row of a table`)
    found.push(value)
  }
  return found
}

/** RFC 4180: what has a comma or a quotation mark is quoted, its quotation marks doubled. */
const quoted = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y

function commaCells(content: string, line: number): readonly string[] {
  const found: string[] = []
  quoted.lastIndex = 0
  for (let mark = ','; mark === ',';) {
    const [, inQuotes, bare = '', next] = quoted.exec(content.trimEnd()) ?? []
    if (next === undefined) throw new SourceError(`line ${line}: not comma-separated values`)
    found.push(inQuotes?.replaceAll('""', '"') ?? bare)
    mark = next
  }
  return found
}
