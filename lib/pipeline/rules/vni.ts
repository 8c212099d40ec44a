import type { Flow } from '../../model/flow.js'
import { cookieOf, metadataOf } from '../../model/identity.js'
import type { Uuid } from '../../model/uuid.js'
import { rowOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import type { Target } from '../target.js'
import { text } from '../text.js'
import { metadata, sender, vni } from '../values.js'

const enter = text`set_field:${{ metadata }}->metadata,${goto(table.remote)}`

/** Frames with a VNI belong to a logical switch. */
export const ownVni = rule({
  name: 'VNI',
  table: table.vni,
  priority: usual,
  match: text`tun_id=${{ vni }}`,
  actions: enter,
  cookie: rowOwn,
  says: (args, names) => `frames with VNI ${args.vni} belong to ${names.logicalSwitch(args.metadata)}`,
})

/** Frames with a VNI from that one VTEP belong to a logical switch, whatever others mean by the VNI. */
export const keyedVni = rule({
  name: 'VNI of a VTEP',
  table: table.vni,
  priority: 110,
  match: text`tun_id=${{ vni }},${{ address: sender }}`,
  actions: enter,
  cookie: rowOwn,
  says: (args, names) =>
    `frames with VNI ${args.vni} from ${args.address} belong to ${names.logicalSwitch(args.metadata)}`,
  rows: ({ address }, rows) => rows.locatorsAt(address),
})

export function vniFlow(vni: number, logicalSwitch: Uuid): Flow {
  return ownVni.print({ vni, metadata: metadataOf(logicalSwitch), cookie: cookieOf(logicalSwitch) })
}

export function keyedVniFlow({ vni, address }: Target, logicalSwitch: Uuid): Flow {
  const [metadata, cookie] = [metadataOf(logicalSwitch), cookieOf(logicalSwitch)]
  return keyedVni.print({ vni, address, metadata, cookie })
}
