import type { Binding } from '../../model/binding.js'
import type { Flow } from '../../model/flow.js'
import { cookieOf } from '../../model/identity.js'
import { around, either, list, optionalForm } from '../form.js'
import { rowOwn, rule } from '../rule.js'
import { table, usual } from '../tables.js'
import { text } from '../text.js'
import { binding, count, port } from '../values.js'

/** A frame never leaves by the binding it came in by. */
export const noReturn = rule({
  name: 'no return',
  table: table.egress,
  priority: 200,
  match: text`reg0=${{ binding }},reg1=${{ binding }}`,
  actions: text`drop`,
  cookie: rowOwn,
  says: (args, names) => `no frame leaves at ${names.binding(args.binding)} where it came in`,
})

const tagBit = 0x1000

/** A bond sends each station's frames by one of its members that are up. */
const members = either(
  (ofports: readonly number[]) => ofports.length === 1,
  around('output:', list(port)),
  around('bundle(eth_src,0,hrw,ofport,members:', list(port), ')'),
)

/** in_port is cleared, or the switch would not send to the port a frame came from, on another VLAN. */
export const bindingExit = rule({
  name: 'exit',
  table: table.egress,
  priority: usual,
  match: text`reg1=${{ binding }}`,
  actions: text`set_field:0->in_port,${{
    tag: optionalForm(
      around('push_vlan:0x8100,set_field:', count, '->vlan_vid,move:NXM_NX_REG2[0..2]->OXM_OF_VLAN_PCP[],'),
    ),
  }}${{ ofports: members }}`,
  cookie: rowOwn,
  says: (args, names) => `frames for ${names.binding(args.binding)} leave there`,
})

export function exits({ number, ofports, vlan, port }: Binding): Flow[] {
  const [cookie, binding] = [cookieOf(port), number]
  return [
    noReturn.print({ cookie, binding }),
    bindingExit.print({ cookie, binding, ofports, tag: vlan === 0 ? null : tagBit + vlan }),
  ]
}
