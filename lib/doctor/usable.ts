import { protocolsTrouble } from '../derive/view/settings.js'
import { openflowVersion } from '../model/flow.js'
import { shellWords } from '../plan/command.js'
import { decodeTable, type WireContents } from '../ingest/updates.js'
import type { RowOf, TableDeclaration } from '../schema/column.js'
import { ovsTables } from '../schema/open-vswitch.js'
import { vtepTables } from '../schema/hardware-vtep.js'
import { type Lack, lackOfBridge, lackOfPhysicalSwitch } from '../words/standing.js'
import { type DoctorFinding, fine, wrong } from './finding.js'

/** Options that lead ovs-vsctl and vtep-ctl to the databases. */
export interface ReachedBy {
  readonly ovs: readonly string[]
  readonly vtep: readonly string[]
}

/** Without these the daemon can't work for the switch `name`. */
export function usable(
  name: string,
  vtep: WireContents,
  ovs: WireContents,
  reached: ReachedBy,
): readonly DoctorFinding[] {
  const text = JSON.stringify(name)
  if (/[/\\]/.test(name))
    return [wrong('bridge', `Open vSwitch ignores a bridge named ${text}, for its slash`, null)]
  const bridge = named(name, 'Bridge', ovsTables.Bridge, ovs)
  const physicalSwitch = named(name, 'Physical_Switch', vtepTables.Physical_Switch, vtep)
  const vsctl = (...words: readonly string[]): string => shellWords('ovs-vsctl', ...reached.ovs, ...words)
  const lacks = (
    check: DoctorFinding['check'],
    { text: what, command }: Lack,
    options: readonly string[],
  ) => {
    const [program, ...words] = command
    return wrong(check, what, shellWords(program, ...options, ...words))
  }
  return [
    ...(bridge === undefined
      ? [lacks('bridge', lackOfBridge(name), reached.ovs)]
      : [fine('bridge', `${text} is there`), protocolsFinding(protocolsTrouble(bridge), vsctl)]),
    physicalSwitch === undefined
      ? lacks('switch', lackOfPhysicalSwitch(name), reached.vtep)
      : fine('switch', `hardware_vtep has Physical_Switch ${text}`),
  ]
}

function protocolsFinding(
  trouble: ReturnType<typeof protocolsTrouble>,
  vsctl: (...words: readonly string[]) => string,
): DoctorFinding {
  if (trouble === null) return fine('protocols', `${openflowVersion} is allowed`)
  return wrong('protocols', trouble.reason, vsctl(...(trouble.mendedBy ?? [])))
}

function named<T extends TableDeclaration>(
  name: string,
  table: string,
  columns: T,
  contents: WireContents,
): RowOf<T> | undefined {
  for (const [, row] of decodeTable(table, columns, contents)) if (row['name'] === name) return row
  return undefined
}
