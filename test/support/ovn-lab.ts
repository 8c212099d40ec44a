import { words } from './controller.js'
import type { Daemon } from './daemon.js'
import type { Frame } from './frame.js'
import { startHypervisor, startOvn, startVtepController, type Ovn } from './ovn.js'
import type { Owner } from './ovs.js'
import { exitsAt, startSandbox, type Sandbox } from './sandbox.js'
import { injectFrame, linkUnderlays } from './underlay.js'

/** A gateway br0, with ports p0 and p1, and a hypervisor on one data network, for one OVN to make chassis of. */
export interface OvnLab {
  readonly gateway: Sandbox
  readonly ovn: Ovn
  /** Starts ovn-controller-vtep on the gateway. */
  startController(): Promise<Daemon>
  /** Runs vtep-ctl commands at the gateway, one a line, in one transaction. */
  readonly vtep: (commands: string) => Promise<string>
  /**
   * Makes a network of p0 untagged, of p1's VLAN 100 and of machine vm1: logical switch ls0 behind port `gateway` of
   * northbound switch net. Resolves when OVN says that it stands; the gateway needs a Physical_Switch row with its
   * ports, and a controller.
   */
  addNetwork(): Promise<void>
  /** Plugs a machine in at the hypervisor. */
  addMachine(network: string, name: string, station: Station): Promise<void>
  /** Everywhere at both ends that `frame` comes out when it comes in at a port of the gateway or from a machine. */
  exitsOf: (port: string, frame: Frame) => Promise<readonly string[]>
}

interface Station {
  readonly mac: string
  readonly ip: string
}

export const GATEWAY_IP = '10.2.2.1'
export const HYPERVISOR_IP = '10.2.2.2'
export const VM1: Station = { mac: '02:00:00:00:01:01', ip: '192.168.0.1' }
const PORTS = ['p0', 'p1']

/** Everything in it ends with `owner`. */
export async function startOvnLab(owner: Owner): Promise<OvnLab> {
  const gateway = await startSandbox(owner, { ports: PORTS, tunnelIp: GATEWAY_IP, remotes: [HYPERVISOR_IP] })
  const ovn = await startOvn(owner)
  const hypervisor = await startHypervisor(owner, ovn, HYPERVISOR_IP, [GATEWAY_IP])
  const link = await linkUnderlays(gateway, hypervisor)

  const machines: string[] = []
  const vtep = (commands: string): Promise<string> => gateway.vtepctl(...words(commands))
  const addMachine: OvnLab['addMachine'] = async (network, name, { mac, ip }) => {
    machines.push(name)
    await hypervisor.addMachine(network, name, `${mac} ${ip}`)
  }
  return {
    gateway,
    ovn,
    startController: () => startVtepController(owner, ovn, gateway),
    vtep,
    addNetwork: async () => {
      await vtep('add-ls ls0\nbind-ls br0 p0 0 ls0\nbind-ls br0 p1 100 ls0')
      await ovn.nbctl('ls-add', 'net')
      await ovn.addVtepPort('net', 'gateway', 'br0', 'ls0')
      await addMachine('net', 'vm1', VM1)
      // ovn-controller-vtep writes everything, takes it back and writes it again before it says so
      await ovn.nbctl('wait-until', 'Logical_Switch_Port', 'gateway', 'up=true')
    },
    addMachine,
    exitsOf: async (port, frame) => {
      await injectFrame(machines.includes(port) ? hypervisor : gateway, port, frame)
      await link.settled()
      const exits = [...(await exitsAt(gateway, PORTS)), ...(await exitsAt(hypervisor, machines))]
      return exits.filter(({ copy }) => copy.payload.equals(frame.payload)).map(({ exit }) => exit)
    },
  }
}
