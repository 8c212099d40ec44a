import { quoted } from '../../model/quoted.js'
import { parseAddress } from '../../model/address.js'
import { groupFlows } from '../../pipeline/replication.js'
import { remoteMacFlow } from '../../pipeline/rules/remote-mac.js'
import { lookup } from '../../model/collection.js'
import { isGroup, type Mac, parseMac } from '../../model/mac.js'
import { type Flow, isSameFlow } from '../../model/flow.js'
import type { Problem } from '../../model/problem.js'
import type { Uuid } from '../../model/uuid.js'
import { type MacEntry, macKey, macKeyParts, newestFirst, type Unicast } from '../macs.js'
import { type Demands, isFlow, nothing, type Output } from '../output.js'
import { groupsAt, macsToward, present } from '../rows-toward.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'
import { rowProblem, shortfall, targetAt, targetsOf } from './target.js'

/** Where frames to one address in one logical switch go. A unicast row goes before group rows, whatever the address. */
export const macPiece = pieceKind<MacEntry>({
  name: 'mac',
  *all({ indexes }) {
    yield* indexes.macs.entries()
  },
  rows: {
    // of Ucast_Macs_Remote the turn knows whose rows changed
    Mcast_Macs_Remote: (change, { indexes }, { stale }) => {
      for (const row of present(change)) stale.add(indexes.macs.at(macKey(row)))
    },
    Physical_Locator_Set: ({ uuid }, rows, { stale }) => {
      for (const row of groupsAt(uuid, rows)) stale.add(rows.indexes.macs.at(macKey(row)))
    },
    Physical_Locator: ({ uuid }, rows, { stale }) => {
      for (const entry of macsToward(uuid, rows)) stale.add(entry)
    },
    Logical_Switch: ({ uuid }, { tables, indexes }, { stale }) => {
      for (const entry of indexes.groupsOf(uuid, tables)) stale.add(entry)
    },
  },
  turn: ({ sight, rowsOf, flooding, bound, renumbered, retargeted, macs }, { stale }) => {
    const { tables, indexes, admission } = sight
    for (const entry of rowsOf) stale.add(entry)
    for (const uuid of flooding) for (const entry of indexes.groupsOf(uuid, tables)) stale.add(entry)
    for (const uuid of [...bound, ...renumbered])
      for (const entry of indexes.macsOf(uuid, tables)) stale.add(entry)
    for (const locator of retargeted) for (const entry of macsToward(locator, sight)) stale.add(entry)
    for (const key of admission.changedMacs(stale, sight)) stale.add(indexes.macs.at(key))
    for (const entry of stale) macs.add(entry)
  },
  derive: deriveMac,
  settled: (entries, { indexes }) => indexes.macs.drop(entries),
})

/** What is like it was up to now is the very same, and shares its texts. */
function deriveMac(entry: MacEntry, sight: Sight): Output {
  const { piece: key, output } = entry
  // one like it shares its texts
  const was = isFlow(output) ? output : undefined
  const rows = newestFirst(entry.rows, sight.seen)
  // the row's own text is the one that others know it by
  const logicalSwitch = rows[0]?.row.logical_switch ?? macKeyParts(key).logicalSwitch
  if (!sight.view.bindings.has(logicalSwitch)) return nothing
  if (!sight.admission.isMacAdmitted(key)) return exhausted(entry, sight)
  const { flow, problems } = deriveUnicast(rows, sight, was)
  if (flow !== undefined) return problems.length === 0 ? flow : { ...nothing, flows: [flow], problems }
  const group = deriveGroup(key, logicalSwitch, sight)
  return problems.length === 0 ? group : { ...group, problems: [...problems, ...group.problems] }
}

function exhausted({ piece, rows }: MacEntry, { indexes, settings }: Sight): Demands {
  const reason = `one too many for --max-macs=${String(settings.limits?.macs)}`
  const exhaustedIn = (table: Problem['table'], uuids: readonly Uuid[]) =>
    uuids.toSorted().map((uuid) => ({ table, uuid, fault: 'mac_table_exhaustion', reason }) as const)
  const problems = [
    ...exhaustedIn(
      'Ucast_Macs_Remote',
      rows.map(({ uuid }) => uuid),
    ),
    ...exhaustedIn('Mcast_Macs_Remote', [...indexes.rowsOfGroup.of(piece)]),
  ]
  return { ...nothing, problems }
}

interface Made {
  readonly flow: Flow | undefined
  readonly problems: readonly Problem[]
}

const { problems: noProblems } = nothing

function deriveUnicast(rows: readonly Unicast[], sight: Sight, was: Flow | undefined): Made {
  let problems: readonly Problem[] = noProblems
  let flow: Flow | undefined
  for (const { uuid, row } of rows) {
    const mac = parseMac(row.MAC)
    const target = mac === undefined ? notMac(row.MAC) : targetAt(row.locator, row.logical_switch, sight)
    const fault = addressFault(row, sight)
    if (fault !== null) problems = [...problems, rowProblem('Ucast_Macs_Remote', uuid, fault)]
    if (typeof target === 'string') problems = [...problems, rowProblem('Ucast_Macs_Remote', uuid, target)]
    else if (target !== null && mac !== undefined)
      flow ??= asBefore(remoteMacFlow(row.logical_switch, mac, target, uuid, was), was)
  }
  return { flow, problems }
}

/** What is wrong with its ipaddr; frames to the MAC go their way all the same. Null: nothing. */
function addressFault({ ipaddr = '' }: Unicast['row'], { settings }: Sight): string | null {
  if (ipaddr === '' || settings.suppressesArp !== true || parseAddress(ipaddr) !== undefined) return null
  return `ipaddr is not a unicast IP address: ${quoted(ipaddr)}`
}

function asBefore(flow: Flow, was: Flow | undefined): Flow {
  return was !== undefined && isSameFlow(flow, was) ? was : flow
}

function deriveGroup(key: string, logicalSwitch: Uuid, sight: Sight): Demands {
  const rows = [...sight.indexes.rowsOfGroup.of(key)].sort()
  const [first] = rows
  if (first === undefined) return nothing
  const text = lookup(sight.tables.Mcast_Macs_Remote, first)?.MAC
  const mac = parseMac(text ?? '')
  if (mac === undefined || !isGroup(mac)) {
    const reason = mac === undefined ? notMac(text) : `MAC is not a group address: ${mac}`
    return { ...nothing, problems: rows.map((uuid) => rowProblem('Mcast_Macs_Remote', uuid, reason)) }
  }
  return groupOutput(mac, [first, ...rows.slice(1)], logicalSwitch, sight)
}

function groupOutput(mac: Mac, rows: readonly [Uuid, ...Uuid[]], logicalSwitch: Uuid, sight: Sight): Demands {
  const reached = targetsOf(rows, logicalSwitch, sight)
  const { targets } = reached
  const bindings = sight.view.bindings.get(logicalSwitch) ?? []
  const tunnelPort = sight.view.exits[0]?.ofport ?? null
  const copying = groupFlows({ logicalSwitch, bindings, targets, tunnelPort }, mac)
  const row = { table: 'Mcast_Macs_Remote', uuid: rows[0] } as const
  const lost = shortfall(copying, reached, row, `frames to ${mac} in logical switch ${logicalSwitch}`)
  return { ...nothing, flows: copying.flows, problems: [...reached.problems, ...lost] }
}

function notMac(text: string | undefined): string {
  return `MAC is not an Ethernet address: ${quoted(text ?? '')}`
}
