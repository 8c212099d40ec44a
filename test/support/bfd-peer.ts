import type { Owner } from './ovs.js'
import { startSandbox, type Sandbox } from './sandbox.js'
import { linkUnderlays } from './underlay.js'

/** bfd_params that detect a death within a second, and let a busy machine live. */
export const BFD_PARAMETERS = { enable: 'true', min_rx: '300', min_tx: '300' }

interface PeerOptions {
  readonly tunnelIp: string
  /** Ports of its br0. */
  readonly ports: readonly string[]
}

/** A remote VTEP of `sandbox` that is a switch of its own, in the same data network; `localIp` is ours. */
export async function startPeer(
  owner: Owner,
  sandbox: Sandbox,
  localIp: string,
  { tunnelIp, ports }: PeerOptions,
): Promise<Sandbox> {
  const peer = await startSandbox(owner, { ports, tunnelIp, remotes: [localIp] })
  await linkUnderlays(sandbox, peer)
  return peer
}

/** Runs BFD with `remoteIp` as any Open vSwitch does, without an emulator: on port `bfd` of br0. */
export async function runBfd({ vsctl }: Sandbox, remoteIp: string): Promise<void> {
  const settings = { ...BFD_PARAMETERS, bfd_src_ip: '169.254.1.1', bfd_dst_ip: '169.254.1.0' }
  const columns = Object.entries(settings).map(([key, value]) => `bfd:${key}=${value}`)
  await vsctl(
    ...['add-port', 'br0', 'bfd', '--', 'set', 'Interface', 'bfd', 'type=vxlan'],
    ...[`options:remote_ip=${remoteIp}`, ...columns],
  )
}
