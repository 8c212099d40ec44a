import { type DatabaseContents, declarations, type SourceRows, SourceError } from './database.js'
import { withPortNumbers } from './port-numbers.js'
import type { SourceKind } from './recognise.js'

/** A text of a database, and what it is called. */
export interface SourcePart {
  readonly name: string
  readonly kind: SourceKind['kind']
  readonly source: DatabaseContents
}

/** Columns that a comparison can do without as long as nothing hangs on them, see obstacle(). */
const dispensable: ReadonlySet<string> = new Set([
  ...['Interface:ofport', 'Interface:mac_in_use', 'Interface:bfd_status', 'Interface:link_state'],
  ...['Physical_Switch:switch_fault_status', 'Physical_Port:vlan_stats', 'Physical_Port:port_fault_status'],
  'Tunnel:bfd_status',
  // settings of the machine: a problem that hangs on them is not seen
  ...['Open_vSwitch', 'Open_vSwitch:other_config', 'Open_vSwitch:manager_options', 'Manager'],
  ...['Bridge:other_config', 'Bridge:controller', 'Controller'],
  ...['Manager:connection_mode', 'Manager:target', 'Controller:connection_mode', 'Controller:target'],
])

/**
 * One database of all its texts: of the one that says most, or, where none says enough, of the tables in all of them; of
 * `ovs-vsctl show` only where there is nothing else, for it says least.
 * `numbers`: OpenFlow ports by name, for texts that do not say them. Throws SourceError where that is not enough, and
 * where two texts contradict each other.
 */
export function assembled(parts: readonly SourcePart[], numbers: ReadonlyMap<string, number>): SourcePart {
  const told = parts.map((part) => ({ ...part, source: withPortNumbers(part.source, numbers) }))
  const [shown, tables] = [told.filter(isShown), told.filter((part) => !isShown(part))]
  const enough = tables.filter((part) => missing(part).length === 0)
  const together = enough.length > 0 || tables.length === 0 ? enough : [united(tables)]
  const isEnough = together.some((part) => missing(part).length === 0)
  const usable = isEnough || shown.length === 0 ? together : shown
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

/** What it lacks can be had of no such text. */
function isShown({ kind }: SourcePart): boolean {
  return kind === 'show'
}

/** A database's own file lacks what its schema does not have, or does not keep. */
function missing({ source, kind }: SourcePart): readonly string[] {
  const isWhole = kind === 'database-file' || kind === 'show'
  return isWhole ? [] : source.lacks.filter((name) => !dispensable.has(name))
}

function contentOf({ source: { database, contents } }: SourcePart): string {
  const rows = Object.keys(declarations[database]).flatMap((table) =>
    [...(contents[table] ?? [])].map((row) => JSON.stringify([table, row])),
  )
  return rows.sort().join('\n')
}

/** The tables of several texts together. */
function united(parts: readonly SourcePart[]): SourcePart {
  const [first] = parts
  if (first === undefined) throw new SourceError('nothing is said of the database')
  const { database } = first.source
  // of several that have a table, the one that says most of it
  const chosen = Object.keys(declarations[database]).map((table) => {
    const having = parts.filter(({ source }) => !source.lacks.includes(table))
    const lacks = (part: SourcePart): string[] =>
      part.source.lacks.filter((name) => name.startsWith(`${table}:`))
    const [part] = having.toSorted((a, b) => lacks(a).length - lacks(b).length)
    return { table, part, lacks: part === undefined ? [table] : lacks(part) }
  })
  const used = [...new Set(chosen.flatMap(({ part }) => (part === undefined ? [] : [part.name])))]
  return {
    name: used.join(', '),
    kind: 'tables',
    source: {
      database,
      version: null,
      contents: Object.fromEntries<SourceRows>(
        chosen.map(({ table, part }) => [table, part?.source.contents[table] ?? new Map()]),
      ),
      lacks: chosen.flatMap(({ lacks }) => lacks),
    },
  }
}
