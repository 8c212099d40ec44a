import { bridgeTarget } from '../../adapters/paths.js'
import { runCommand } from '../../adapters/switch/run-command.js'
import { openflowVersion } from '../../lib/model/flow.js'
import type { Command } from '../../lib/plan/command.js'
import { usable } from '../../lib/doctor/usable.js'
import type { WireContents } from '../../lib/ingest/updates.js'

/** Throws an Error that says what an operator has to do when the daemon could not work for this switch. */
export async function checkUsable(name: string, vtep: WireContents, ovs: WireContents): Promise<void> {
  const first = usable(name, vtep, ovs, { ovs: [], vtep: [] }).find(({ isWrong }) => isWrong)
  if (first !== undefined)
    throw new Error(first.command === null ? first.text : `${first.text} (${first.command})`)
  await runCommand(probeOf(name))
}

/** Asks ovs-vswitchd for the bridge, and changes nothing. */
export function probeOf(bridge: string): Command {
  const list = ['-O', openflowVersion, '--timeout=10', 'probe', bridgeTarget(bridge)]
  return { program: 'ovs-ofctl', arguments: list, input: '' }
}
