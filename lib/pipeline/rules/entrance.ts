import type { Binding } from '../../model/binding.js'
import type { Flow } from '../../model/flow.js'
import { cookieOf, metadataOf } from '../../model/identity.js'
import { type FlowNames, rowOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import { text } from '../text.js'
import { binding, metadata, port, vlan } from '../values.js'

const keepPriority = 'move:OXM_OF_VLAN_PCP[]->NXM_NX_REG2[0..2],pop_vlan,'

interface Entering {
  readonly port: number
  readonly metadata: string
}

function says(args: Entering, how: string, names: FlowNames): string {
  return `frames that come in at ${names.port(args.port)} ${how} belong to ${names.logicalSwitch(args.metadata)}`
}

const enter = text`set_field:${{ metadata }}->metadata,set_field:${{ binding }}->reg0,${goto(table.learn)}`

/** Untagged frames of a port belong to a logical switch. */
export const untaggedEntrance = rule({
  name: 'untagged entrance',
  table: table.classify,
  priority: usual,
  match: text`in_port=${{ port }},vlan_tci=0x0000/0x1000`,
  actions: enter,
  cookie: rowOwn,
  says: (args, names) => says(args, 'untagged', names),
})

/** Frames of a VLAN of a port belong to a logical switch. */
export const taggedEntrance = rule({
  name: 'tagged entrance',
  table: table.classify,
  priority: usual,
  match: text`in_port=${{ port }},dl_vlan=${{ vlan }}`,
  actions: text`${keepPriority}set_field:${{ metadata }}->metadata,set_field:${{ binding }}->reg0,${goto(table.learn)}`,
  cookie: rowOwn,
  says: (args, names) => says(args, `in VLAN ${args.vlan}`, names),
})

/** VLAN 0 is untagged: no tag, or a tag that carries a priority only (IEEE 802.1Q). */
export function entrances({ ofports, vlan, logicalSwitch, number, port }: Binding): Flow[] {
  const into = { metadata: metadataOf(logicalSwitch), binding: number, cookie: cookieOf(port) }
  return ofports.flatMap((ofport) => {
    const tagged = taggedEntrance.print({ ...into, port: ofport, vlan })
    return vlan === 0 ? [untaggedEntrance.print({ ...into, port: ofport }), tagged] : [tagged]
  })
}
