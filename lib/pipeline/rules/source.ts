import { unboundCookie } from '../../model/identity.js'
import { table, goto, usual } from '../tables.js'
import { oneOf, optionalForm, around } from '../form.js'
import { rule } from '../rule.js'
import { text } from '../text.js'
import { cookie, count, mac, metadata } from '../values.js'
import { fixed } from './fixed.js'

/** How long a host has to talk here when its address was heard from elsewhere. The switch looks at timeouts each second. */
const graceSeconds = 3

/** A sender's address stands in the destination's place while it is looked for in `tables`. */
function lookedFor(...tables: readonly number[]): string {
  const looks = tables.map(goto).join(',')
  return `push:NXM_OF_ETH_DST[],move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],${looks},pop:NXM_OF_ETH_DST[]`
}

/** Notes in `table.heard` where a sender was heard: 1 elsewhere, 2 also here. An entry that stands keeps its timeouts. */
function noted(where: 1 | 2): string {
  return `learn(table=${table.heard},hard_timeout=${graceSeconds},priority=${usual},cookie=${unboundCookie},OXM_OF_METADATA[],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:0x${where}->NXM_NX_REG6[])`
}

/** What is done with each frame from a binding: was its sender heard elsewhere? */
export const heardElsewhere = `${lookedFor(table.heard)},${goto(table.confirm)}`

/** What is done with each frame from a tunnel. */
export const fromTunnel = `${lookedFor(table.local, table.heard)},${goto(table.doubt)},set_field:0->reg1,${goto(table.remote)}`

/**
 * Who was learned here and sends from a tunnel has moved, or two hosts have one address. It is noted for some seconds; who sends
 * here meanwhile is noted anew. When the note goes the monitor tells which of both it was.
 */
export const sourceRules = [
  fixed(
    'sender in a tunnel',
    table.source,
    0,
    '',
    fromTunnel,
    'who sends from a tunnel is looked for among the learned',
  ),
  fixed('not learned here', table.doubt, usual, 'reg1=0', 'drop', 'who was not learned here is no concern'),
  fixed(
    'heard elsewhere',
    table.doubt,
    90,
    'reg6=0',
    noted(1),
    'that a learned MAC sends from a tunnel is noted',
  ),
  fixed(
    'sender at a binding',
    table.present,
    0,
    '',
    `${heardElsewhere},${goto(table.remote)}`,
    'who sends at a binding is looked for among those heard elsewhere',
  ),
  fixed(
    'heard here, too',
    table.confirm,
    usual,
    'reg6=0x1',
    noted(2),
    'that a MAC sends here as well is noted',
  ),
]

/** The note. Some releases print `load` as `set_field`; a flow monitor prints no timeout. */
export const heard = rule({
  name: 'note of a MAC',
  table: table.heard,
  priority: usual,
  match: text`metadata=${{ metadata }},dl_dst=${{ mac }}`,
  actions: text`${{
    isHere: oneOf([
      ['load:0x1->NXM_NX_REG6[]', false],
      ['load:0x2->NXM_NX_REG6[]', true],
      ['set_field:0x1->reg6', false],
      ['set_field:0x2->reg6', true],
    ]),
  }}`,
  cookie: text`${{ learned: cookie }}`,
  extras: text`${{ graceSeconds: optionalForm(around('hard_timeout=', count)) }}`,
  says: (args, names) =>
    `${args.mac} in ${names.logicalSwitch(args.metadata)} was heard from a tunnel${args.isHere ? ', and here' : ''}`,
})
