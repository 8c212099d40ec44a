import { shellWords } from '../plan/command.js'
import { noTunnelIp, parseEndPoint, whyNoTunnelIp } from '../model/address.js'
import { type DoctorFinding, fine, wrong } from './finding.js'
import type { ReachedBy } from './usable.js'

/** What the kernel says of the machine's network. */
export interface Machine {
  /** Its addresses, and the device of each. */
  readonly addresses: ReadonlyMap<string, string>
  /** Of the addresses asked for those without a route, with the kernel's reason. */
  readonly unrouted: ReadonlyMap<string, string>
  /** The device of the default route, or of the first that is up besides loopback; null: none. */
  readonly device: string | null
  /** Who has VXLAN's UDP port besides Open vSwitch. */
  readonly portUsers: readonly PortUser[]
}

export type PortUser =
  | {
      readonly kind: 'process'
      /** Null: it can't be seen. */
      readonly pid: number | null
      readonly name: string
    }
  | { readonly kind: 'device'; readonly name: string }

export function tunnelIpFindings(
  physicalSwitch: string,
  own: readonly string[],
  { addresses, device }: Machine,
  reached: ReachedBy,
): readonly DoctorFinding[] {
  if (own.length === 0) {
    const [address = 'ADDRESS'] = [...addresses].filter(([, at]) => at === device).map(([each]) => each)
    const words = ['set', 'Physical_Switch', physicalSwitch, `tunnel_ips=${bracketed(address)}`]
    const command = shellWords('vtep-ctl', ...reached.vtep, ...words)
    return [wrong('tunnel IP', noTunnelIp, command)]
  }
  return own.map((text) => {
    const address = parseEndPoint(text)
    if (address === undefined) return wrong('tunnel IP', String(whyNoTunnelIp(text)), null)
    if (addresses.has(address)) return fine('tunnel IP', `${address} is on ${addresses.get(address) ?? ''}`)
    const prefix = address.includes(':') ? 128 : 32
    const command = shellWords('ip', 'address', 'add', `${address}/${prefix}`, 'dev', device ?? 'lo')
    return wrong('tunnel IP', `${address} is no address of this machine`, command)
  })
}

/** No more commands than a person reads. */
const mostRoutes = 5

export function routeFindings(
  remote: readonly string[],
  { unrouted, device }: Machine,
): readonly DoctorFinding[] {
  if (unrouted.size === 0) return [fine('routes', `${remote.length} other VTEPs are reached by routes`)]
  const listed = [...unrouted].slice(0, mostRoutes)
  const more = unrouted.size - listed.length
  return listed.map(([address, reason], i) => {
    const rest = i === listed.length - 1 && more > 0 ? `; so it is with ${more} more` : ''
    const command = shellWords('ip', 'route', 'add', address, 'dev', device ?? 'DEVICE')
    return wrong('routes', `no route to ${address}: ${reason}${rest}`, command)
  })
}

export function portFindings(port: number, { portUsers }: Machine): readonly DoctorFinding[] {
  if (portUsers.length === 0) return [fine('UDP port', `${port} is free for VXLAN`)]
  return portUsers.map((user) => {
    if (user.kind === 'device') {
      const command = shellWords('ip', 'link', 'delete', user.name)
      return wrong('UDP port', `${port} is used by the device ${user.name} of the kernel`, command)
    }
    const { pid, name } = user
    const command = pid === null ? shellWords('fuser', '-k', `${port}/udp`) : shellWords('kill', String(pid))
    return wrong('UDP port', `${port} is used by ${pid === null ? name : `${name}, pid ${pid}`}`, command)
  })
}

/** As ovs-vsctl takes a string: a colon ends a key otherwise. */
function bracketed(address: string): string {
  return address.includes(':') ? `"${address}"` : address
}
