import type { AclDirection } from '../model/acl/entry.js'
import type { Flags } from '../model/acl/entry.js'
import type { MaskedIp } from '../model/acl/ip.js'
import { type MaskedPort, portsIn } from '../model/acl/port-range.js'
import type { Mac } from '../model/mac.js'
import { flagsText } from './acl-values.js'
import type { FlowNames } from './rule.js'

/** What a flow of an ACL compares. */
export interface AclFields {
  readonly sourceMac: Mac | null
  readonly destMac: Mac | null
  readonly type: number | null
  readonly source: MaskedIp | null
  readonly dest: MaskedIp | null
  readonly protocol: number | null
  /** Not with later fragments, which have no header of the protocol. */
  readonly hasHeader: boolean
  readonly icmpType: number | null
  readonly icmpCode: number | null
  readonly sourcePort: MaskedPort | null
  readonly destPort: MaskedPort | null
  readonly flags: Flags | null
}

interface Verdict {
  readonly acl: string
  readonly cookie: string
  readonly packet: string
  readonly fields: AclFields
  /** Null: it depends on the other range, too. */
  readonly isPermitted: boolean | null
}

/** What becomes of which frames, by which entry of which ACL, and where. */
export function verdictWords(direction: AclDirection, verdict: Verdict, names: FlowNames): string {
  const { acl, cookie, isPermitted } = verdict
  const sequence = names.aclEntry(cookie)
  const isOut = direction === 'egress'
  const where = `${isOut ? 'on their way out at' : 'at'} ${names.aclPlaces(acl)}`
  const name = `ACL ${names.acl(acl)}`
  if (sequence === null)
    return isPermitted === true
      ? `frames that match no entry of ${name} are permitted ${where}`
      : `all frames are dropped ${where}: ${name} can't be realised`
  const frames = `frames${framesWords(verdict)}`
  const entry = `by entry ${sequence} of ${name}`
  if (isPermitted === null) return `${frames} may be decided on ${where} ${entry}: its other range says`
  return `${frames} are ${isPermitted ? 'permitted' : 'denied'} ${where} ${entry}`
}

function framesWords({ packet, fields }: Verdict): string {
  const { sourcePort, destPort, type, protocol, flags, icmpType, icmpCode } = fields
  const kind =
    packet === '' ? (type === null ? null : `type 0x${type.toString(16).padStart(4, '0')}`) : packet
  const hasPort = sourcePort !== null || destPort !== null
  const to = endWords(kind, fields.destMac, fields.dest, destPort)
  const from = endWords(kind, fields.sourceMac, fields.source, sourcePort)
  return [
    kind === null || hasPort ? '' : ` of ${kind}`,
    protocol === null ? '' : ` of protocol ${protocol}`,
    icmpType === null ? '' : ` of ICMP type ${icmpType}`,
    icmpCode === null ? '' : ` of ICMP code ${icmpCode}`,
    to === '' ? '' : ` to ${to}`,
    from === '' ? '' : ` from ${from}`,
    flags === null ? '' : ` with flags ${flagsText(flags)}`,
  ].join('')
}

function endWords(
  kind: string | null,
  mac: Mac | null,
  ip: MaskedIp | null,
  port: MaskedPort | null,
): string {
  const words = [mac, ip, port === null ? null : `${kind ?? 'port'}/${portWords(port)}`]
  return words.filter((word) => word !== null).join(' ')
}

function portWords(port: MaskedPort): string {
  const { min, max } = portsIn(port)
  return min === max ? String(min) : `${min}-${max}`
}
