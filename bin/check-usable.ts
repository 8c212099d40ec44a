import { bridgeTarget } from '../adapters/paths.js'
import { runCommand } from '../adapters/switch/run-command.js'
import { openflowVersion } from '../lib/command.js'
import { decodeTable, type WireContents } from '../lib/ingest/updates.js'
import type { RowOf, TableDeclaration } from '../lib/model/columns.js'
import { ovsTables } from '../lib/model/ovs.js'
import { vtepTables } from '../lib/model/vtep.js'

/** Throws an Error that says what an operator has to do when the daemon could not work for this switch. */
export async function checkUsable(name: string, vtep: WireContents, ovs: WireContents): Promise<void> {
  const text = JSON.stringify(name)
  if (/[/\\]/.test(name)) throw new Error(`Open vSwitch ignores a bridge named ${text}, for its slash`)
  const bridge = named(name, 'Bridge', ovsTables.Bridge, ovs)
  if (bridge === undefined) throw new Error(`Open_vSwitch has no bridge ${text}; ovs-vsctl add-br makes one`)
  checkProtocols(text, bridge.protocols)
  if (named(name, 'Physical_Switch', vtepTables.Physical_Switch, vtep) === undefined)
    throw new Error(`hardware_vtep has no Physical_Switch ${text}; vtep-ctl add-ps makes one`)
  const list = ['-O', openflowVersion, '--timeout=10', 'probe', bridgeTarget(name)]
  await runCommand({ program: 'ovs-ofctl', arguments: list, input: '' })
}

function checkProtocols(bridge: string, protocols: readonly string[]): void {
  if (protocols.length > 0 && !protocols.includes(openflowVersion))
    throw new Error(
      `bridge ${bridge} allows only ${protocols.join(', ')}; its protocols must include ${openflowVersion}`,
    )
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
