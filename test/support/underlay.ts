import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeFrame, encodeFrame, BROADCAST, uniqueFrame, type Frame } from './frame.js'
import type { Ovs } from './ovs.js'
import { packetsOf } from './pcap.js'
import { until } from './until.js'
import { decapsulate, encapsulate, type TunnelFrame } from './vxlan.js'

const BRIDGE = 'underlay'
const WIRE = 'wire'
const PROBE = 'probe'
const MOST_AT_ONCE = 30
const PROBE_MAC = '02:00:00:00:00:01'

/**
 * The data network of the sandbox: a bridge that owns the tunnel IP, so that Open vSwitch encapsulates as it does
 * in production, with one port, `wire`, behind which the remote VTEPs are pretended.
 */
export interface Underlay {
  /** A remote VTEP sends `inner` to us. */
  inject: (fromIp: string, vni: number, inner: Frame) => Promise<void>
  /** What comes in then, and at which dummy port. */
  arrival: (fromIp: string, vni: number, inner: Frame) => { readonly port: string; readonly frame: Frame }
  /** What we sent to remote VTEPs, oldest first. */
  framesOut: () => Promise<readonly TunnelFrame[]>
  /** Makes another VTEP reachable. */
  addRemote: (ip: string) => Promise<void>
  /** Makes an ovs-vswitchd that was started again know all VTEPs. */
  revive: () => Promise<void>
  /** Resolves when every frame injected before has been forwarded or dropped. */
  settled(): Promise<void>
}

/** `remotes` must lie in the /24 of `tunnelIp`. */
export async function createUnderlay(
  ovs: Ovs,
  tunnelIp: string,
  remotes: readonly string[],
): Promise<Underlay> {
  const ourMac = stationMac(tunnelIp)
  const settings = ['datapath_type=dummy', `other_config:hwaddr="${ourMac}"`]
  await ovs.vsctl('add-br', BRIDGE, '--', 'set', 'Bridge', BRIDGE, ...settings)
  for (const port of [WIRE, PROBE]) await addDummyPort(ovs, BRIDGE, port)
  const reachable = [...remotes]
  const meet = (ip: string) => ovs.appctl('ovs-vswitchd', 'tnl/neigh/set', BRIDGE, ip, stationMac(ip))
  const revive = async (): Promise<void> => {
    await ovs.appctl('ovs-vswitchd', 'netdev-dummy/ip4addr', BRIDGE, `${tunnelIp}/24`)
    await ovs.appctl('ovs-vswitchd', 'ovs/route/add', `${tunnelIp}/24`, BRIDGE)
    for (const ip of reachable) await meet(ip)
  }
  await revive()

  const arrival: Underlay['arrival'] = (fromIp, vni, inner) => {
    const frame = { srcIp: fromIp, dstIp: tunnelIp, vni, inner }
    return { port: WIRE, frame: encapsulate(frame, stationMac(fromIp), ourMac) }
  }
  return {
    inject: (...sent) => injectFrame(ovs, WIRE, arrival(...sent).frame),
    arrival,
    addRemote: async (ip) => {
      reachable.push(ip)
      await meet(ip)
    },
    revive,
    framesOut: async () => (await framesOut(ovs, WIRE)).flatMap((frame) => decapsulate(frame) ?? []),
    settled: async () => {
      await passMarker(ovs)
      await passMarker(ovs)
    },
  }
}

/**
 * Frames take one thread, so a marker frame sent after others comes out after them: twice, because the ports that
 * wait in the same round of that thread are served in no particular order.
 */
async function passMarker(ovs: Ovs, to = { ovs, port: WIRE }): Promise<void> {
  const marker = uniqueFrame(PROBE_MAC, BROADCAST)
  await injectFrame(ovs, PROBE, marker)
  await until('the marker frame has passed', async () =>
    (await framesOut(to.ovs, to.port)).some(({ payload }) => payload.equals(marker.payload)),
  )
}

/** Two data networks made one. */
export interface Link {
  /** Resolves when every frame injected before, at either end, has been forwarded or dropped at both. */
  settled(): Promise<void>
}

/** Plugs the `wire` of one underlay into that of the other; each must have the other's tunnel IP as a remote. */
export async function linkUnderlays(a: Ovs, b: Ovs): Promise<Link> {
  const socket = join(a.directory, `${WIRE}.sock`)
  await a.vsctl('set', 'Interface', WIRE, `options:pstream=punix:${socket}`)
  await b.vsctl('set', 'Interface', WIRE, `options:stream=unix:${socket}`)
  await until('the wire is plugged in', async () =>
    (await b.appctl('ovs-vswitchd', 'netdev-dummy/conn-state', WIRE)).endsWith(': connected'),
  )
  const passBoth = async (): Promise<void> => {
    await passMarker(b, { ovs: a, port: PROBE }) // first: `a` sends nothing until it has accepted
    await passMarker(a, { ovs: b, port: PROBE })
  }
  await passBoth()
  return {
    settled: async () => {
      await passBoth()
      await passBoth()
    },
  }
}

/** A dummy port whose outgoing frames are recorded. */
export async function addDummyPort(ovs: Ovs, bridge: string, port: string): Promise<void> {
  await ovs.vsctl('add-port', bridge, port, ...isDummy(ovs, port))
}

/** A bond of dummy ports whose outgoing frames are recorded. */
export async function addDummyBond(
  ovs: Ovs,
  bridge: string,
  bond: string,
  members: readonly string[],
): Promise<void> {
  await ovs.vsctl('add-bond', bridge, bond, ...members, ...members.flatMap((port) => isDummy(ovs, port)))
}

function isDummy(ovs: Ovs, port: string): readonly string[] {
  return ['--', 'set', 'Interface', port, 'type=dummy', `options:tx_pcap=${pcapFile(ovs, port)}`]
}

/** `frames` come in at dummy port `port`. */
export async function injectFrame(ovs: Ovs, port: string, ...frames: readonly Frame[]): Promise<void> {
  // what waits at a dummy port beyond a hundred frames is lost
  for (let i = 0; i < frames.length; i += MOST_AT_ONCE) {
    const packets = frames.slice(i, i + MOST_AT_ONCE).map((frame) => encodeFrame(frame).toString('hex'))
    await ovs.appctl('ovs-vswitchd', 'netdev-dummy/receive', port, ...packets)
  }
}

/** The frames that went out of dummy port `port` since it was added, oldest first. */
export async function framesOut(ovs: Ovs, port: string): Promise<readonly Frame[]> {
  return packetsOf(await readFile(pcapFile(ovs, port))).map(decodeFrame)
}

/** A port's name need not be fit for a file's. */
function pcapFile(ovs: Ovs, port: string): string {
  return join(ovs.directory, `${createHash('sha256').update(port).digest('hex')}.pcap`)
}

/** The station address of the VTEP with this IP in the underlay, whether pretended or real. */
function stationMac(ip: string): string {
  const hex = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return ['02', '00', ...hex].join(':')
}
