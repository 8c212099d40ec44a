import { createNamespace, type Namespace } from './namespace.js'
import type { Owner } from './ovs.js'

/** Where Linux sends a packet: `local`, `nowhere`, `itself DEVICE` or `HOP DEVICE`; `others`: broadcast and anycast. */
export type Way = string

/** The router of Linux's own kernel in a namespace, with a device for each logical switch. */
export interface LinuxRouter {
  /** `ip route get` for each packet: its source, destination, and the device it comes in by. */
  ways(packets: readonly Packet[]): Promise<readonly Way[]>
  /** False: Linux refuses the route. */
  addRoute(prefix: string, nextHop: string): Promise<boolean>
}

export interface Packet {
  readonly from: string
  readonly to: string
  readonly device: string
}

/** `interfaces`: addresses with the lengths of their prefixes, and the devices they are at. */
export async function linuxRouter(
  owner: Owner,
  devices: readonly string[],
  interfaces: readonly (readonly [string, string])[],
): Promise<LinuxRouter> {
  const namespace = await createNamespace(owner, 'router')
  const script = [
    'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter',
    ...devices.flatMap((device) => [
      `ip link add ${device} type veth peer name ${device}x`,
      `echo 0 >/proc/sys/net/ipv4/conf/${device}/rp_filter`,
      `ip link set ${device} up`,
      `ip link set ${device}x up`,
    ]),
    'echo 1 >/proc/sys/net/ipv4/ip_forward',
    'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding',
    ...interfaces.map(([address, device]) =>
      ['ip address add', address, 'dev', device, ...(address.includes(':') ? ['nodad'] : [])].join(' '),
    ),
  ]
  await namespace.run('sh', '-ec', script.join('\n'))
  return {
    ways: (packets) => ways(namespace, packets),
    addRoute: (prefix, nextHop) =>
      namespace.ip('route', 'add', prefix, 'via', nextHop).then(
        () => true,
        () => false,
      ),
  }
}

async function ways(namespace: Namespace, packets: readonly Packet[]): Promise<readonly Way[]> {
  const lines = packets.map(
    ({ from, to, device }) => `echo "= $(ip route get ${to} from ${from} iif ${device} 2>&1 | tr '\\n' ' ')"`,
  )
  const said = await namespace.run('sh', '-c', lines.join('\n'))
  return said.split('\n').map(wayIn)
}

function wayIn(line: string): Way {
  if (/RTNETLINK answers|Error:|^= (?:unreachable|multicast|blackhole|prohibit) /.test(line)) return 'nowhere'
  if (/^= (?:broadcast|anycast) /.test(line)) return 'others'
  if (/^= local /.test(line)) return 'local'
  const [, hop = 'itself'] = / via (?:inet6 )?(\S+) /.exec(line) ?? []
  const [, device] = / dev (\S+) /.exec(line) ?? []
  if (device === undefined) throw new Error(`Linux says ${line}`)
  return `${hop} ${device}`
}
