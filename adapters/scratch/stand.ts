import type { Command } from '../../lib/plan/command.js'
import { Rejection } from '../../lib/model/quarantine.js'
import type { Likeness } from '../../lib/history/build.js'
import { bridgeTarget } from '../paths.js'
import { CommandError, dumpFlows, runCommand } from '../switch/run-command.js'
import type { Scratch } from './scratch.js'

/** What ovs-ofctl connects to for a bridge of a scratch switch, whatever its name. */
export function targetIn({ directory }: Scratch): (bridge: string) => string {
  return (bridge) => bridgeTarget(bridge, directory)
}

/** Runs these one after another; gives what the first that failed said, and null where none did. */
export async function runIn({ env }: Scratch, commands: readonly Command[]): Promise<string | null> {
  try {
    for (const command of commands) await runCommand(command, undefined, env)
    return null
  } catch (error) {
    if (error instanceof CommandError || error instanceof Rejection) return error.message
    throw error
  }
}

/** All flows of a bridge there, as `dump-flows` prints them; none where the bridge could not be made. */
export async function flowsIn(scratch: Scratch, bridge: string): Promise<string> {
  const isThere = (await bridgesIn(scratch)).includes(bridge)
  return isThere ? await dumpFlows(bridge, scratch.env) : ''
}

async function bridgesIn({ run }: Scratch): Promise<readonly string[]> {
  return (await run('ovs-vsctl', 'list-br')).split('\n').filter((name) => name !== '')
}

/** Makes a scratch switch stand so, in place of whatever bridges it had; gives what can't be had there, a line each. */
export async function standAs(scratch: Scratch, likeness: Likeness): Promise<readonly string[]> {
  for (const name of await bridgesIn(scratch)) await scratch.run('ovs-vsctl', 'del-br', name)
  const own = await runIn(scratch, likeness.commands)
  const others = likeness.others === null ? null : await runIn(scratch, [likeness.others])
  return [...(own === null ? [] : [own]), ...(others === null ? [] : [`flows of others: ${others}`])]
}
