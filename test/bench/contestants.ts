import { execa } from 'execa'
import { startDaemon, type Program } from '../support/daemon.js'
import type { Owner } from '../support/ovs.js'
import { startSandbox, type Sandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { watchCommits, watchFlows } from './watch.js'

export interface Contestant {
  readonly name: string
  /** Gives `macs` to a remote VTEP in one step; the milliseconds from commit until the last flow stands. */
  add(macs: readonly string[]): Promise<number>
  /** Takes them away again and waits until the switch has forgotten them. */
  remove(macs: readonly string[]): Promise<void>
}

const REMOTE = '10.2.2.2'
const FIRST_MAC = '02:ff:00:00:00:00'

/** An emulator in a sandbox of its own; `bridge` is where it puts the flows of its first logical switch. */
export async function startEmulator(
  owner: Owner,
  name: string,
  program: Program,
  bridge: string,
): Promise<Contestant & { flowsFor(macs: readonly string[]): Promise<readonly string[]> }> {
  const sandbox = await startSandbox(owner, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [REMOTE] })
  await sandbox.addPhysicalSwitch()
  await startDaemon(owner, program, ['br0'], sandbox.env)
  await until('the port is in the database', async () =>
    (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'),
  )
  const { vtepctl } = sandbox
  await vtepctl(
    'add-ls',
    'ls0',
    '--',
    'set',
    'Logical_Switch',
    'ls0',
    'tunnel_key=33',
    '--',
    'bind-ls',
    'br0',
    'p0',
    '0',
    'ls0',
  )
  await vtepctl('add-ucast-remote', 'ls0', FIRST_MAC, REMOTE)
  await until('its first flow stands', async () =>
    (await sandbox.ofctl('dump-flows', bridge)).includes(FIRST_MAC),
  )
  const flows = await watchFlows(owner, sandbox, bridge)
  const commits = await watchCommits(owner, sandbox)

  return {
    name,
    add: async (macs) => {
      const committed = commits.next()
      await vtepctl(...chained(macs, (mac) => ['add-ucast-remote', 'ls0', mac, REMOTE]))
      return (await flows.added(macs)) - (await committed)
    },
    remove: async (macs) => {
      await vtepctl(...chained(macs, (mac) => ['del-ucast-remote', 'ls0', mac]))
      await flows.removed(macs)
    },
    flowsFor: async (macs) => {
      const wanted = new Set(macs)
      const dump = await sandbox.ofctl('-O', 'OpenFlow15', '--no-stats', 'dump-flows', bridge)
      return dump.split('\n').filter((line) => wanted.has(/dl_dst=([0-9a-f:]{17})/.exec(line)?.[1] ?? ''))
    },
  }
}

/**
 * What Open vSwitch itself takes: one `ovs-ofctl bundle` with flows like `samples`, which are those for one MAC, and
 * nothing before it. The time counts from the start of that process.
 */
export async function startFloor(owner: Owner, samples: readonly string[]): Promise<Contestant> {
  const sandbox = await startSandbox(owner, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [REMOTE] })
  const flows = await watchFlows(owner, sandbox, 'br0')
  const flowsFor = (mac: string): readonly string[] =>
    samples.map((sample) => sample.trim().replace(/dl_dst=[0-9a-f:]{17}/, `dl_dst=${mac}`))
  return {
    name: 'floor',
    add: async (macs) => {
      const startMs = performance.now()
      await bundle(
        sandbox,
        macs.flatMap(flowsFor).map((flow) => `flow add ${flow}`),
      )
      return (await flows.added(macs)) - startMs
    },
    remove: async (macs) => {
      await bundle(
        sandbox,
        macs.flatMap(flowsFor).map((flow) => `flow delete_strict ${matchOf(flow)}`),
      )
      await flows.removed(macs)
    },
  }
}

async function bundle(sandbox: Sandbox, lines: readonly string[]): Promise<void> {
  const input = `${lines.join('\n')}\n`
  await execa('ovs-ofctl', ['-O', 'OpenFlow15', 'bundle', 'br0', '-'], { env: sandbox.env, input })
}

/** A printed flow without its cookie and actions, which deletion does not take. */
function matchOf(flow: string): string {
  return flow.replace(/^\s*cookie=\w+, /, '').replace(/ actions=.*$/, '')
}

function chained(macs: readonly string[], command: (mac: string) => readonly string[]): readonly string[] {
  return macs.flatMap((mac, i) => (i === 0 ? command(mac) : ['--', ...command(mac)]))
}
