import type { Address } from '../../model/address.js'
import type { Flow } from '../../model/flow.js'
import { cookieOf, isCookieOf, metadataOf } from '../../model/identity.js'
import type { Mac } from '../../model/mac.js'
import type { Uuid } from '../../model/uuid.js'
import { around, type Form, optionalForm, printForm } from '../form.js'
import { locatorsOfRow, rowOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import type { Target } from '../target.js'
import { text } from '../text.js'
import { destination, hexPort, mac, metadata, vni } from '../values.js'

/** Frames are tunnelled to a remote VTEP. */
export const toTarget: Form<Target> = text`set_field:${{ vni }}->tun_id,${{ address: destination }}${{
  via: optionalForm(around(',set_field:', hexPort, '->reg4')),
}},${goto(table.tunnel)}`

/** Frames to a MAC go to a remote VTEP. */
export const remoteMac = rule({
  name: 'remote MAC',
  table: table.remote,
  priority: usual,
  match: text`metadata=${{ metadata }},dl_dst=${{ mac }}`,
  actions: text`${{ target: toTarget }}`,
  cookie: rowOwn,
  says: (args, names) =>
    `frames go to ${args.mac} in ${names.logicalSwitch(args.metadata)} to VTEP ${args.target.address}`,
  rows: locatorsOfRow,
})

/**
 * `row` is the Ucast_Macs_Remote row that says so. `was`: where they went before; what stays of its texts is kept but once.
 */
export function remoteMacFlow(logicalSwitch: Uuid, mac: Mac, target: Target, row: Uuid, was?: Flow): Flow {
  return {
    key: was?.key ?? remoteMac.key({ metadata: metadataOf(logicalSwitch), mac }),
    cookie: was !== undefined && isCookieOf(was.cookie, row) ? was.cookie : cookieOf(row),
    // one that moves seldom finds others that move alike, and is not worth remembering
    actions: target.via === null && was === undefined ? commonActionsTo(target) : printForm(toTarget, target),
  }
}

/** Those of all MACs of a logical switch at one VTEP, by address and VNI: the very same text for the same target. */
const actionsAt = new Map<Address, Map<number, string>>()
/** So many are remembered at most, of all VTEPs together; then it begins anew. */
const mostActions = 32_768
let remembered = 0

function commonActionsTo(target: Target): string {
  const { address, vni } = target
  const known = actionsAt.get(address)?.get(vni)
  if (known !== undefined) return known
  if (remembered++ === mostActions) {
    actionsAt.clear()
    remembered = 1
  }
  const made = printForm(toTarget, target)
  const texts = actionsAt.get(address)
  if (texts === undefined) actionsAt.set(address, new Map([[vni, made]]))
  else texts.set(vni, made)
  return made
}
