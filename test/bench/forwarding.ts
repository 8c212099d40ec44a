import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startLab, type Lab } from '../support/namespaces.js'
import type { Owner } from '../support/ovs.js'
import { until } from '../support/until.js'
import { usageOf } from './processes.js'

/** Frames of that many pairs of a source and a destination: each pair once in a round. */
export interface Pairs {
  readonly sources: number
  readonly destinations: number
  readonly frames: number
}

/** What a switch needed to forward them. */
export interface Forwarded {
  readonly cpuSeconds: number
  /** What the datapath keeps of them. */
  readonly megaflows: number
  /** Of all frames. */
  readonly deliveredShare: number
}

/** Who decides where frames go. */
export type Forwarder = (lab: Lab, pairs: Pairs) => Promise<void>

/** Of frames that have not come by then, it is said that they were lost. */
const quietMs = 2_000

const vni = 33
const remote = '10.2.2.2'
export const tunnel = { vni, remote }

export function destinationMac(n: number): string {
  return `02:bb:00:00:${byte(n >> 8)}:${byte(n)}`
}

function byte(n: number): string {
  return (n & 0xff).toString(16).padStart(2, '0')
}

/** Stations at one port, and all they send to behind one remote VTEP. */
export async function startForwarder(owner: Owner, forwarder: Forwarder, pairs: Pairs): Promise<Lab> {
  const lab = await startLab(owner, {
    hosts: { many: { port: 'p0', address: '192.168.0.10' } },
    tunnelIp: '10.2.2.1',
    remotes: { [remote]: { vni, address: '192.168.0.20' } },
  })
  await forwarder(lab, pairs)
  // the underlay's neighbour is known before anything is measured
  await until(
    'frames arrive',
    async () => (await forward(lab, { sources: 1, destinations: 1, frames: 5 })).deliveredShare >= 0.8,
  )
  return lab
}

/**
 * Raw frames through packet(7), for Node has no such socket. They are paced: who sends faster than the switch reads
 * measures the length of a queue.
 */
const sender = `
import socket, sys, time
sources, destinations, frames = map(int, sys.argv[1:4])
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("eth0", 0))
mac = lambda kind, n: bytes([2, kind, 0, 0, n >> 8, n & 255])
perSource = max(1, sources * destinations // frames)
for n in range(frames):
    source = (n // destinations * perSource + n % perSource) % sources
    wire.send(mac(0xbb, n % destinations) + mac(0xaa, source) + b"\\x88\\xb5" + bytes(50))
    if n % 25 == 24: time.sleep(0.004)
`

export async function forward(lab: Lab, { sources, destinations, frames }: Pairs): Promise<Forwarded> {
  const pid = Number(readFileSync(join(lab.directory, 'ovs-vswitchd.pid'), 'latin1'))
  const received = async () =>
    Number(await lab.remote(remote).run('cat', '/sys/class/net/eth0/statistics/rx_packets'))
  const [before, startMs] = [await received(), usageOf(pid).cpuMs]
  const counts = [sources, destinations, frames].map(String)
  await lab.host('many').run('python3', '-c', sender, ...counts)
  let [last, cpuMs, changedMs] = [before, startMs, performance.now()]
  await until('all frames arrived, or no more come', async () => {
    const now = await received()
    if (now !== last) [last, cpuMs, changedMs] = [now, usageOf(pid).cpuMs, performance.now()]
    return now - before >= frames || performance.now() - changedMs > quietMs
  })
  const cpuSeconds = (cpuMs - startMs) / 1_000
  const shown = await lab.appctl('ovs-vswitchd', 'dpctl/show')
  const megaflows = Number(/^\s*flows: (\d+)/m.exec(shown)?.[1])
  return { cpuSeconds, megaflows, deliveredShare: Math.min(1, (last - before) / frames) }
}
