import { differences } from '../ingest/updates.js'
import { type DatabaseContents, declarations, SourceError } from './database.js'
import { withPortNumbers } from './port-numbers.js'

/** A text of a database, and what it is called. */
export interface Part {
  readonly name: string
  readonly source: DatabaseContents
  /** A database's own file: what it lacks its schema does not have, or does not keep. */
  readonly isWhole: boolean
}

/** Columns that a comparison can do without as long as nothing hangs on them. */
const dispensable: ReadonlySet<string> = new Set([
  ...['Interface:mac_in_use', 'Interface:bfd_status', 'Physical_Switch:switch_fault_status'],
  ...['Physical_Port:vlan_stats', 'Physical_Port:port_fault_status', 'Tunnel:bfd_status'],
])

/**
 * One database of all its texts: of the one that says most, or, where none says enough, of the tables in all of them.
 * `numbers`: OpenFlow ports by name, for texts that do not say them. Throws SourceError where that is not enough, and
 * where two texts contradict each other.
 */
export function assembled(parts: readonly Part[], numbers: ReadonlyMap<string, number>): Part {
  const told = parts.map((part) => ({ ...part, source: withPortNumbers(part.source, numbers) }))
  const enough = told.filter((part) => missing(part).length === 0)
  const usable = enough.length > 0 ? enough : [united(told)]
  const [best, ...more] = usable.toSorted((a, b) => a.source.lacks.length - b.source.lacks.length)
  if (best === undefined) throw new SourceError('nothing is said of the database')
  const gaps = missing(best)
  if (gaps.length > 0) throw new SourceError(`${best.name}: it does not say ${gaps.join(', ')}`)
  const other = more.find(
    (part) => part.source.lacks.length === best.source.lacks.length && contentOf(part) !== contentOf(best),
  )
  if (other !== undefined)
    throw new SourceError(`${best.name} and ${other.name} say different things of ${best.source.database}`)
  return best
}

function missing({ source, isWhole }: Part): readonly string[] {
  return isWhole ? [] : source.lacks.filter((name) => !dispensable.has(name))
}

function contentOf({ source: { database, contents } }: Part): string {
  const rows = differences(declarations[database], null, contents).map((update) => JSON.stringify(update))
  return rows.sort().join('\n')
}

/** The tables of several texts together. */
function united(parts: readonly Part[]): Part {
  const [first] = parts
  if (first === undefined) throw new SourceError('nothing is said of the database')
  const { database } = first.source
  // of several that have a table, the one that says most of it
  const chosen = Object.keys(declarations[database]).map((table) => {
    const having = parts.filter(({ source }) => !source.lacks.includes(table))
    const lacks = (part: Part): string[] => part.source.lacks.filter((name) => name.startsWith(`${table}:`))
    const [part] = having.toSorted((a, b) => lacks(a).length - lacks(b).length)
    return { table, part, lacks: part === undefined ? [table] : lacks(part) }
  })
  const used = [...new Set(chosen.flatMap(({ part }) => (part === undefined ? [] : [part.name])))]
  return {
    name: used.join(', '),
    isWhole: false,
    source: {
      database,
      version: null,
      contents: Object.fromEntries(
        chosen.map(({ table, part }) => [table, part?.source.contents[table] ?? {}]),
      ),
      lacks: chosen.flatMap(({ lacks }) => lacks),
    },
  }
}
