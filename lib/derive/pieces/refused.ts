import { type Collection, entriesOf, lookup } from '../../model/collection.js'
import { cookieOf, pipelineCookie } from '../../model/identity.js'
import type { Problem } from '../../model/problem.js'
import { flowContent, isConfigKey, type Quarantined, reportContent } from '../../model/quarantine.js'
import { isReported, type ReportedRows, reportSubject } from '../../model/report.js'
import type { State, VtepTables } from '../../model/state.js'
import type { VtepTable } from '../../schema/hardware-vtep.js'
import type { Desired } from '../board.js'
import { type Demands, nothing } from '../output.js'
import { aclInUnit } from '../../pipeline/acl-unit.js'
import { isRefusal } from '../refusals.js'

/** Of what is in quarantine or waits because it is contested, that which is still desired as it was refused, and is not so by somebody else's doing. */
export function stillRefused(
  { quarantined, flows: installed }: Pick<State, 'quarantined' | 'flows'>,
  { flows, reports }: Pick<Desired, 'flows' | 'reports'>,
  reported: Collection<ReportedRows>,
): readonly Quarantined[] {
  return quarantined.filter(({ lane, key, content, isDue }) => {
    // of ports and the bridge only the next try tells; nothing of an ACL that is refused is desired
    if (isConfigKey(key) || aclInUnit(key) !== undefined) return !isDue
    if (lane === 'switch') {
      const isSo = installed !== null && flowContent(lookup(installed, key)) === content
      return flowContent(lookup(flows, key)) === content && !isSo
    }
    const [report, rows] = [lookup(reports, key), lookup(reported, key)]
    const isSo = report === undefined ? rows === undefined : rows !== undefined && isReported(report, rows)
    return reportContent(report) === content && !isSo
  })
}

/** The rows that what is refused was made for; of what is refused for ACLs their pieces tell. */
export class RefusedPiece {
  readonly #origins = new Map<string, Origin>()

  /** `physicalSwitch`: at fault where no row can be told. */
  output(refused: readonly Quarantined[], tables: VtepTables, physicalSwitch: string | null): Demands {
    const problems: Problem[] = []
    for (const one of refused) {
      if (isRefusal(one)) continue
      const { lane, key, content, reason } = one
      const origin = lane === 'switch' ? this.#ofFlow(content, tables) : originOfReport(key, tables)
      const [table, uuid] = origin ?? ['Physical_Switch', physicalSwitch]
      // a fault that can't be reported is no other fault
      const fault = key.startsWith('faults/') ? null : 'unspecified_fault'
      const who = lane === 'switch' ? 'the switch' : 'hardware_vtep'
      if (uuid !== null) problems.push({ table, uuid, fault, reason: `${who} refuses ${key}: ${reason}` })
    }
    return { ...nothing, problems }
  }

  #ofFlow(content: string, tables: VtepTables): Origin | undefined {
    const [cookie = ''] = content.split(' ')
    // of the pipeline itself there is no row to look for
    if (cookie === pipelineCookie) return undefined
    const known = this.#origins.get(cookie)
    const isThere = known !== undefined && lookup<unknown>(tables[known[0]], known[1]) !== undefined
    const origin = isThere ? known : originOfFlow(cookie, tables)
    if (origin !== undefined) this.#origins.set(cookie, origin)
    return origin
  }
}

type Origin = readonly [VtepTable, string]

/** Tables that flows are made for, the small ones first. */
const origins = [
  'Physical_Switch',
  'Physical_Port',
  'Logical_Switch',
  'Physical_Locator',
  'Logical_Router',
  'Arp_Sources_Remote',
  'ACL',
  'ACL_entry',
  'Mcast_Macs_Remote',
  'Ucast_Macs_Remote',
] as const satisfies readonly VtepTable[]

function originOfFlow(cookie: string, tables: VtepTables): Origin | undefined {
  for (const table of origins)
    for (const [uuid] of entriesOf<unknown>(tables[table]))
      if (cookieOf(uuid) === cookie) return [table, uuid]
  return undefined
}

function originOfReport(key: string, tables: VtepTables): Origin | undefined {
  const subject = reportSubject(key)
  switch (subject?.table) {
    case 'Ucast_Macs_Local':
    case 'Mcast_Macs_Local': {
      const { logicalSwitch } = subject
      return lookup(tables.Logical_Switch, logicalSwitch) && ['Logical_Switch', logicalSwitch]
    }
    case 'vlan_stats':
      return lookup(tables.Physical_Port, subject.uuid) && ['Physical_Port', subject.uuid]
    case 'Arp_Sources_Local':
    case 'Physical_Port':
    case 'Physical_Switch':
    case 'Tunnel':
    case 'faults':
    case undefined:
      return undefined
  }
}
