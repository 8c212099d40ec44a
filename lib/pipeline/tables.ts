/**
 * The pipeline of the one bridge. A frame's way: classify (port and VLAN, or sender and VNI, to a logical
 * switch) → learn → remote, else local, else flood → egress or tunnel.
 *
 * `metadata` is the logical switch, `reg0` the binding a frame came in by (0: the tunnel), `reg1` the
 * binding it leaves by (0: not found), `reg2` its 802.1p priority, `reg3` the link of a flood chain,
 * `reg4` the tunnel port it leaves by (0: the first), `reg5` whether it was looked at anew without its tag,
 * `reg6` whether its sender was heard elsewhere (1), and here, too (2), `reg7` how many ACLs were asked about it as it came
 * in, `reg8` how many as it leaves, `reg9` and `reg10` the ACL that is asked now; `reg11` where an IP address was claimed;
 * `reg12` (IPv4) or `reg12` to `reg15` (IPv6) the next hop of what is routed; before that `reg13` whether it was noted who sent it.
 * `reg15` is 0 whenever an ACL is asked.
 * Within a table no two of our flows share a match: the flow monitor does not report priorities.
 */
export const table = {
  classify: 0,
  /** 2: not used, older programs had flows there. */
  sender: 1,
  /** Entries of ACLs at the binding that a frame came in by; what they let pass goes on in `learn`. */
  ingressAcl: 5,
  learn: 10,
  /** 11 to 16: who sends from a tunnel and was learned here. */
  source: 11,
  doubt: 12,
  heard: 13,
  present: 14,
  confirm: 16,
  /** 15: room. 17 to 19, 23 to 26: who asks for an address (ARP, neighbour discovery), and who claims one. */
  asked: 17,
  claims: 18,
  answer: 19,
  remote: 20,
  local: 21,
  deliver: 22,
  claimant: 23,
  claiming: 24,
  elsewhere: 25,
  unanswered: 26,
  flood: 30,
  /** From one link of a flood to the next, where that one would be too much for the switch to add. */
  next: 31,
  /** Entries of ACLs at the binding that a frame leaves by; what they let pass goes on in `egress`. */
  egressAcl: 35,
  egress: 40,
  tunnel: 41,
  /**
   * What is for a router; `metadata` is that of the router until there is a route. 55 and 56: its answers to ARP and
   * neighbour discovery.
   */
  router: 50,
  route: 51,
  neighbour: 52,
  snooped: 53,
  routed: 54,
  answering: 55,
  answered: 56,
} as const

/** `reg0` of frames that a router sends: they came in by no binding and by no tunnel. No binding has this number. */
export const fromRouter = 1

/** The MAC that packets have to a next hop of which no MAC is known yet. */
export const unresolved = '00:00:00:00:00:00'

/** The usual priority; what must win stands above it, what is left over at 0. */
export const usual = 100

export function hex(value: number): string {
  return value === 0 ? '0' : `0x${value.toString(16)}`
}

export function goto(next: number): string {
  return `resubmit(,${next})`
}
