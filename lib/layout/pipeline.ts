import { type Flow, flowKey } from '../model/flow.js'
import { pipelineCookie } from '../model/identity.js'
import { goto, hex, table, usual } from './tables.js'

/**
 * The flows that are there whatever the database says; without `tunnelPorts` nothing is tunnelled. `seesTagsWithin`: the
 * switch's `vlan-limit` is not 1.
 */
export function pipelineFlows(tunnelPorts: readonly number[], seesTagsWithin = false): Flow[] {
  return [
    // protocols of the physical link (STP, LLDP, LACP) stay on it
    flow(table.classify, 300, 'dl_dst=01:80:c2:00:00:00/ff:ff:ff:ff:ff:f0', 'drop'),
    // no station has such an address: learned, it would draw everybody's broadcasts
    flow(table.classify, 290, 'dl_src=01:00:00:00:00:00/01:00:00:00:00:00', 'drop'),
    flow(table.classify, 290, 'dl_src=00:00:00:00:00:00', 'drop'),
    flow(table.classify, 0, '', 'drop'),
    // a tag within the binding's own belongs to nobody here (IEEE 802.1ad, RFC 7348, 6.1); with a vlan-limit of 1
    // the switch sees it as a type, else as a tag
    flow(table.learn, 300, 'vlan_tci=0x1000/0x1000', 'drop'),
    flow(table.learn, 300, 'dl_type=0x8100', 'drop'),
    flow(table.learn, 300, 'dl_type=0x88a8', 'drop'),
    ...(seesTagsWithin ? secondLookFlows() : []),
    flow(table.remote, 0, '', `${goto(table.local)},${goto(table.deliver)}`),
    flow(table.deliver, usual, 'reg1=0', goto(table.flood)),
    flow(table.deliver, 0, '', goto(table.egress)),
    ...nextFlows(),
    ...tunnelFlows(tunnelPorts),
  ]
}

/**
 * What the user-space datapath keeps for a frame with one tag, it uses for frames with two: it can not say "no second tag".
 * So the frame is looked at anew when its tag is off, by the means of `nextFlows`. No such means keeps a frame with MPLS
 * labels of its own as it is: of those, frames with two tags may pass.
 */
function secondLookFlows(): Flow[] {
  const looked = `set_field:0x1->reg5,${goto(table.learn)}`
  return [
    flow(table.learn, 280, 'mpls,reg5=0', looked),
    flow(table.learn, 280, 'mplsm,reg5=0', looked),
    flow(table.learn, 270, 'reg5=0', `push_mpls:0x8847,pop_mpls:0x88b5,${looked}`),
  ]
}

/**
 * The switch works out the actions for a frame in one go, and loses what comes after 64 kB of them. What follows a
 * popped MPLS label is worked out anew, so one that no frame ever bears is pushed and popped. A frame that is MPLS
 * itself would lose a label of its own by that.
 */
function nextFlows(): Flow[] {
  return [
    flow(table.next, usual, 'mpls', goto(table.flood)),
    flow(table.next, usual, 'mplsm', goto(table.flood)),
    flow(table.next, 0, '', `push_mpls:0x8847,pop_mpls:0x88b5,${goto(table.flood)}`),
  ]
}

function tunnelFlows(ports: readonly number[]): Flow[] {
  const [first, ...more] = ports
  if (first === undefined) return []
  return [
    ...ports.map(tunnelEntrance),
    // what came out of a tunnel never goes back into one
    flow(table.tunnel, usual, 'reg0=0', 'drop'),
    ...more.map((port) => flow(table.tunnel, 50, `reg4=${hex(port)}`, `output:${port}`)),
    flow(table.tunnel, 0, '', `output:${first}`),
  ]
}

/** Frames come out of a tunnel there. A tagged one matches nothing and is dropped (RFC 7348, 6.1). */
export function tunnelEntrance(port: number): Flow {
  return flow(table.classify, usual, `in_port=${port},vlan_tci=0x0000/0x1000`, goto(table.peer))
}

function flow(number: number, priority: number, match: string, actions: string): Flow {
  return { key: flowKey(number, priority, match), cookie: pipelineCookie, actions }
}
