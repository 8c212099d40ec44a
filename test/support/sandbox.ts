import { createCommandRecorder, type CommandRecorder } from './command-recorder.js'
import { OURS, startDaemon, type Daemon, type Program } from './daemon.js'
import type { Frame } from './frame.js'
import { startOvs, type Environment, type Ovs, type Owner } from './ovs.js'
import { addDummyBond, addDummyPort, createUnderlay, framesOut, injectFrame } from './underlay.js'
import type { TunnelFrame } from './vxlan.js'

interface SandboxOptions {
  /** Name of the switch; default br0. */
  readonly bridge?: string
  /** Ports of the switch, with ofports 1, 2, … in this order. */
  readonly ports: readonly string[]
  /** Bonds of two or more further ports, by name. */
  readonly bonds?: Readonly<Record<string, readonly string[]>>
  readonly tunnelIp: string
  /** VTEPs that answer in the underlay, in the /24 of the tunnel IP. */
  readonly remotes: readonly string[]
  /** Further arguments of ovsdb-server. */
  readonly serverArgs?: readonly string[]
}

/** A switch, its databases and its data network in one private directory, without privileges. */
export interface Sandbox extends Ovs {
  /** Name of the switch. */
  readonly bridge: string
  /** Sees every command of the daemons started here. */
  readonly recorder: CommandRecorder
  /** What a daemon needs to work here with its commands recorded. */
  readonly daemonEnv: Environment
  /** The Physical_Switch row of the switch, as the seed's step 5 makes it. */
  addPhysicalSwitch(): Promise<void>
  /** Arguments: the switch's name when none are given; program: ours; `longestMs`: as of the other `startDaemon`. */
  startDaemon(args?: readonly string[], program?: Program, longestMs?: number): Promise<Daemon>

  /** Makes another VTEP in the underlay reachable. */
  addRemote: (ip: string) => Promise<void>
  inject: (port: string, frame: Frame) => Promise<void>
  /** `fromIp` need not be one of the remotes. */
  injectVxlan: (fromIp: string, vni: number, inner: Frame) => Promise<void>
  /** What comes in, and at which dummy port, when a remote VTEP sends `inner` to us. */
  arrival: (fromIp: string, vni: number, inner: Frame) => { readonly port: string; readonly frame: Frame }
  framesOut: (port: string) => Promise<readonly Frame[]>
  tunnelFramesOut: () => Promise<readonly TunnelFrame[]>
  /**
   * Injects `frame` at `port` and gives everywhere it came out, sorted, once per copy: `p1`, `p1 vlan 10`,
   * `p1 vlan 0 pcp 5`, `10.2.2.2 vni 33`. Empty: it was dropped. The frame is known by its payload, see `uniqueFrame`.
   */
  exitsOf: (port: string, frame: Frame) => Promise<readonly string[]>
  /** The same for a frame that a remote VTEP sends. */
  exitsOfVxlan: (fromIp: string, vni: number, inner: Frame) => Promise<readonly string[]>
  /** The same for many frames, which enter port by port: where each came out, in the order given. */
  exitsOfEach: (entries: readonly Entry[]) => Promise<readonly (readonly string[])[]>
}

/** A frame that comes in at a port, or out of a tunnel. */
export type Entry =
  | { readonly port: string; readonly frame: Frame }
  | { readonly fromIp: string; readonly vni: number; readonly frame: Frame }

/** Everything in it ends with `owner`. */
export async function startSandbox(owner: Owner, options: SandboxOptions): Promise<Sandbox> {
  const { bridge = 'br0', bonds = {}, tunnelIp, remotes } = options
  const ports = [...options.ports, ...Object.values(bonds).flat()]
  const ovs = await startOvs(owner, undefined, [], options.serverArgs)
  await ovs.vsctl('add-br', bridge, '--', 'set', 'Bridge', bridge, 'datapath_type=dummy')
  for (const port of options.ports) await addDummyPort(ovs, bridge, port)
  for (const [bond, members] of Object.entries(bonds)) await addDummyBond(ovs, bridge, bond, members)
  const underlay = await createUnderlay(ovs, tunnelIp, remotes)
  const recorder = await createCommandRecorder(ovs.directory)
  const daemonEnv = { ...ovs.env, PATH: `${recorder.binDirectory}:${process.env.PATH ?? ''}` }

  const exitsOfEach = async (entries: readonly Entry[]): Promise<readonly (readonly string[])[]> => {
    const arrivals = new Map<string, Frame[]>()
    for (const entry of entries) {
      const { port, frame } = 'port' in entry ? entry : underlay.arrival(entry.fromIp, entry.vni, entry.frame)
      arrivals.set(port, [...(arrivals.get(port) ?? []), frame])
    }
    for (const [port, frames] of arrivals) await injectFrame(ovs, port, ...frames)
    await underlay.settled()
    const exits = new Map(entries.map(({ frame }) => [identity(frame), [] as string[]]))
    for (const { dstIp, vni, inner } of await underlay.framesOut())
      exits.get(identity(inner))?.push(`${dstIp} vni ${vni}${tagsText(inner)}`)
    for (const { copy, exit } of await exitsAt(ovs, ports)) exits.get(identity(copy))?.push(exit)
    return entries.map(({ frame }) => (exits.get(identity(frame)) ?? []).sort())
  }
  const exitsOfOne = async (entry: Entry): Promise<readonly string[]> => (await exitsOfEach([entry]))[0] ?? []

  return {
    ...ovs,
    bridge,
    recorder,
    daemonEnv,
    addPhysicalSwitch: async () => {
      await ovs.vtepctl('add-ps', bridge, '--', 'set', 'Physical_Switch', bridge, `tunnel_ips=${tunnelIp}`)
    },
    startDaemon: (args = [bridge], program = OURS, longestMs) =>
      startDaemon(owner, program, args, daemonEnv, longestMs),
    restartSwitch: async () => {
      await ovs.restartSwitch()
      await underlay.revive()
    },
    addRemote: underlay.addRemote,
    inject: (port, frame) => injectFrame(ovs, port, frame),
    injectVxlan: underlay.inject,
    arrival: underlay.arrival,
    framesOut: (port) => framesOut(ovs, port),
    tunnelFramesOut: underlay.framesOut,
    exitsOf: (port, frame) => exitsOfOne({ port, frame }),
    exitsOfVxlan: (fromIp, vni, frame) => exitsOfOne({ fromIp, vni, frame }),
    exitsOfEach,
  }
}

/** Every frame that came out of the dummy `ports` so far, and where, in the words of `Sandbox.exitsOf`. */
export async function exitsAt(
  ovs: Ovs,
  ports: readonly string[],
): Promise<readonly { readonly copy: Frame; readonly exit: string }[]> {
  const exits = ports.map(async (port) =>
    (await framesOut(ovs, port)).map((copy) => ({ copy, exit: port + tagsText(copy) })),
  )
  return (await Promise.all(exits)).flat()
}

function identity({ payload }: Frame): string {
  return payload.toString('latin1')
}

function tagsText({ tags }: Frame): string {
  return tags.map(({ vid, priority }) => ` vlan ${vid}${priority === 0 ? '' : ` pcp ${priority}`}`).join('')
}
