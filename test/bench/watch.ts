import { spawn } from 'node:child_process'
import type { Ovs, Owner } from '../support/ovs.js'
import { until } from '../support/until.js'

/** Times are those of `performance.now()`, taken when the news arrives here. */
export interface FlowWatch {
  /** When the last of `macs` had got its flow, since the watch began. */
  added(macs: readonly string[]): Promise<number>
  /** Resolves when no flow for any of `macs` is left. */
  removed(macs: readonly string[]): Promise<void>
}

export interface CommitWatch {
  /** When the next transaction on Ucast_Macs_Remote is seen by a client of the database; call it before the change. */
  next(): Promise<number>
}

const DEADLINE_MS = 120_000

/** Follows the flows of `bridge` that match on a destination MAC. */
export async function watchFlows(owner: Owner, ovs: Ovs, bridge: string): Promise<FlowWatch> {
  const addedAtMs = new Map<string, number>()
  const flows = new Map<string, number>()
  let rest = ''
  let isReady = false
  // ovs-ofctl prints what it monitors on standard error
  const note = (chunk: string): void => {
    const now = performance.now()
    isReady = true
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, event, mac] = /event=(ADDED|DELETED).*dl_dst=([0-9a-f:]{17})/.exec(line) ?? []
      if (event === undefined || mac === undefined) continue
      flows.set(mac, (flows.get(mac) ?? 0) + (event === 'ADDED' ? 1 : -1))
      if (event === 'ADDED') addedAtMs.set(mac, now)
    }
  }
  watchProgram(owner, ovs, 'ovs-ofctl', ['monitor', bridge, 'watch:'], note)
  await until(`the flows of ${bridge} are watched`, () => isReady)
  return {
    added: (macs) =>
      until(
        `${macs.length} MACs have flows`,
        () =>
          macs.every((mac) => addedAtMs.has(mac)) && Math.max(...macs.map((mac) => addedAtMs.get(mac) ?? 0)),
        DEADLINE_MS,
      ),
    removed: async (macs) => {
      await until('their flows are gone', () => macs.every((mac) => (flows.get(mac) ?? 0) === 0), DEADLINE_MS)
    },
  }
}

/** Sees transactions as the emulators see them: as a client that monitors the table. */
export async function watchCommits(owner: Owner, ovs: Ovs): Promise<CommitWatch> {
  let arrived: (atMs: number) => void = () => undefined
  const first = new Promise<number>((resolve) => (arrived = resolve))
  const args = ['monitor', `unix:${ovs.directory}/db.sock`, 'hardware_vtep', 'Ucast_Macs_Remote', 'MAC']
  watchProgram(owner, ovs, 'ovsdb-client', args, () => arrived(performance.now()))
  await first
  return { next: () => new Promise((resolve) => (arrived = resolve)) }
}

function watchProgram(
  owner: Owner,
  ovs: Ovs,
  program: string,
  args: readonly string[],
  hear: (chunk: string) => void,
): void {
  const child = spawn(program, args, {
    env: { ...process.env, ...ovs.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
  owner.teardown(async () => void child.kill('SIGKILL'))
}
