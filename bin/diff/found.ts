import { createHash } from 'node:crypto'
import { WireError } from '../../lib/ingest/decode.js'
import { byOwner, observed } from '../../lib/ingest/flows.js'
import { event } from '../../lib/ingest/intake.js'
import type { SideIntake } from '../../lib/compare/findings/sides.js'
import { lookup } from '../../lib/model/collection.js'
import { assembled, type SourcePart } from '../../lib/compare/sources/assembled.js'
import { readDatabaseFile } from '../../lib/compare/sources/database-file.js'
import { contentsFound, type DatabaseContents, SourceError } from '../../lib/compare/sources/database.js'
import { readFlowDump, sectionOf } from '../../lib/compare/sources/flow-dump.js'
import { plainText } from '../../lib/compare/sources/plain-text.js'
import { readLists } from '../../lib/compare/sources/lists.js'
import { marksByName } from '../../lib/compare/sources/marks.js'
import { obstacle } from '../../lib/compare/sources/obstacle.js'
import { portNumbersOf, readPortNumbers } from '../../lib/compare/sources/port-numbers.js'
import { readShow } from '../../lib/compare/sources/show.js'
import { readTextTables } from '../../lib/compare/sources/text-tables.js'
import { readTableDocuments } from '../../lib/compare/sources/table-documents.js'
import { TroubleError } from '../command-line/trouble-error.js'
import { decoded, filesAt, type FoundFile } from './found-files.js'
import type { DiffSource, Which } from './source.js'

const databases = { desired: 'hardware_vtep', actual: 'Open_vSwitch' } as const

/** One side from files of others: of databases, and of a bridge's flows. Throws TroubleError with the file. */
export function foundSource(
  paths: readonly string[],
  which: Which,
  warn: (text: string) => void,
): DiffSource {
  const name = paths.join(', ')
  const database = databases[which]
  const files = paths.flatMap((path) => filesAt(path))
  const numbers = new Map(files.flatMap((file) => (file.is.kind === 'ports' ? [...portsIn(file)] : [])))
  const failures: string[] = []
  const parts = files.flatMap((file) => partOf(file, which, failures) ?? []).filter(isOf(database))
  const [reason = `${database} is not in it`] = failures
  if (parts.length === 0) throw new TroubleError(`--${which} ${name}: ${reason}`)
  const best = told(`--${which}`, () => assembled(parts, numbers))
  const { source } = best
  for (const failure of failures) warn(`passed over: ${failure}`)
  if (source.warning !== undefined) warn(`${best.name}: ${source.warning}`)
  const versions = source.version === null ? {} : { [database]: source.version }
  const common = { name, settings: null, versions }
  if (which === 'desired') {
    const lacks = source.lacks.join(', ')
    return {
      ...common,
      side: { intakes: [event(contentsFound(source))], memory: null },
      untold: lacks === '' ? null : `it does not keep ${lacks}; rows that are written back are not compared`,
    }
  }
  const ports = new Map([...portNumbersOf(source), ...numbers])
  const isShown = best.kind === 'show'
  const flows = flowsIn(files, ports, name, warn)
  const intakes = [event(contentsFound(source)), ...(isShown ? [marksByName] : []), judged(best), flows]
  const untold = isShown ? 'it does not say external_ids: our ports are told by their names' : null
  return { ...common, side: { intakes, memory: null }, untold }
}

/** Says nothing, but refuses a text that lacks what the comparison hangs on. */
function judged({ name, source }: SourcePart): SideIntake {
  return ({ ovs, settings }) => {
    const reason = ovs && obstacle(ovs, settings?.physicalSwitch ?? '', source.lacks)
    if (reason !== null) throw new TroubleError(`${name}: ${reason}`)
    return []
  }
}

function isOf(database: string): (part: SourcePart) => boolean {
  return ({ source }) => source.database === database
}

/** undefined: it is of no database, or, found in a directory, can't be read, which `failures` is told. */
function partOf(file: FoundFile, which: Which, failures: string[]): SourcePart | undefined {
  try {
    const source = told(file.path, () => contentsIn(file, which))
    return source && { name: file.path, kind: file.is.kind, source }
  } catch (error) {
    if (!file.isGuessed || !(error instanceof TroubleError)) throw error
    failures.push(error.message)
    return undefined
  }
}

function contentsIn(file: FoundFile, which: Which): DatabaseContents | undefined {
  switch (file.is.kind) {
    case 'database-file':
    case 'clustered-file':
      return readDatabaseFile(file.bytes(), (bytes) => createHash('sha1').update(bytes).digest('hex'))
    case 'tables':
      return readTableDocuments(textOf(file))
    case 'text-tables':
      return readTextTables(textOf(file))
    case 'lists':
      return readLists(textOf(file))
    case 'show':
      return which === 'actual' ? readShow(textOf(file)) : undefined
    case 'flows':
    case 'ports':
      return undefined
  }
}

function portsIn(file: FoundFile): ReadonlyMap<string, number> {
  return told(file.path, () => readPortNumbers(textOf(file)))
}

/** The flow tables of the switch that is asked about. */
function flowsIn(
  files: readonly FoundFile[],
  ports: ReadonlyMap<string, number>,
  name: string,
  warn: (text: string) => void,
): SideIntake {
  return (state, desiredFlows) => {
    const bridge = state.settings?.physicalSwitch ?? ''
    const file = flowFileOf(files, bridge, name)
    const { path } = file
    const desired = desiredFlows()
    const dump = told(path, () =>
      readFlowDump(sectionOf(textOf(file), bridge), ports, desired && ((key) => lookup(desired, key))),
    )
    if (!dump.isEnded) throw new TroubleError(`${path}: the last line has no end: the file is cut off`)
    const [first] = dump.unclear
    if (first !== undefined)
      warn(
        `${path}: line ${first.line}: ${first.reason}; ${dump.unclear.length} of its flows are compared as the text that they are`,
      )
    return observed(state, byOwner(dump.flows))
  }
}

/** Of dumps with several OpenFlow versions, as archives have them, the newest: older ones can't say everything. */
function flowFileOf(files: readonly FoundFile[], bridge: string, name: string): FoundFile {
  const dumps = files.flatMap((file) =>
    // what ovs-appctl prints has no cookies
    file.is.kind !== 'flows' || (file.isGuessed && file.path.includes('appctl'))
      ? []
      : [{ file, of: file.is.bridge }],
  )
  if (dumps.length === 0) throw new TroubleError(`--actual ${name}: the flow tables are not in it`)
  const mine = dumps.filter(({ of }) => of === null || of === bridge).map(({ file }) => file)
  const version = ({ path }: FoundFile): number => Number(/OpenFlow1(\d)/.exec(path)?.[1] ?? -1)
  const [best, other] = mine.toSorted((a, b) => version(b) - version(a))
  if (best === undefined)
    throw new TroubleError(
      `--actual ${name}: no flow tables of ${bridge}, but, as files are named, of ${[...new Set(dumps.map(({ of }) => of))].join(', ')}`,
    )
  if (other !== undefined && version(other) === version(best))
    throw new TroubleError(
      `--actual ${name}: both ${best.path} and ${other.path} may be the flow tables of ${bridge}`,
    )
  return best
}

function told<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SourceError || error instanceof WireError)
      throw new TroubleError(`${place}: ${error.message}`)
    throw error
  }
}

function textOf({ bytes }: FoundFile): string {
  return plainText(decoded(bytes()))
}
