import type { FlowId } from '../../model/batch.js'
import type { Binding } from '../../model/binding.js'
import type { Departure } from '../../model/departure.js'
import type { Flow } from '../../model/flow.js'
import { cookieOf, learnedCookie, metadataOf } from '../../model/identity.js'
import { around, either, oneOf, optionalForm } from '../form.js'
import { rowOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import { text } from '../text.js'
import { binding, cookie, count, mac, metadata } from '../values.js'

/** Whether it is looked who was heard elsewhere; not so in pipelines 1 and 2. */
const next = oneOf([
  [goto(table.present), true],
  [goto(table.remote), false],
])

/**
 * Who sends at a binding is learned there. `delete_learned`: what this flow learned goes with it. `hard_timeout` counts from the last frame of the
 * station (IEEE 802.1Q aging): learning renews it, while only frames to the station would renew `idle_timeout`.
 */
export const learning = rule({
  name: 'learning',
  table: table.learn,
  priority: usual,
  match: text`reg0=${{ binding }},metadata=${{ metadata }}`,
  actions: text`learn(table=${`${table.local}`},hard_timeout=${{ macAgingSeconds: count }},priority=${`${usual}`},delete_learned,cookie=${{ learned: cookie }},${{ limit: optionalForm(around('limit=', count, ',')) }}OXM_OF_METADATA[],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:NXM_NX_REG0[]->NXM_NX_REG1[]),${{ isSourceSeen: next }}`,
  cookie: rowOwn,
  says: (args, names) =>
    `who sends at ${names.binding(args.binding)} is learned in ${names.logicalSwitch(args.metadata)}`,
})

/** `most`: so many may be learned; null: any number. */
export function learn(
  { number, logicalSwitch, port }: Binding,
  macAgingSeconds: number,
  most: number | null,
): Flow {
  return learning.print({
    binding: number,
    metadata: metadataOf(logicalSwitch),
    macAgingSeconds,
    learned: learnedCookie(number, logicalSwitch),
    limit: most,
    isSourceSeen: true,
    cookie: cookieOf(port),
  })
}

const toBinding = around('load:', binding, '->NXM_NX_REG1[]')

/** What the switch learns by that. Some releases print `load` as `set_field`; a flow monitor prints no timeout. */
export const learnedMac = rule({
  name: 'learned MAC',
  table: table.local,
  priority: usual,
  match: text`metadata=${{ metadata }},dl_dst=${{ mac }}`,
  actions: text`${{ binding: either(() => true, toBinding, around('set_field:', binding, '->reg1')) }}`,
  cookie: text`${{ learned: cookie }}`,
  extras: text`${{ macAgingSeconds: optionalForm(around('hard_timeout=', count)) }}`,
  says: (args, names) =>
    `frames to ${args.mac} in ${names.logicalSwitch(args.metadata)} go to ${names.binding(args.binding)}: learned there`,
})

/** The flow that was learned of a MAC that the controller has placed elsewhere. */
export function departureId({ binding, logicalSwitch, mac }: Departure): FlowId {
  const key = learnedMac.key({ metadata: metadataOf(logicalSwitch), mac })
  return { key, cookie: learnedCookie(binding, logicalSwitch) }
}
