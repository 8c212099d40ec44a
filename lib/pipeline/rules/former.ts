import { pipelineOwn, rowOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import { text } from '../text.js'
import { metadata, sender, vni } from '../values.js'

const vniTable = 2
const enter = text`set_field:${{ metadata }}->metadata,${goto(table.remote)}`

/** Pipeline 1: frames from a VTEP were let in, into whatever logical switch. */
const peer = rule({
  name: 'peer',
  table: 1,
  priority: usual,
  match: text`${{ address: sender }}`,
  actions: text`${goto(vniTable)}`,
  cookie: pipelineOwn,
  says: ({ address }) => `frames from the VTEP ${address} are let in`,
  rows: ({ address }, rows) => rows.locatorsAt(address),
})

/** Pipeline 1: frames with a VNI belonged to a logical switch. */
const ownVni = rule({
  name: 'VNI',
  table: vniTable,
  priority: usual,
  match: text`tun_id=${{ vni }}`,
  actions: enter,
  cookie: rowOwn,
  says: (args, names) => `frames with VNI ${args.vni} belong to ${names.logicalSwitch(args.metadata)}`,
})

/** Pipeline 1: the same of one VTEP only, for a key of its own. */
const keyedVni = rule({
  name: 'VNI of a VTEP',
  table: vniTable,
  priority: 110,
  match: text`tun_id=${{ vni }},${{ address: sender }}`,
  actions: enter,
  cookie: rowOwn,
  says: (args, names) =>
    `frames with VNI ${args.vni} from ${args.address} belong to ${names.logicalSwitch(args.metadata)}`,
  rows: ({ address }, rows) => rows.locatorsAt(address),
})

/** Flows that older programs made: they stand in journals, and on switches until the first bundle. */
export const formerRules = [peer, ownVni, keyedVni]
