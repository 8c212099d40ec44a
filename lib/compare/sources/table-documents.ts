import { isUuid } from '../../model/uuid.js'
import { type DatabaseContents, isObject, type SourceRow, SourceError } from './database.js'
import { captioned, contentsOf, type FoundTable, ownerOf, rowAt, unread } from './found-tables.js'

/**
 * The tables of `ovsdb-client dump --format=json`, or of `--format=json list TABLE` of ovs-vsctl or vtep-ctl, one
 * after another: documents of headings and data. Such a list does not name its table: it is told by its columns.
 * Throws SourceError with the line.
 */
export function readTableDocuments(text: string): DatabaseContents {
  return contentsOf(documents(text).flatMap((document) => tableOf(document) ?? []))
}

/** undefined: a table that both databases have and nobody reads. */
function tableOf({ value, line }: { value: unknown; line: number }): FoundTable | undefined {
  const { headings, data, caption } = isObject(value) ? value : {}
  if (!isStrings(headings) || !Array.isArray(data))
    throw new SourceError(`line ${line}: no table with headings and data`)
  const name = typeof caption === 'string' ? captioned(caption) : undefined
  if (unread.has(name)) return undefined
  const owner = ownerOf(headings, name)
  if (owner === undefined) throw new SourceError(`line ${line}: no known table has these columns`)
  const [database, table] = owner
  const at = headings.indexOf('_uuid')
  if (at < 0) throw new SourceError(`line ${line}: ${table} without _uuid`)
  const rows = new Map<string, SourceRow>()
  for (const values of data as readonly unknown[]) {
    const uuid: unknown = Array.isArray(values) && values.length === headings.length ? values[at] : undefined
    const text: unknown = Array.isArray(uuid) && uuid[0] === 'uuid' ? uuid[1] : undefined
    if (typeof text !== 'string' || !isUuid(text))
      throw new SourceError(`line ${line}: ${table} with a row that has no UUID`)
    const row = Object.fromEntries(
      headings.map((heading, i) => [heading, (values as readonly unknown[])[i]] as const),
    )
    rows.set(text, rowAt(line, owner, text, row))
  }
  return { database, table, headings, rows, line }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** JSON texts one after another, with blanks between or nothing. */
function documents(text: string): { value: unknown; line: number }[] {
  const found: { value: unknown; line: number }[] = []
  let [depth, start, line, startLine] = [0, -1, 1, 1]
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    if (letter === '\n') line++
    else if (letter === '"') {
      const from = i
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++
      if (depth === 0)
        throw new SourceError(`line ${line}: not JSON: ${JSON.stringify(text.slice(from, from + 20))}`)
    } else if (letter === '{' || letter === '[') {
      if (depth++ === 0) [start, startLine] = [i, line]
    } else if (letter === '}' || letter === ']') {
      if (--depth === 0) found.push({ value: parsed(text.slice(start, i + 1), startLine), line: startLine })
      if (depth < 0) throw new SourceError(`line ${line}: a bracket too many`)
    } else if (depth === 0 && !/\s/.test(letter))
      throw new SourceError(`line ${line}: not JSON: ${JSON.stringify(text.slice(i, i + 20))}`)
  }
  if (depth > 0) throw new SourceError(`line ${line}: the text ends within a table`)
  return found
}

function parsed(json: string, line: number): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new SourceError(`line ${line}: not JSON`)
  }
}
