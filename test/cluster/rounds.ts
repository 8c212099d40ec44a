import { OURS } from '../support/daemon.js'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { readEntries } from '../../journal/reader.js'
import type { Status } from '../../lib/words/status.js'
import { plannedSoFar } from '../support/faults.js'
import { type Cluster, type Member, startCluster } from '../support/cluster.js'
import type { Daemon } from '../support/daemon.js'
import type { Random } from '../support/differential/random.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import type { Owner } from '../support/ovs.js'
import { replays } from '../support/replays.js'
import { type Sandbox, startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { Load } from './load.js'

const remotes = ['10.2.2.2', '10.2.2.3', '10.2.2.4']
const changesInRound = 40
/** However long it takes: no station is forgotten for its age. */
const aging = '--mac-aging=65535'
/** A daemon that gives up does so long before. */
const waitMs = 3_000

/** What a fault was, and what became of the changes made meanwhile. */
export interface Round {
  readonly fault: string
  readonly changes: number
  /** Transactions that had to be sent again by the controller. */
  readonly retries: number
  /** Bundles and other commands that the daemon planned. */
  readonly batches: number
  /** How often the daemon lost hardware_vtep. */
  readonly losses: number
}

type Counts = Pick<Round, 'changes' | 'retries' | 'batches' | 'losses'>

/** A switch whose hardware_vtep is a cluster under a steady load. */
export class ClusterUnderLoad {
  readonly #sandbox: Sandbox
  readonly #cluster: Cluster
  readonly #load: Load
  readonly #random: Random
  #daemon: Daemon
  #learned: string[] = []

  private constructor(sandbox: Sandbox, cluster: Cluster, load: Load, daemon: Daemon, random: Random) {
    this.#random = random
    this.#sandbox = sandbox
    this.#cluster = cluster
    this.#load = load
    this.#daemon = daemon
  }

  static async start(owner: Owner, random: Random): Promise<ClusterUnderLoad> {
    const sandbox = await startSandbox(owner, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes })
    const cluster = await startCluster(owner)
    const all = cluster.members.map(({ remote }) => remote).join(',')
    const vtepctl = async (line: string): Promise<string> => {
      const args = ['--timeout=30', `--db=${all}`, ...line.split(' ')]
      return (await execa('vtep-ctl', args, { env: sandbox.env })).stdout.trim()
    }
    await vtepctl('add-ps br0 -- set Physical_Switch br0 tunnel_ips=10.2.2.1')
    const daemon = await sandbox.startDaemon([aging, `--vtep-db=${all}`, 'br0'])
    await until('p0 is reported', async () => (await vtepctl('list-ports br0')).includes('p0'))
    await vtepctl('add-ls ls0 -- set Logical_Switch ls0 tunnel_key=33 -- bind-ls br0 p0 0 ls0')
    const locators = new Map<string, string>()
    for (const [i, address] of remotes.entries()) {
      await vtepctl(`add-ucast-remote ls0 02:00:00:00:0f:0${i} ${address}`)
      const find = `--bare --columns=_uuid find Physical_Locator dst_ip="${address}"`
      locators.set(address, await vtepctl(find))
    }
    const logicalSwitch = await vtepctl('--bare --columns=_uuid list Logical_Switch ls0')
    const load = new Load(owner, all, { logicalSwitch, locators }, random)
    return new ClusterUnderLoad(sandbox, cluster, load, daemon, random)
  }

  get members(): readonly Member[] {
    return this.#cluster.members
  }

  /** `one` is killed or frozen, changes go on, it comes back, changes go on, and all must be as asked for. */
  async strike(one: Member | 'leader' | 'relay', manner: 'killed' | 'frozen'): Promise<Round> {
    const member =
      one === 'leader' ? await this.#cluster.leader() : one === 'relay' ? this.#cluster.relay : one
    const role = await member.role().catch(() => 'gone')
    const before = this.#counts()
    await this.#load.change(changesInRound)
    if (manner === 'killed') await member.kill()
    else member.freeze()
    await this.#learn()
    await this.#load.change(changesInRound)
    if (member !== this.#cluster.relay) await this.#settled()
    if (manner === 'killed') member.start()
    else member.thaw()
    await this.#load.change(changesInRound)
    await this.#settled()
    return this.#roundSince(
      before,
      `${member.name} ${manner}${member === this.#cluster.relay ? '' : `, the ${role}`}`,
    )
  }

  #roundSince(before: Counts, fault: string): Round {
    const after = this.#counts()
    const difference = (of: keyof Counts): number => after[of] - before[of]
    return {
      fault,
      changes: difference('changes'),
      retries: difference('retries'),
      batches: difference('batches'),
      losses: difference('losses'),
    }
  }

  /** Two of three members are killed, so that nothing can be committed, and come back while a controller goes on trying. */
  async loseQuorum(): Promise<Round> {
    const victims = this.#random.some(this.members, 2)
    const before = this.#counts()
    await this.#load.change(changesInRound)
    for (const member of victims) await member.kill()
    await this.#learn()
    const changes = this.#load.change(changesInRound)
    await until('the daemon has lost the database', async () => this.#counts().losses > before.losses)
    for (const member of victims) member.start()
    await changes
    await this.#settled()
    return this.#roundSince(before, `${victims.map(({ name }) => name).join(' and ')} killed, no quorum`)
  }

  /** The daemon is started while no member can lead, and comes up when one can; gives how many commands that took. */
  async startWithoutLeader(): Promise<number> {
    const { batches } = this.#counts()
    await this.#daemon.stop()
    const victims = this.#random.some(this.members, 2)
    for (const member of victims) await member.kill()
    await until('the member that is left has no leader', async () => this.#isLeaderless(victims))
    const all = this.members.map(({ remote }) => remote).join(',')
    // its start takes as long as the election
    const starting = this.#sandbox.startDaemon([aging, `--vtep-db=${all}`, 'br0'], OURS)
    const whoIsFirst = await Promise.race([starting.then(() => 'daemon'), sleep(waitMs).then(() => 'nobody')])
    if (whoIsFirst !== 'nobody') throw new Error('it did not wait for a leader')
    for (const member of victims) member.start()
    this.#daemon = await starting
    await this.#settled()
    return this.#counts().batches - batches
  }

  async #isLeaderless(victims: readonly Member[]): Promise<boolean> {
    const [left] = this.members.filter((member) => !victims.includes(member))
    return (await left?.role().catch(() => 'gone')) === 'candidate'
  }

  /** From now on the daemon asks the relay; gives how many commands that took. */
  async goOverToRelay(): Promise<number> {
    const { batches } = this.#counts()
    await this.#daemon.stop()
    // a relay that lags behind says nothing of it, so nobody could know
    const [all, relayed] = [this.members.map(({ remote }) => remote).join(','), this.#cluster.relay.remote]
    const isCurrent = async () => {
      const rows = await remoteMacsIn(relayed, '--no-leader-only')
      return rows !== '' && rows === (await remoteMacsIn(all, '--leader-only'))
    }
    await until('the relay has what was committed', isCurrent)
    const args = [aging, `--vtep-db=${relayed}`, '--no-leader-only', 'br0']
    this.#daemon = await this.#sandbox.startDaemon(args)
    await this.#settled()
    return this.#counts().batches - batches
  }

  /** Ends the daemon and gives everything that is wrong with its history. */
  async faults(): Promise<readonly string[]> {
    await this.#daemon.stop()
    const [verified] = replays([['verify', this.#journal]])
    return [
      ...this.#load.notAskedFor(plannedSoFar(this.#sandbox)),
      ...(verified?.status === 0
        ? []
        : [`vtep-replay verify: ${verified?.stdout ?? ''}${verified?.stderr ?? ''}`]),
    ]
  }

  get #journal(): string {
    return join(this.#sandbox.directory, 'vtep', 'br0.journal')
  }

  #counts(): Counts {
    let [batches, losses] = [0, 0]
    for (const { event } of readEntries(this.#journal)) {
      if (event.type === 'Planned') batches++
      if (event.type === 'SourceLost' && event.source === 'vtep') losses++
    }
    return { changes: this.#load.changes, retries: this.#load.retries, batches, losses }
  }

  /** A station begins to speak, which the switch has to report. */
  async #learn(): Promise<void> {
    const mac = `02:00:00:00:0a:${this.#learned.length.toString(16).padStart(2, '0')}`
    this.#learned.push(mac)
    await this.#sandbox.inject('p0', uniqueFrame(mac, BROADCAST))
  }

  async #settled(): Promise<void> {
    const wanted = [...this.#load.placed].map(([mac, address]) => `${mac} ${address}`).sort()
    await until('the switch holds what was asked for last', async () => {
      const status = JSON.parse(await this.#daemon.control('status', '--json')) as Status
      const dump = await this.#sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', 'br0', 'table=20')
      const flows = dump.matchAll(/dl_dst=(02:00:00:00:0e:[0-9a-f]+) .*?set_field:([\d.]+)->tun_dst/g)
      const held = [...flows].map(([, mac = '', address = '']) => `${mac} ${address}`).sort()
      return status.isInSync && held.join() === wanted.join()
    })
    const isReported = async (): Promise<boolean> =>
      (await this.#load.localMacs()).join() === this.#learned.join()
    await until('each station is reported, and once', isReported)
  }
}

/** The rows of Ucast_Macs_Remote as text, the same for the same rows; empty where there is no answer. */
async function remoteMacsIn(remote: string, who: string): Promise<string> {
  const args = [who, '--format=csv', 'dump', remote, 'hardware_vtep', 'Ucast_Macs_Remote']
  const { stdout } = await execa('ovsdb-client', args, { reject: false })
  return stdout.split('\n').sort().join('\n')
}
