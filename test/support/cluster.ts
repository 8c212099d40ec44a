import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Owner } from './ovs.js'
import { atProcessEnd } from './process-end.js'
import { daemonFile, schemaFile } from './installation.js'
import { until } from './until.js'

const database = 'hardware_vtep'

/** A server of a cluster, or a relay: a process that can be killed, frozen and started again. */
export interface Member {
  readonly name: string
  /** Such as `tcp:127.0.0.1:40001`. */
  readonly remote: string
  start(): void
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  /** What `cluster/status` calls it, such as `leader`; rejects while it does not answer. */
  role(): Promise<string>
  /** How many servers it counts in its cluster, 0 before it has joined; rejects while it does not answer. */
  size(): Promise<number>
}

/** hardware_vtep in three real servers on loopback, and a relay of them. */
export interface Cluster {
  readonly members: readonly Member[]
  readonly relay: Member
  /** Resolves when a member is found that all are led by. */
  leader(): Promise<Member>
}

/** Everything in it ends with `owner`. */
export async function startCluster(owner: Owner): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), 'vtep-cluster-'))
  const file = (name: string): string => join(directory, name)
  const members: Member[] = []
  const stop = atProcessEnd(() => rmSync(directory, { recursive: true, force: true }))
  owner.teardown(async () => {
    stop()
    rmSync(directory, { recursive: true, force: true })
  })
  const raft: string[] = []
  for (const name of ['a', 'b', 'c']) {
    const own = `tcp:127.0.0.1:${await freePort()}`
    const [first] = raft
    await (first === undefined
      ? execa('ovsdb-tool', ['create-cluster', file(name), schemaFile('vtep'), own])
      : execa('ovsdb-tool', ['join-cluster', file(name), database, own, first]))
    raft.push(own)
    members.push(memberOf(owner, directory, name, file(name), await freePort()))
  }
  const source = members.map(({ remote }) => remote).join(',')
  const relay = memberOf(owner, directory, 'relay', `relay:${database}:${source}`, await freePort())
  for (const member of [...members, relay]) member.start()
  const leader = async (): Promise<Member> =>
    until('the cluster has a leader', async () => {
      const roles = await Promise.all(members.map((member) => member.role().catch(() => 'gone')))
      return members[roles.indexOf('leader')] ?? null
    })
  await leader()
  // the first one leads alone, and is no quorum of what the others still are to be part of
  await until('all have joined the cluster', async () => {
    const sizes = await Promise.all(members.map((member) => member.size().catch(() => 0)))
    return sizes.every((size) => size === members.length)
  })
  return { members, relay, leader }
}

function memberOf(owner: Owner, directory: string, name: string, source: string, port: number): Member {
  const control = join(directory, `${name}.ctl`)
  const status = async (): Promise<string> =>
    (await execa('ovs-appctl', ['-T', '1', '-t', control, 'cluster/status', database])).stdout
  let child: ChildProcess | null = null
  const kill = async (): Promise<void> => {
    const dying = child
    child = null
    if (dying === null || dying.exitCode !== null) return
    dying.kill('SIGKILL')
    await once(dying, 'exit')
  }
  const options = [
    `--remote=ptcp:${port}:127.0.0.1`,
    `--unixctl=${control}`,
    `--log-file=${join(directory, `${name}.log`)}`,
  ]
  atProcessEnd(() => child?.kill('SIGKILL'))
  owner.teardown(kill)
  return {
    name,
    remote: `tcp:127.0.0.1:${port}`,
    start: () => {
      rmSync(control, { force: true })
      const server = [daemonFile('ovsdb-server'), source, ...options, '-vconsole:off', '-vsyslog:off']
      // however a test ends, its servers do
      child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...server], { stdio: 'ignore' })
    },
    kill,
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    role: async () => /^Role: (\w+)/m.exec(await status())?.[1] ?? 'none',
    size: async () => {
      const [, servers = ''] = /^Status: cluster member$[^]*^Servers:\n([^]*)/m.exec(await status()) ?? []
      return servers.split('\n').filter((line) => line.trim() !== '').length
    },
  }
}

/** One that nobody listens on now, below those that the system gives to connections. */
async function freePort(): Promise<number> {
  const [first = '32768'] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1').split(/\s+/)
  for (;;) {
    const port = Number(first) - 1 - Math.floor(Math.random() * 20_000)
    const server = createServer()
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening')
      return port
    } catch {
      continue
    } finally {
      server.close()
    }
  }
}
