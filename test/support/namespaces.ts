import { startCapture, type Capture } from './capture.js'
import { OURS, startDaemon, type Daemon, type Program } from './daemon.js'
import { createNamespace, type Namespace } from './namespace.js'
import { startOvs, type Owner, type Ovs } from './ovs.js'

interface LabOptions {
  /** Name of the switch, fit for a network device; default br0. */
  readonly bridge?: string
  /** Virtual machines by name; those of one port with different VLANs stand behind one tagging switch. */
  readonly hosts: Readonly<Record<string, Host>>
  /** On the machine in this order: the first is what the routing takes for a source, and what remotes send to. */
  readonly tunnelIp: string | readonly string[]
  /** Remote VTEPs by tunnel IP of either kind: Linux's own vxlan device, `vxlan0`, with an address in the overlay. */
  readonly remotes: Readonly<Record<string, { readonly vni: number; readonly address: string }>>
}

interface Host {
  /** Port of the switch. */
  readonly port: string
  /** Absent: the lab's. */
  readonly bridge?: string
  /** Of its device `eth0`. */
  readonly address: string
  /** The VLAN its frames have at the port; absent: untagged, and alone at the port. */
  readonly vlan?: number
}

/** Machines made of network namespaces around a private ovs-vswitchd with the user-space datapath. Needs root. */
export interface Lab extends Ovs {
  host(name: string): Namespace
  /** The remote VTEP with this tunnel IP. */
  remote(tunnelIp: string): Namespace
  startDaemon(args?: readonly string[], program?: Program): Promise<Daemon>
  capture(namespace: Namespace, device: string): Promise<Capture>
}

const PREFIX = '/24'
const IPV6_PREFIX = '/64'
const UNDERLAY = 'underlay'

/** Everything in it ends with `owner`; nothing of the machine outside the new namespaces is touched. */
export async function startLab(owner: Owner, options: LabOptions): Promise<Lab> {
  const { bridge = 'br0' } = options
  const home = await createNamespace(owner, 'switch')
  // the kernel, too, hears what comes in at a port, and would answer there for the addresses of the underlay
  await home.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore')
  const ovs = await startOvs(owner, ['--disable-system'], ['ip', 'netns', 'exec', home.name])
  const tunnelIps = [options.tunnelIp].flat()
  for (const name of [bridge, UNDERLAY]) await addBridge(ovs, name)
  for (const tunnelIp of tunnelIps) await addAddress(home, tunnelIp, UNDERLAY)
  await home.ip('link', 'set', UNDERLAY, 'up')

  const machines = new Map<string, Namespace>()
  const plugIn = async (name: string, port: string, address: string): Promise<Namespace> => {
    const machine = await createNamespace(owner, `m${machines.size}`)
    machines.set(name, machine)
    await home.ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', machine.name)
    await home.ip('link', 'set', port, 'up')
    await addAddress(machine, address, 'eth0')
    await machine.ip('link', 'set', 'eth0', 'up')
    return machine
  }

  for (const [name, { port, bridge: at = bridge, address, vlan }] of Object.entries(options.hosts)) {
    if (vlan === undefined) {
      await plugIn(name, port, address)
      await addBridge(ovs, at)
      await ovs.vsctl('add-port', at, port)
    } else {
      const access = `${port}v${vlan}`
      await plugIn(name, access, address)
      await ovs.vsctl('add-port', await taggingSwitch(ovs, home, at, port), access, `tag=${vlan}`)
    }
  }
  for (const [tunnelIp, { vni, address }] of Object.entries(options.remotes)) {
    const port = `u${machines.size}`
    const remote = await plugIn(tunnelIp, port, tunnelIp)
    await ovs.vsctl('add-port', UNDERLAY, port)
    const ours = tunnelIps.find((ip) => isIpv6(ip) === isIpv6(tunnelIp)) ?? ''
    // a veth leaves checksums to hardware, and the user-space datapath drops what has a wrong one
    const plain = isIpv6(tunnelIp) ? ['udp6zerocsumtx', 'udp6zerocsumrx'] : ['noudpcsum']
    const kind = ['type', 'vxlan', 'id', String(vni), 'dstport', '4789', ...plain]
    const ends = ['local', tunnelIp, 'remote', ours, 'dev', 'eth0']
    await remote.ip('link', 'add', 'vxlan0', ...kind, ...ends)
    await remote.ip('address', 'add', address + PREFIX, 'dev', 'vxlan0')
    await remote.ip('link', 'set', 'vxlan0', 'up')
  }

  const machine = (name: string): Namespace => {
    const found = machines.get(name)
    if (found === undefined) throw new Error(`no ${name} in this lab`)
    return found
  }
  return {
    ...ovs,
    host: machine,
    remote: machine,
    startDaemon: (args = [bridge], program = OURS) => startDaemon(owner, program, args, ovs.env),
    capture: (namespace, device) => startCapture(owner, namespace, device, ovs.directory),
  }
}

async function addAddress(machine: Namespace, address: string, device: string): Promise<void> {
  // an IPv6 address that is still being checked for doubles can't be sent from
  const rest = isIpv6(address) ? [address + IPV6_PREFIX, 'nodad'] : [address + PREFIX]
  await machine.ip('address', 'add', ...rest, 'dev', device)
}

function isIpv6(address: string): boolean {
  return address.includes(':')
}

async function addBridge(ovs: Ovs, bridge: string): Promise<void> {
  await ovs.vsctl('--may-exist', 'add-br', bridge, '--', 'set', 'Bridge', bridge, 'datapath_type=netdev')
}

/** A learning switch before `port` of `main`, made on first use, with the VLAN trunk towards it; gives its name. */
async function taggingSwitch(ovs: Ovs, home: Namespace, main: string, port: string): Promise<string> {
  const bridge = `${port}-vlans`
  const trunk = `${port}-trunk`
  if ((await ovs.vsctl('list-br')).split('\n').includes(bridge)) return bridge
  await addBridge(ovs, bridge)
  await home.ip('link', 'add', port, 'type', 'veth', 'peer', 'name', trunk)
  for (const end of [port, trunk]) await home.ip('link', 'set', end, 'up')
  await ovs.vsctl('add-port', main, port, '--', 'add-port', bridge, trunk)
  return bridge
}
