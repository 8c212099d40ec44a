import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Ovs, type Owner, startOvs } from './ovs.js'
import { addDummyPort } from './underlay.js'

/** An Open vSwitch with a bridge br0 of two ports, for `ofproto/trace`. */
export interface TracedBridge {
  readonly ovs: Ovs
  /** The control socket of ovs-vswitchd. */
  readonly control: string
}

export async function startTracedBridge(owner: Owner): Promise<TracedBridge> {
  const ovs = await startOvs(owner)
  await ovs.vsctl('add-br', 'br0', '--', 'set', 'Bridge', 'br0', 'datapath_type=dummy', 'fail_mode=secure')
  for (const port of ['p0', 'p1']) await addDummyPort(ovs, 'br0', port)
  const names = readdirSync(ovs.directory)
  const control = join(ovs.directory, names.find((name) => /^ovs-vswitchd.*\.ctl$/.test(name)) ?? '')
  return { ovs, control }
}
