import { entriesOf } from '../../model/collection.js'
import { openflowVersion } from '../../model/flow.js'
import type { Problem } from '../../model/problem.js'
import type { OvsTables } from '../../model/state.js'
import type { BridgeRow } from '../../schema/open-vswitch.js'
import { valueOf } from '../pairs.js'
import type { PhysicalSwitch } from './end-points.js'
import { inBandTargets } from './in-band.js'

type Trouble = Pick<Problem, 'fault' | 'reason' | 'mendedBy'>

/**
 * Settings of Open vSwitch (ovs-vswitchd.conf.db(5)) for which frames do not go as the databases ask, or can't be made
 * to.
 */
export function settingProblems(
  physicalSwitch: PhysicalSwitch | null,
  bridge: BridgeRow | null,
  ovs: OvsTables,
): Problem[] {
  if (physicalSwitch === null) return []
  const { uuid } = physicalSwitch
  const ofBridge = bridge === null ? [] : [protocolsTrouble(bridge), inBandTrouble(bridge, ovs)]
  return [waitTrouble(ovs), ...ofBridge]
    .filter((trouble) => trouble !== null)
    .map((trouble) => ({ table: 'Physical_Switch', uuid, ...trouble }))
}

/** While it is set, ovs-vswitchd gives no frame to any flow. */
function waitTrouble(ovs: OvsTables): Trouble | null {
  if (globalSetting(ovs, 'flow-restore-wait') !== 'true') return null
  return {
    fault: 'unspecified_fault',
    reason: 'Open_vSwitch other_config:flow-restore-wait is true: until it is removed nothing is forwarded',
    mendedBy: ['remove', 'Open_vSwitch', '.', 'other_config', 'flow-restore-wait'],
  }
}

/** What keeps the flow tables of a bridge from being read and changed; null: nothing. */
export function protocolsTrouble({ name, protocols }: Pick<BridgeRow, 'name' | 'protocols'>): Trouble | null {
  if (protocols.length === 0 || protocols.includes(openflowVersion)) return null
  return {
    fault: null,
    reason: `bridge ${JSON.stringify(name)} allows only ${protocols.join(', ')}: without ${openflowVersion} its flow tables can be neither read nor changed`,
    mendedBy: ['add', 'Bridge', name, 'protocols', openflowVersion],
  }
}

function inBandTrouble(bridge: BridgeRow, ovs: OvsTables): Trouble | null {
  const targets = inBandTargets(bridge, ovs)
  if (targets.length === 0) return null
  return {
    fault: null,
    reason: `in-band control for ${targets.join(', ')}: ARP that names its address, and TCP with it, pass by all tables, from one logical switch to another too`,
    mendedBy: ['set', 'Bridge', bridge.name, 'other_config:disable-in-band=true'],
  }
}

/** How many tags of a frame the switch looks at. One that Open vSwitch can not read is 1, its default. */
export function vlanLimitOf(ovs: OvsTables): number {
  const text = globalSetting(ovs, 'vlan-limit')
  return /^\s*[-+]?\d+$/.test(text) ? Number(text) : 1
}

/** Of Open_vSwitch's other_config; empty: it is not set. */
function globalSetting(ovs: OvsTables, key: string): string {
  const [row] = [...entriesOf(ovs.Open_vSwitch)].map(([, { other_config }]) => other_config)
  return valueOf(row ?? [], key) ?? ''
}
