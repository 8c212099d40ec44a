import { bfdMark, ownerMark } from '../../derive/view/marks.js'
import { valueOf } from '../../derive/pairs.js'
import { entriesOf, lookup } from '../../model/collection.js'
import type { OvsTables } from '../../model/state.js'
import { vsctlMap } from '../../plan/ports.js'
import { type FindingField, type Finding, nowhere } from './finding.js'

/** How bridges and ports would change. */
export function* configFindings(before: OvsTables, after: OvsTables): Generator<Finding> {
  const [was, becomes] = [thingsIn(before), thingsIn(after)]
  for (const name of [...new Set([...was.keys(), ...becomes.keys()])].sort()) {
    const [actual, desired] = [was.get(name), becomes.get(name)]
    const thing = desired ?? actual
    if (thing === undefined) continue
    const fields = desired && actual ? fieldsOf(actual.columns, desired.columns) : []
    if (desired && actual && fields.length === 0) continue
    yield {
      ...nowhere,
      kind: actual === undefined ? 'missing' : desired === undefined ? 'extra' : 'different',
      subject: thing.subject,
      key: name,
      table: null,
      tunnel: thing.tunnel,
      words: thing.words,
      desired: desired === undefined ? null : textOf(name, desired),
      actual: actual === undefined ? null : textOf(name, actual),
      fields,
      cause: null,
    }
  }
}

interface Thing {
  readonly subject: 'bridge' | 'port'
  readonly words: string
  readonly tunnel: string | null
  readonly columns: Readonly<Record<string, string>>
}

function thingsIn(ovs: OvsTables): ReadonlyMap<string, Thing> {
  const things = new Map<string, Thing>()
  for (const [, bridge] of entriesOf(ovs.Bridge)) {
    for (const uuid of bridge.ports) {
      const port = lookup(ovs.Port, uuid)
      if (port === undefined || port.name === bridge.name) continue
      const own = port.interfaces.flatMap((id) => lookup(ovs.Interface, id) ?? [])
      const [first] = own
      const remote = valueOf(port.external_ids, bfdMark) ?? null
      const isOurs = valueOf(port.external_ids, ownerMark) !== undefined
      things.set(port.name, {
        subject: 'port',
        words: !isOurs
          ? 'a port that the Python ovs-vtep left'
          : remote === null
            ? 'our port for frames to and from other VTEPs'
            : `our port for the BFD session with ${remote}`,
        tunnel: remote,
        columns: {
          type: first?.type ?? '',
          options: vsctlMap(first?.options ?? []),
          bfd: vsctlMap(first?.bfd ?? []),
          external_ids: vsctlMap(port.external_ids),
        },
      })
    }
    things.set(bridge.name, {
      subject: 'bridge',
      words: 'without our flows a bridge must forward nothing',
      tunnel: null,
      columns: { fail_mode: bridge.fail_mode ?? '' },
    })
  }
  return things
}

function fieldsOf(actual: Thing['columns'], desired: Thing['columns']): FindingField[] {
  return Object.keys(desired)
    .map((name) => ({ name, actual: actual[name] ?? '', desired: desired[name] ?? '' }))
    .filter((field) => field.actual !== field.desired)
}

function textOf(name: string, { subject, columns }: Thing): string {
  const said = Object.entries(columns).filter(([, value]) => value !== '' && value !== '{}')
  return [`${subject} ${name}`, ...said.map(([column, value]) => `${column}=${value}`)].join(' ')
}
