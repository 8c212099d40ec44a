import { createCommandRecorder, type CommandRecorder } from './command-recorder.js'
import { OURS, startDaemon, type Daemon, type Program } from './daemon.js'
import type { Frame } from './frame.js'
import { startOvs, type Environment, type Ovs, type Owner } from './ovs.js'
import { addDummyPort, createUnderlay, framesOut, injectFrame } from './underlay.js'
import type { TunnelFrame } from './vxlan.js'

interface SandboxOptions {
  /** Ports of br0, with ofports 1, 2, … in this order. */
  readonly ports: readonly string[]
  readonly tunnelIp: string
  /** VTEPs that answer in the underlay, in the /24 of the tunnel IP. */
  readonly remotes: readonly string[]
}

/** A switch br0, its databases and its data network in one private directory, without privileges. */
export interface Sandbox extends Ovs {
  /** Sees every command of the daemons started here. */
  readonly recorder: CommandRecorder
  /** What a daemon needs to work here with its commands recorded. */
  readonly daemonEnv: Environment
  /** The Physical_Switch row of br0, as the seed's step 5 makes it. */
  addPhysicalSwitch(): Promise<void>
  /** Arguments: `br0` when none are given; program: ours. */
  startDaemon(args?: readonly string[], program?: Program): Promise<Daemon>

  inject: (port: string, frame: Frame) => Promise<void>
  /** `fromIp` need not be one of the remotes. */
  injectVxlan: (fromIp: string, vni: number, inner: Frame) => Promise<void>
  framesOut: (port: string) => Promise<readonly Frame[]>
  tunnelFramesOut: () => Promise<readonly TunnelFrame[]>
  /**
   * Injects `frame` at `port` and gives everywhere it came out, sorted, once per copy: `p1`, `p1 vlan 10`,
   * `p1 vlan 0 pcp 5`, `10.2.2.2 vni 33`. Empty: it was dropped. The frame is known by its payload, see `uniqueFrame`.
   */
  exitsOf: (port: string, frame: Frame) => Promise<readonly string[]>
  /** The same for a frame that a remote VTEP sends. */
  exitsOfVxlan: (fromIp: string, vni: number, inner: Frame) => Promise<readonly string[]>
}

/** With these, bridges of type dummy tunnel for real, without privileges (--enable-dummy=override would not). */
const DUMMY_DATAPATH = ['--enable-dummy=system', '--disable-system', '--disable-system-route']

/** Everything in it ends with `owner`. */
export async function startSandbox(owner: Owner, options: SandboxOptions): Promise<Sandbox> {
  const { ports, tunnelIp, remotes } = options
  const ovs = await startOvs(owner, DUMMY_DATAPATH)
  await ovs.vsctl('add-br', 'br0', '--', 'set', 'Bridge', 'br0', 'datapath_type=dummy')
  for (const port of ports) await addDummyPort(ovs, 'br0', port)
  const underlay = await createUnderlay(ovs, tunnelIp, remotes)
  const recorder = await createCommandRecorder(ovs.directory)
  const daemonEnv = { ...ovs.env, PATH: `${recorder.binDirectory}:${process.env.PATH ?? ''}` }

  const exits = async (frame: Frame): Promise<readonly string[]> => {
    await underlay.settled()
    const isCopy = ({ payload }: Frame): boolean => payload.equals(frame.payload)
    const tunnelled = (await underlay.framesOut()).filter(({ inner }) => isCopy(inner))
    const exits = tunnelled.map(({ dstIp, vni, inner }) => `${dstIp} vni ${vni}${tagsText(inner)}`)
    for (const port of ports) {
      const copies = (await framesOut(ovs, port)).filter(isCopy)
      exits.push(...copies.map((copy) => port + tagsText(copy)))
    }
    return exits.sort()
  }

  return {
    ...ovs,
    recorder,
    daemonEnv,
    addPhysicalSwitch: async () => {
      await ovs.vtepctl('add-ps', 'br0', '--', 'set', 'Physical_Switch', 'br0', `tunnel_ips=${tunnelIp}`)
    },
    startDaemon: (args = ['br0'], program = OURS) => startDaemon(owner, program, args, daemonEnv),
    inject: (port, frame) => injectFrame(ovs, port, frame),
    injectVxlan: underlay.inject,
    framesOut: (port) => framesOut(ovs, port),
    tunnelFramesOut: underlay.framesOut,
    exitsOf: async (port, frame) => {
      await injectFrame(ovs, port, frame)
      return exits(frame)
    },
    exitsOfVxlan: async (fromIp, vni, inner) => {
      await underlay.inject(fromIp, vni, inner)
      return exits(inner)
    },
  }
}

function tagsText({ tags }: Frame): string {
  return tags.map(({ vid, priority }) => ` vlan ${vid}${priority === 0 ? '' : ` pcp ${priority}`}`).join('')
}
