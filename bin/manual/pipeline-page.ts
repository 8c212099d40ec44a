import { rules } from '../../lib/pipeline/rules.js'
import { table } from '../../lib/pipeline/tables.js'
import { explainedTexts, type Section, shown, type Supplement } from './supplement.js'

const description: Section = {
  heading: 'DESCRIPTION',
  text: `ovs-vtep(8) forwards with flows on one bridge and with a flow-based VXLAN port: one, or one for each tunnel IP. A frame is first given to a logical switch, by its port and VLAN or by its sender and VNI. Then its source address is learned. Its destination is looked for among the MACs of the controller, then among the learned ones. A frame to no known MAC is flooded.

A frame that came out of a tunnel never goes into one, and no frame leaves by the binding that it came in by. Frames that belong to no logical switch are dropped.`,
}

const registers: Section = {
  heading: 'REGISTERS',
  text: [
    explainedTexts('metadata', 'the logical switch: the first 64 bits of the UUID of its row'),
    explainedTexts(
      'reg0',
      'the binding it came in by: its OpenFlow port times 0x10000, plus its VLAN; 0: a tunnel',
    ),
    explainedTexts('reg1', 'the binding it leaves by; 0: its destination is not known'),
    explainedTexts('reg2', 'the 802.1p priority of its tag'),
    explainedTexts('reg3', 'the link of a long flood'),
    explainedTexts('reg4', 'the tunnel port it leaves by; 0: the first one'),
    explainedTexts('reg5', '1: it was looked at again without its tag'),
    explainedTexts('reg6', '1: its sender was heard from a tunnel; 2: and here, too'),
    explainedTexts('reg11', 'the binding at which the IP address that is looked for was claimed'),
    explainedTexts('reg12 to reg15', 'the next hop of what is routed; IPv4 takes the first'),
  ].join('\n\n'),
}

const cookies: Section = {
  heading: 'COOKIES',
  text: [
    explainedTexts(
      '0x5654 and 12 digits',
      'a flow of ours, and the beginning of the UUID of the row that it was made for',
    ),
    explainedTexts('0x5654000000000000', 'a flow of the pipeline itself'),
    explainedTexts(
      '0x564c and 12 digits',
      'a flow that the switch learned: port (4 digits), VLAN (3), and the beginning of the UUID of the logical switch (5)',
    ),
    'vtep-replay explain takes a cookie, a MAC or a line of ovs-ofctl dump-flows, and says why a flow is there.',
  ].join('\n\n'),
}

const tables: Readonly<Record<keyof typeof table, string>> = {
  classify: 'Port and VLAN give a frame to a logical switch. What must not be forwarded is dropped.',
  sender: 'Frames from a tunnel: the sender and the VNI give them to a logical switch, if a row names them.',
  ingressAcl:
    'Entries of ACLs, for frames that come in where an ACL is bound. What may pass goes on in table 10.',
  learn: 'A frame with a further tag is dropped. The source address of others is learned in table 21.',
  source: 'The sender of a frame from a tunnel is looked for among the learned MACs.',
  doubt: 'Was it learned here? Then a note in table 13 says that it sends from a tunnel.',
  heard: 'Notes of learned MACs that sent from a tunnel a short time ago: they may have moved.',
  present: 'The sender of a frame at a binding is looked for among these notes.',
  confirm: 'It sends here, too: the note says so.',
  asked: 'Broadcast ARP requests and neighbour solicitations from bindings: is the address known?',
  claims: 'IP addresses that stations here said are theirs, and their MACs.',
  answer: 'The request becomes the answer.',
  remote: 'MACs that the controller placed elsewhere, and copies for group addresses.',
  local: 'MACs that were learned here.',
  deliver: 'Was the destination found?',
  claimant: 'Was the MAC that claims the address learned here? Else the request is for everybody.',
  claiming: 'What ARP and neighbour discovery say of the addresses of stations here is noted in table 18.',
  elsewhere: 'Was an address that is heard in a tunnel claimed here? Then that claim counts no more.',
  unanswered:
    'Requests that went to a station alone a moment ago: who asks again had no answer, and asks everybody.',
  flood: 'Copies for unknown destinations: to bindings and to other VTEPs.',
  next: 'From one link of a long flood to the next.',
  egressAcl:
    'Entries of ACLs, for frames that leave where an ACL is bound. What may pass goes on in table 40.',
  egress: 'Out at a binding, with its tag and priority.',
  tunnel: 'Out to another VTEP.',
  router: 'What is for a router: pings to it are answered, what must not be routed is dropped.',
  route: 'The route with the longest prefix gives the logical switch and the next hop.',
  neighbour: 'MACs of next hops that the controller gave.',
  snooped: 'MACs that next hops said they have, by ARP and neighbour discovery.',
  routed: 'What was routed goes on in table 20, in the logical switch of its next hop.',
  answering: 'A request for an address of a router becomes the answer.',
  answered: 'The answer goes where the request came from.',
}

const meanings: ReadonlyMap<string, string> = new Map(Object.entries(tables))

function rulesOf(number: number): string {
  return rules
    .filter((rule) => rule.table === number)
    .map(({ name, priorities, shown: { match, actions } }) => {
      const priority = `priority=${priorities.length === 0 ? 'PRIORITY' : priorities.join('|')}`
      const flow = [match === '' ? priority : `${priority},${match}`, `  actions=${actions}`]
      return `${name}\n\n${shown(flow)}`
    })
    .join('\n\n')
}

/** ovs-vtep-pipeline(7), made from the rules themselves. */
export function pipelinePage(): Supplement {
  return {
    section: 7,
    purpose: 'flows that ovs-vtep writes',
    sections: [
      description,
      registers,
      cookies,
      {
        heading: 'NOTATION',
        text: 'Words in capitals stand for values, [ ] for what may be missing, ( | ) for one of two forms, and ",..." for more of the same. Within a table no two flows have the same match. Table 15 is left free.',
      },
      ...Object.entries(table).map(([name, number]) => ({
        heading: `TABLE ${number}: ${name.toUpperCase()}`,
        text: `${meanings.get(name) ?? ''}\n\n${rulesOf(number)}`,
      })),
      {
        heading: 'EXAMPLES',
        text: [
          'Our flows, in the words of this page:',
          shown([
            'ovs-ofctl -O OpenFlow14 --no-stats dump-flows br0 cookie=0x5654000000000000/0xffff000000000000',
          ]),
          'The way of a frame:',
          shown(['ovs-appctl ofproto/trace br0 in_port=1,dl_src=02:00:00:00:00:01,dl_dst=11:22:33:44:55:66']),
          'Why is a flow there?',
          shown(['vtep-replay explain br0 11:22:33:44:55:66']),
        ].join('\n\n'),
      },
    ],
    seeAlso: ['ovs-vtep(8)', 'vtep-replay(1)', 'ovs-fields(7)', 'ovs-actions(7)', 'vtep(5)'],
  }
}
