import type { AclDirection } from '../../model/acl/entry.js'
import { aclAsked, packetAddress, askAcl, ethertype, maskedPort, tcpFlags } from '../acl-values.js'
import { verdictWords } from '../acl-words.js'
import { around, flag, oneOf, optionalForm } from '../form.js'
import { type FlowRows, graded, rowOwn, rule } from '../rule.js'
import { goto, table } from '../tables.js'
import { text } from '../text.js'
import { binding, count, hexCount, mac } from '../values.js'

/** Where frames of a direction are asked for, and where those that may pass go on. */
interface Place {
  readonly acl: number
  readonly next: number
  readonly steerPriority: number
  /** The registers of the binding, and of how many ACLs were asked. */
  readonly binding: string
  readonly asked: string
}

const places: Readonly<Record<AclDirection, Place>> = {
  ingress: { acl: table.ingressAcl, next: table.learn, steerPriority: 200, binding: 'reg0', asked: 'reg7' },
  egress: { acl: table.egressAcl, next: table.egress, steerPriority: 150, binding: 'reg1', asked: 'reg8' },
}

/** As ovs-ofctl names what has a name of its own; others stand as `dl_type` and `nw_proto`. */
const packets = 'tcp6, udp6, sctp6, icmp6, ipv6, tcp, udp, sctp, icmp, ip, rarp, arp, mplsm, mpls,'.split(' ')
const packet = oneOf([...packets.map((word) => [word, word.slice(0, -1)] as const), ['', ''] as const])

const fields = text`${{ sourceMac: optionalForm(around(',dl_src=', mac)) }}${{
  destMac: optionalForm(around(',dl_dst=', mac)),
}}${{ type: optionalForm(around(',dl_type=', ethertype)) }}${{ source: packetAddress('src') }}${{
  dest: packetAddress('dst'),
}}${{ protocol: optionalForm(around(',nw_proto=', count)) }}${{
  hasHeader: flag(',nw_frag=not_later'),
}}${{ icmpType: optionalForm(around(',icmp_type=', count)) }}${{
  icmpCode: optionalForm(around(',icmp_code=', count)),
}}${{ sourcePort: optionalForm(around(',tp_src=', maskedPort)) }}${{
  destPort: optionalForm(around(',tp_dst=', maskedPort)),
}}${{ flags: optionalForm(around(',tcp_flags=', tcpFlags)) }}`

const rows = ({ acl }: { readonly acl: string }, all: FlowRows) => all.ofAcl(acl)

function rulesOf(direction: AclDirection) {
  const { acl: number, next, steerPriority, binding: register, asked } = places[direction]
  return {
    /** Frames at a binding are asked for by an ACL; `asked` others were before. */
    steer: rule({
      name: `${direction} ACL`,
      table: next,
      priority: steerPriority,
      match: text`${`${register}=`}${{ binding }}${`,${asked}=`}${{ asked: hexCount }}`,
      actions: text`${{ acl: askAcl }},set_field:${{ next: hexCount }}${`->${asked},${goto(number)}`}`,
      cookie: rowOwn,
      says: (args, names) =>
        direction === 'ingress'
          ? `ACL ${names.acl(args.acl)} is asked for frames that come in at ${names.binding(args.binding)}`
          : `ACL ${names.acl(args.acl)} is asked for frames that leave at ${names.binding(args.binding)}`,
      rows,
    }),
    /** What becomes of some frames that an ACL is asked for. */
    verdict: rule({
      name: `${direction} ACL entry`,
      table: number,
      priority: 'own',
      match: graded(
        text`${{ conjunction: optionalForm(around('conj_id=', count, ',')) }}${{ packet }}${{ acl: aclAsked }}${{ fields }}`,
      ),
      actions: text`${{
        isPermitted: oneOf([
          [goto(next), true],
          ['drop', false],
        ]),
      }}`,
      cookie: rowOwn,
      says: (args, names) => verdictWords(direction, args, names),
      rows,
    }),
    /**
     * One of the two ranges of ports of an entry, see conjunction in ovs-actions(7). `reg15` is always 0: it tells the flows of
     * one entry from those of another that have the same range.
     */
    clause: rule({
      name: `${direction} ACL range`,
      table: number,
      priority: 'own',
      match: text`${{ packet }}${{ acl: aclAsked }},reg15=0/${{ priority: hexCount }}${{ fields }}`,
      actions: text`conjunction(${{ priority: count }},${{ clause: count }}/2)`,
      cookie: rowOwn,
      says: (args, names) => verdictWords(direction, { ...args, isPermitted: null }, names),
      rows,
    }),
  }
}

/** Of frames that come in at a binding, and of those that leave by one. */
export const aclRules = { ingress: rulesOf('ingress'), egress: rulesOf('egress') } as const
