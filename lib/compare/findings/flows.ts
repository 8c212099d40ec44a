import { changesBetween } from '../../model/diff.js'
import type { Derived } from '../../derive/derive.js'
import { none } from '../../model/collection.js'
import { flowText, type Flow, isSameFlow, tableOf } from '../../model/flow.js'
import { isOwnCookie, ofportOf } from '../../model/identity.js'
import type { State } from '../../model/state.js'
import { inFlow, inMatch, type Mentioned } from '../../pipeline/mentioned.js'
import { meaningOf } from '../../history/meaning.js'
import type { Names } from '../../words/names.js'
import type { FindingField, Finding, FindingKind, FindingPlace } from './finding.js'

/**
 * How the flows of `before` differ from those that are desired in the end. `after`: the state in which everything was
 * made, for flows of others that go or are replaced.
 */
export function* flowFindings(
  before: State,
  after: State,
  { desired }: Derived,
  names: Names,
): Generator<Finding> {
  const others = new Map(before.foreign.map((flow) => [flow.key, flow]))
  const replaced = new Set<string>()
  for (const { key, desired: wanted, actual: own } of changesBetween(
    desired.flows,
    before.flows ?? none,
    isSameFlow,
  )) {
    const other = own === undefined ? others.get(key) : undefined
    if (other !== undefined) replaced.add(key)
    yield flowFinding(wanted, own ?? other, names)
  }
  const kept = new Set(after.foreign.map(({ key }) => key))
  for (const flow of before.foreign) {
    if (replaced.has(flow.key)) continue
    const kind: FindingKind = kept.has(flow.key) ? 'foreign' : 'extra'
    const words = kind === 'foreign' ? 'not ours: it stays as it is' : 'left by the Python ovs-vtep'
    yield { ...flowFinding(undefined, flow, names), kind, words }
  }
}

function flowFinding(desired: Flow | undefined, actual: Flow | undefined, names: Names): Finding {
  const flow = desired ?? actual
  if (flow === undefined) throw new Error('a difference between nothing and nothing')
  return {
    kind: actual === undefined ? 'missing' : desired === undefined ? 'extra' : 'different',
    subject: 'flow',
    ...placeOf(flow, names),
    key: flow.key,
    table: tableOf(flow.key),
    words: isOwnCookie(flow.cookie) ? meaningOf(flow, names).words : '',
    desired: desired === undefined ? null : flowText(desired),
    actual: actual === undefined ? null : flowText(actual),
    fields: desired === undefined || actual === undefined ? [] : fieldsOf(actual, desired),
    cause: null,
  }
}

function fieldsOf(actual: Flow, desired: Flow): FindingField[] {
  const columns = ['cookie', 'extras', 'actions'] as const
  return columns
    .map((name) => ({ name, actual: actual[name] ?? '', desired: desired[name] ?? '' }))
    .filter((field) => field.actual !== field.desired)
}

/** By what the flow matches first, then by what it does; a flood and a learned address concern no port or tunnel alone. */
function placeOf(flow: Flow, names: Names): FindingPlace {
  const match = inMatch(flow.key)
  const { switches, vteps } = inFlow(flow)
  const [metadata] = switches
  const [sender = null] = match.vteps
  return {
    logicalSwitch: metadata === undefined ? null : names.logicalSwitch(metadata),
    port: isOwnCookie(flow.cookie) ? portIn(match, names) : null,
    tunnel: sender ?? onlyOne(vteps),
  }
}

function portIn({ ports, bindings }: Mentioned, names: Names): string | null {
  const [ofport] = ports
  const [binding] = bindings
  if (ofport !== undefined) return names.port(ofport)
  return binding === undefined ? null : names.port(ofportOf(binding))
}

function onlyOne(all: Iterable<string>): string | null {
  const [first = null, ...more] = all
  return more.length === 0 ? first : null
}
