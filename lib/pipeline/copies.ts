import { type Address, isIpv6 } from '../model/address.js'
import { around, either, type Form, list, oneOf, optionalForm, printForm } from './form.js'
import type { FlowNames } from './rule.js'
import { goto, table } from './tables.js'
import { text } from './text.js'
import { binding, destination, hexCount, port, vni } from './values.js'

/** One copy of a frame: to a binding, or by a tunnel port to a remote VTEP. */
export type Copy = LocalCopy | RemoteCopy

interface LocalCopy {
  readonly binding: number
}

interface RemoteCopy {
  readonly address: Address
  readonly vni: number
  readonly port: number
}

function isLocal(copy: Copy): copy is LocalCopy {
  return 'binding' in copy
}

const local: Form<LocalCopy> = text`clone(set_field:${{ binding }}->reg1,${goto(table.egress)})`
const toVtep: Form<RemoteCopy> = text`set_field:${{ vni }}->tun_id,${{ address: destination }},output:${{ port }}`

/** In a clone where the end point is of IPv6: an IPv4 destination that a copy behind it sets would stand beside it. */
const remote = either((copy: RemoteCopy) => isIpv6(copy.address), around('clone(', toVtep, ')'), toVtep)

const copy = either<Copy>(isLocal, local, remote)

export function copyText(one: Copy): string {
  return printForm(copy, one)
}

/** Some copies, and which link of the chain has the others. */
export const copiesAndNext = text`${{ copies: list(copy) }}${{
  next: optionalForm(
    text`,set_field:${{ link: hexCount }}->reg3,${{
      isAnew: oneOf([
        [goto(table.flood), false],
        [goto(table.next), true],
      ]),
    }}`,
  ),
}}`

export function destinations(copies: readonly Copy[], names: FlowNames): string {
  const named = [
    ...copies.filter(isLocal).map((one) => names.binding(one.binding)),
    ...copies.flatMap((one) => (isLocal(one) ? [] : [`VTEP ${one.address}`])),
  ]
  return named.length === 0 ? 'nowhere' : `to ${named.join(', ')}`
}
