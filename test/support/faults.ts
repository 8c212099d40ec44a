import { join } from 'node:path'
import { readEntries } from '../../journal/reader.js'
import type { Batch } from '../../lib/model/batch.js'
import type { Daemon, Program } from './daemon.js'
import type { Sandbox } from './sandbox.js'
import type { UnderTraffic } from './under-traffic.js'

/** A daemon that can be struck while frames pass. */
export interface Victim {
  readonly program: Program
  readonly world: UnderTraffic
  daemon: Daemon
}

/** What can happen to a switch, by name. Resolves when it has happened, not when it is mended. */
export const faults: Readonly<Record<string, (victim: Victim) => Promise<void>>> = {
  'daemon killed': restart,
  'ovsdb-server killed': ({ world }) => world.sandbox.restartServer(),
  'ovs-vswitchd killed': ({ world }) => world.sandbox.restartSwitch(),
  'flows deleted': async ({ world: { sandbox } }) => {
    for (const bridge of await ourBridges(sandbox)) await sandbox.ofctl('del-flows', bridge)
  },
  'tunnel port deleted': async ({ world: { sandbox } }) => {
    const names = await sandbox.vsctl('--bare', '--columns=name', 'find', 'Interface', 'type=vxlan')
    const [name = ''] = names.split('\n').filter((each) => each !== '' && !each.startsWith('bfd'))
    await sandbox.vsctl('del-port', name)
  },
}

/** SIGKILL, and a new one. */
export async function restart(victim: Victim): Promise<void> {
  await victim.daemon.kill()
  victim.daemon = await victim.world.start(victim.program)
}

/** The batches that our daemon has planned so far, according to its journal. */
export function plannedSoFar({ directory }: Sandbox): readonly Batch[] {
  const entries = [...readEntries(join(directory, 'vtep', 'br0.journal'))]
  return entries.flatMap(({ event }) => (event.type === 'Planned' ? [event.batch] : []))
}

async function ourBridges({ vsctl }: Sandbox): Promise<readonly string[]> {
  return (await vsctl('list-br')).split('\n').filter((bridge) => bridge !== 'underlay')
}
