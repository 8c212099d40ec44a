import { BFD_PARAMETERS, runBfd, startPeer } from './bfd-peer.js'
import { PREDECESSOR, startDaemon, type Daemon, type Program } from './daemon.js'
import { BROADCAST, uniqueFrame, type Frame, type VlanTag } from './frame.js'
import type { Owner } from './ovs.js'
import { startSandbox, type Sandbox } from './sandbox.js'
import { Traffic, type Stream } from './traffic.js'
import { tunnelRow, type TunnelRow } from './tunnel-rows.js'
import { until } from './until.js'
import { decapsulate } from './vxlan.js'
import { plugIn, type Wire } from './wire.js'

/** A switch that the predecessor forwards for, with frames passing in all directions. */
export interface UnderTraffic {
  readonly sandbox: Sandbox
  readonly traffic: Traffic
  readonly predecessor: Daemon
  /** Starts a daemon without recording its commands, which would slow it down. */
  readonly start: (program: Program) => Promise<Daemon>
  /** To the live remote VTEP, whose BFD session is up. */
  readonly tunnel: TunnelRow
  /** The other end of that session. */
  readonly peer: Sandbox
}

const OUR_IP = '10.2.2.1'
const ALIVE = '10.2.2.2'
const PRETENDED = '10.2.2.3'
const VNI = 33
const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const REMOTE = '02:00:00:00:0e:01'
const TAG: VlanTag = { vid: 10, priority: 0 }

/** `failMode` is the bridge's before anybody comes; null: unset, as a bridge begins. */
export async function startUnderTraffic(owner: Owner, failMode: 'secure' | null): Promise<UnderTraffic> {
  const remotes = [ALIVE, PRETENDED]
  const sandbox = await startSandbox(owner, { ports: ['p0', 'p1'], tunnelIp: OUR_IP, remotes })
  if (failMode !== null) await sandbox.vsctl('set-fail-mode', 'br0', failMode)
  const peer = await startPeer(owner, sandbox, OUR_IP, { tunnelIp: ALIVE, ports: [] })
  await runBfd(peer, OUR_IP)
  await configure(sandbox)
  const start: UnderTraffic['start'] = (program) => startDaemon(owner, program, ['br0'], sandbox.env)
  const predecessor = await start(PREDECESSOR)
  const tunnel = await until('the predecessor has made the Tunnel row', () => tunnelRow(sandbox, ALIVE))
  await tunnel.set('bfd_params', BFD_PARAMETERS)
  const isUp = async (): Promise<boolean> => (await tunnel.status()).remote_state === 'up'
  await until("the predecessor's BFD session is up", isUp)
  const traffic = await startTraffic(owner, sandbox)
  await traffic.established()
  return { sandbox, traffic, predecessor, start, tunnel, peer }
}

/** Before the predecessor starts: it sees everything in its first round then. */
async function configure(sandbox: Sandbox): Promise<void> {
  await sandbox.addPhysicalSwitch()
  const commands = [
    'add-port br0 p0 -- add-port br0 p1 -- add-ls ls0',
    `set Logical_Switch ls0 tunnel_key=${VNI}`,
    'bind-ls br0 p0 0 ls0 -- bind-ls br0 p1 10 ls0',
    `add-mcast-remote ls0 unknown-dst ${ALIVE} -- add-ucast-remote ls0 ${REMOTE} ${PRETENDED}`,
  ]
  await sandbox.vtepctl(...commands.join(' -- ').split(' '))
}

/** Local to local both ways, out of tunnels by MAC and by unknown-dst, and in from both remote VTEPs. */
async function startTraffic(owner: Owner, sandbox: Sandbox): Promise<Traffic> {
  const wires = new Map<string, Wire>()
  const from =
    (port: string, src: string, dst: string, tags: readonly VlanTag[] = []): Stream['send'] =>
    (payload) =>
      wires.get(port)?.send({ ...uniqueFrame(src, dst), tags, payload })
  const fromTunnel =
    (ip: string, dst: string): Stream['send'] =>
    (payload) => {
      const { port, frame } = sandbox.arrival(ip, VNI, { ...uniqueFrame(REMOTE, dst), payload })
      wires.get(port)?.send(frame)
    }
  const traffic = new Traffic(owner, [
    { name: 'local-to-tagged', send: from('p0', A, B), to: ['p1'] },
    { name: 'tagged-to-local', send: from('p1', B, A, [TAG]), to: ['p0'] },
    { name: 'flooded', send: from('p1', B, BROADCAST, [TAG]), to: ['p0', ALIVE] },
    { name: 'local-to-tunnel', send: from('p0', A, REMOTE), to: [PRETENDED] },
    { name: 'tunnel-to-local', send: fromTunnel(PRETENDED, A), to: ['p0'] },
    { name: 'tunnel-to-tagged', send: fromTunnel(ALIVE, B), to: ['p1'] },
  ])
  const arrivedAt = (port: string, { tags, payload }: Frame): void => {
    if ((tags[0]?.vid ?? 0) === (port === 'p1' ? TAG.vid : 0)) traffic.arrived(port, payload)
  }
  const sentOut = (outer: Frame): void => {
    const frame = decapsulate(outer)
    if (frame?.vni === VNI) traffic.arrived(frame.dstIp, frame.inner.payload)
  }
  for (const port of ['p0', 'p1'])
    wires.set(port, await plugIn(owner, sandbox, port, (frame) => arrivedAt(port, frame)))
  wires.set('wire', await plugIn(owner, sandbox, 'wire', sentOut))
  return traffic
}

/** Resolves when nothing of the predecessor is left. */
export async function untilAdopted({ vsctl }: Sandbox): Promise<void> {
  await until(
    'only the bridges of the user are left',
    async () => !(await vsctl('list-br')).includes('vtep_'),
  )
  await until('its patch ports are gone', async () => !/-p$/m.test(await vsctl('list-ports', 'br0')))
}
