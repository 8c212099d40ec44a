import { type Flow, type FlowKey, flowKey } from '../model/flow.js'
import { cookieOf, learnedCookie, metadataOf } from '../model/identity.js'
import type { Binding } from '../model/binding.js'
import { goto, hex, table, usual } from './tables.js'

/** Everything a binding needs to itself: in, learned from, out, and never out where it came in. */
export function bindingFlows(binding: Binding, macAgingSeconds: number, mostLearned: number | null): Flow[] {
  const cookie = cookieOf(binding.port)
  const register = hex(binding.number)
  const metadata = metadataOf(binding.logicalSwitch)
  const enter = `set_field:${metadata}->metadata,set_field:${register}->reg0,${goto(table.learn)}`
  const make = (number: number, priority: number, match: string, actions: string): Flow => ({
    key: flowKey(number, priority, match),
    cookie,
    actions,
  })
  return [
    ...entrances(binding).map(({ match, strip }) => make(table.classify, usual, match, `${strip}${enter}`)),
    make(
      table.learn,
      usual,
      `reg0=${register},metadata=${metadata}`,
      learn(binding, macAgingSeconds, mostLearned),
    ),
    make(table.egress, 200, `reg0=${register},reg1=${register}`, 'drop'),
    make(table.egress, usual, `reg1=${register}`, exit(binding)),
  ]
}

/** The flows that count a binding's frames: into its logical switch, and out of it. */
export function countingFlows(binding: Binding): { readonly into: FlowKey[]; readonly outOf: FlowKey } {
  return {
    into: entrances(binding).map(({ match }) => flowKey(table.classify, usual, match)),
    outOf: flowKey(table.egress, usual, `reg1=${hex(binding.number)}`),
  }
}

/** The tables of the flows that count. */
export const countingTables: readonly number[] = [table.classify, table.egress]

const countingKeys = countingTables.map((number) => `${flowKey(number, usual, '')},`)

/** Whether a flow may be one that counts a binding's frames. */
export function isCounting(key: FlowKey): boolean {
  return countingKeys.some((start) => key.startsWith(start))
}

const keepPriority = 'move:OXM_OF_VLAN_PCP[]->NXM_NX_REG2[0..2],pop_vlan,'

/** VLAN 0 is untagged: no tag, or a tag that carries a priority only (IEEE 802.1Q). */
function entrances({ ofports, vlan }: Binding): { match: string; strip: string }[] {
  return ofports.flatMap((ofport) => {
    const tagged = { match: `in_port=${ofport},dl_vlan=${vlan}`, strip: keepPriority }
    return vlan === 0 ? [{ match: `in_port=${ofport},vlan_tci=0x0000/0x1000`, strip: '' }, tagged] : [tagged]
  })
}

/**
 * `delete_learned`: what this flow learned goes with it. `hard_timeout` counts from the last frame of the
 * station (IEEE 802.1Q aging): learning renews it, while only frames to the station would renew `idle_timeout`.
 */
function learn({ number, logicalSwitch }: Binding, macAgingSeconds: number, most: number | null): string {
  const learned = [
    `table=${table.local}`,
    `hard_timeout=${macAgingSeconds}`,
    `priority=${usual}`,
    'delete_learned',
    `cookie=${learnedCookie(number, logicalSwitch)}`,
    ...(most === null ? [] : [`limit=${most}`]),
    'OXM_OF_METADATA[]',
    'NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]',
    'load:NXM_NX_REG0[]->NXM_NX_REG1[]',
  ]
  return `learn(${learned.join(',')}),${goto(table.remote)}`
}

/** What the switch learns by it from a frame of `mac`, as it prints that. */
export function learnedFlow(
  { number, logicalSwitch }: Pick<Binding, 'number' | 'logicalSwitch'>,
  mac: string,
  macAgingSeconds: number,
): Flow {
  return {
    key: flowKey(table.local, usual, `metadata=${metadataOf(logicalSwitch)},dl_dst=${mac}`),
    cookie: learnedCookie(number, logicalSwitch),
    extras: `hard_timeout=${macAgingSeconds}`,
    actions: `load:${hex(number)}->NXM_NX_REG1[]`,
  }
}

/** in_port is cleared, or the switch would not send to the port a frame came from, on another VLAN. */
function exit({ ofports, vlan }: Binding): string {
  const tag = `push_vlan:0x8100,set_field:${0x1000 + vlan}->vlan_vid,move:NXM_NX_REG2[0..2]->OXM_OF_VLAN_PCP[],`
  return `set_field:0->in_port,${vlan === 0 ? '' : tag}${output(ofports)}`
}

/** A bond sends each station's frames by one of its members that are up. */
function output(ofports: readonly number[]): string {
  return ofports.length === 1
    ? `output:${ofports[0]}`
    : `bundle(eth_src,0,hrw,ofport,members:${ofports.join(',')})`
}
