import type { Address } from '../../model/address.js'
import type { Flow } from '../../model/flow.js'
import { cookieOf, metadataOf } from '../../model/identity.js'
import { Remembered } from '../../model/remembered.js'
import type { Uuid } from '../../model/uuid.js'
import { printForm } from '../form.js'
import { rowOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import { text } from '../text.js'
import { metadata, sender, vni } from '../values.js'

const enter = text`set_field:${{ metadata }}->metadata,${goto(table.source)}`

/** Frames with a VNI from a VTEP belong to a logical switch. Frames of a pair that is not there are dropped: no flow matches. */
export const pair = rule({
  name: 'sender and VNI',
  table: table.sender,
  priority: usual,
  match: text`tun_id=${{ vni }},${{ address: sender }}`,
  actions: enter,
  cookie: rowOwn,
  says: (args, names) =>
    `frames with VNI ${args.vni} from the VTEP ${args.address} belong to ${names.logicalSwitch(args.metadata)}`,
  rows: ({ address }, rows) => rows.locatorsAt(address),
})

/** The same from any VTEP that has no pair of its own with the VNI, for `--accept-any-peer`. */
export const anySender = rule({
  name: 'VNI of any sender',
  table: table.sender,
  priority: 50,
  match: text`tun_id=${{ vni }}`,
  actions: enter,
  cookie: rowOwn,
  says: (args, names) =>
    `frames with VNI ${args.vni} from any VTEP belong to ${names.logicalSwitch(args.metadata)}`,
})

/** A logical switch has a flow for each VTEP; what those have in common is kept once. */
const cookies = new Remembered((logicalSwitch: Uuid) => cookieOf(logicalSwitch))
const actions = new Remembered((logicalSwitch: Uuid) =>
  printForm(enter, { metadata: metadataOf(logicalSwitch) }),
)

export function pairFlow(address: Address, vni: number, logicalSwitch: Uuid): Flow {
  return {
    key: pair.key({ address, vni }),
    cookie: cookies.of(logicalSwitch),
    actions: actions.of(logicalSwitch),
  }
}

export function anySenderFlow(vni: number, logicalSwitch: Uuid): Flow {
  return anySender.print({ vni, metadata: metadataOf(logicalSwitch), cookie: cookieOf(logicalSwitch) })
}
