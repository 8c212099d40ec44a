import { pipelineOwn, rule } from '../rule.js'
import { goto, table, usual } from '../tables.js'
import { text } from '../text.js'

export function fixed(
  name: string,
  number: number,
  priority: number,
  match: string,
  actions: string,
  words: string,
) {
  return rule({
    name,
    table: number,
    priority,
    match: text`${match}`,
    actions: text`${actions}`,
    cookie: pipelineOwn,
    says: () => words,
  })
}

/** Where anything is tunnelled: what came out of a tunnel never goes into one. */
export const neverBack = fixed(
  'never back',
  table.tunnel,
  usual,
  'reg0=0',
  'drop',
  'what came out of a tunnel never goes into one',
)

/** The flows that are always there, and the same on every switch. */
export const fixedRules = [
  fixed(
    'link protocols',
    table.classify,
    300,
    'dl_dst=01:80:c2:00:00:00/ff:ff:ff:ff:ff:f0',
    'drop',
    'protocols of the physical link (STP, LLDP, LACP) stay on it',
  ),
  // learned, it would draw everybody's broadcasts
  fixed(
    'group source',
    table.classify,
    290,
    'dl_src=01:00:00:00:00:00/01:00:00:00:00:00',
    'drop',
    'frames from a group address are dropped: no station has one',
  ),
  fixed(
    'zero source',
    table.classify,
    290,
    'dl_src=00:00:00:00:00:00',
    'drop',
    'frames from the address 0 are dropped: no station has it',
  ),
  fixed('not bound', table.classify, 0, '', 'drop', 'frames that belong to no logical switch are dropped'),
  // a tag within the binding's own belongs to nobody here (IEEE 802.1ad, RFC 7348, 6.1); with a vlan-limit of 1
  // the switch sees it as a type, else as a tag
  ...[
    ['inner tag', 'vlan_tci=0x1000/0x1000'],
    ['inner 802.1Q', 'dl_type=0x8100'],
    ['inner 802.1ad', 'dl_type=0x88a8'],
  ].map(([name = '', match = '']) =>
    fixed(name, table.learn, 300, match, 'drop', 'frames with a further VLAN tag are dropped'),
  ),
  fixed(
    'no remote MAC',
    table.remote,
    0,
    '',
    `${goto(table.local)},${goto(table.deliver)}`,
    'what is for no remote MAC may be for a learned one',
  ),
  fixed(
    'not learned',
    table.deliver,
    usual,
    'reg1=0',
    goto(table.flood),
    'what is for no known MAC is flooded',
  ),
  fixed('learned', table.deliver, 0, '', goto(table.egress), 'what is for a learned MAC goes to its binding'),
]

const anew = 'the next part of a long flood is worked out anew'

/**
 * The switch works out the actions for a frame in one go, and loses what comes after 64 kB of them. What follows a
 * popped MPLS label is worked out anew, so one that no frame ever bears is pushed and popped. A frame that is MPLS
 * itself would lose a label of its own by that.
 */
export const nextRules = [
  fixed(
    'next link, MPLS',
    table.next,
    usual,
    'mpls',
    goto(table.flood),
    'MPLS goes on with a long flood as it is',
  ),
  fixed(
    'next link, MPLS multicast',
    table.next,
    usual,
    'mplsm',
    goto(table.flood),
    'MPLS goes on with a long flood as it is',
  ),
  fixed('next link', table.next, 0, '', `push_mpls:0x8847,pop_mpls:0x88b5,${goto(table.flood)}`, anew),
]
