import { unquoted } from '../forms/value.js'
import { cutTo } from '../../words/one-line.js'
import { type DatabaseContents, located, type SourceRows, SourceError } from './database.js'
import { parseDatum } from './datum.js'
import { rowAt } from './found-tables.js'

/**
 * What `ovs-vsctl show` says: bridges, their ports and interfaces, types and options. It says no UUID, so these
 * are made up, in the order of the text. Throws SourceError with the line.
 */
export function readShow(text: string): DatabaseContents {
  const tables = {
    Bridge: new Map<string, Made>(),
    Port: new Map<string, Made>(),
    Interface: new Map<string, Made>(),
  }
  let bridge: Made | undefined
  let port: Made | undefined
  let current: Made | undefined
  let count = 0
  const make = (table: keyof typeof tables, name: string, line: number): Made => {
    if (tables[table].has(name))
      throw new SourceError(`line ${line}: the ${table.toLowerCase()} ${cutTo(60, name)} once more`)
    const uuid = `00000000-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}`
    const made = { uuid, line, row: { name }, holds: [] }
    tables[table].set(name, made)
    return made
  }
  text.split('\n').forEach((whole, i) => {
    const [line, content] = [i + 1, whole.trim()]
    const [, kind, name = ''] = /^(Bridge|Port|Interface) (.+)$/.exec(content) ?? []
    const known = kind === undefined ? '' : nameFrom(name, line)
    if (kind === 'Bridge') {
      bridge = current = make('Bridge', known, line)
      port = undefined
    }
    if (kind === 'Port' || kind === 'Interface') {
      const owner = kind === 'Port' ? bridge : port
      if (owner === undefined)
        throw new SourceError(`line ${line}: ${kind.toLowerCase()} ${cutTo(60, known)} of nothing`)
      const made = make(kind, known, line)
      owner.holds.push(made.uuid)
      current = made
      if (kind === 'Port') port = made
    }
    const [, key = '', value = ''] = /^(fail_mode|type|options|error): (.*)$/.exec(content) ?? []
    if (key !== '' && current !== undefined)
      current.row[key] =
        key === 'options' ? located(`line ${line}`, () => parseDatum(value)) : nameFrom(value, line)
  })
  if (tables.Bridge.size === 0) throw new SourceError('line 1: no bridge, so no output of "ovs-vsctl show"')
  const rows = (table: keyof typeof tables, holding?: string): SourceRows =>
    new Map(
      [...tables[table].values()].map(({ uuid, line, row, holds }) => {
        const held = holding && { [holding]: ['set', holds.map((one) => ['uuid', one])] }
        return [uuid, rowAt(line, ['Open_vSwitch', table], uuid, { ...row, ...held })]
      }),
    )
  return {
    database: 'Open_vSwitch',
    version: null,
    contents: {
      Bridge: rows('Bridge', 'ports'),
      Port: rows('Port', 'interfaces'),
      Interface: rows('Interface'),
    },
    lacks,
  }
}

const lacks = [
  ...['Bridge:protocols', 'Bridge:external_ids', 'Port:lacp', 'Port:bond_active_slave', 'Port:external_ids'],
  ...['Interface:ofport', 'Interface:mac_in_use', 'Interface:bfd', 'Interface:bfd_status'],
]

interface Made {
  readonly uuid: string
  readonly line: number
  readonly row: Record<string, unknown>
  readonly holds: string[]
}

function nameFrom(text: string, line: number): string {
  if (!text.startsWith('"')) return text
  return located(`line ${line}`, () => unquoted(text))
}
