import { join } from 'node:path'
import { TransactError } from '../../adapters/ovsdb/errors.js'
import { openSession, type OvsdbSession } from '../../adapters/ovsdb/session.js'
import { parseRemotes } from '../../adapters/ovsdb/remote.js'
import { readEntries } from '../../journal/reader.js'
import { commandsOf } from '../../lib/plan/command.js'
import type { Status } from '../../lib/words/status.js'
import type { Daemon } from '../support/daemon.js'
import type { Random } from '../support/differential/random.js'
import type { Owner } from '../support/ovs.js'
import { replays } from '../support/replays.js'
import { type Sandbox, startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { foreignWord } from './alphabet/command.js'
import { HostileTransactions } from './hostile-transactions.js'

const hostile = [
  'Logical_Switch',
  'Ucast_Macs_Remote',
  'Ucast_Macs_Local',
  'Mcast_Macs_Remote',
  'Physical_Locator',
  'Logical_Router',
  'ACL',
  'ACL_entry',
]
const goodKey = 7_654_321

/** What became of the rows. */
export interface Tried {
  /** Rows that the server took. */
  readonly rows: number
  /** Rows of transactions that the server itself refused. */
  readonly refused: number
  readonly batches: number
}

/** Hostile rows in a real ovsdb-server, beside a good logical switch, with the real daemon on a real switch. */
export class RealSwitch {
  readonly #sandbox: Sandbox
  readonly #daemon: Daemon
  readonly #session: OvsdbSession
  readonly #held = new Map<string, Set<string>>()
  readonly #transactions: HostileTransactions
  readonly #fixed: { readonly physicalSwitch: string; readonly ports: readonly string[] }
  readonly #kept: ReadonlySet<string>
  #rows = 0
  #refused = 0
  #canaries = 0

  private constructor(
    sandbox: Sandbox,
    daemon: Daemon,
    session: OvsdbSession,
    random: Random,
    fixed: {
      readonly physicalSwitch: string
      readonly ports: readonly string[]
      readonly kept: readonly string[]
    },
  ) {
    this.#sandbox = sandbox
    this.#daemon = daemon
    this.#session = session
    this.#transactions = new HostileTransactions(random)
    this.#fixed = fixed
    this.#kept = new Set(fixed.kept)
    session.events$.subscribe((event) => {
      if (event.kind === 'Contents')
        for (const [table, rows] of Object.entries(event.tables)) this.#of(table, Object.keys(rows))
      if (event.kind !== 'Updated') return
      for (const [table, rows] of Object.entries(event.updates))
        for (const [uuid, change] of Object.entries(rows))
          if ('delete' in change) this.#held.get(table)?.delete(uuid)
          else this.#of(table, [uuid])
    })
  }

  static async start(owner: Owner, random: Random): Promise<RealSwitch> {
    const sandbox = await startSandbox(owner, {
      ports: ['p0', 'p1', 'p2'],
      tunnelIp: '10.2.2.1',
      remotes: [],
    })
    await sandbox.addPhysicalSwitch()
    const daemon = await sandbox.startDaemon()
    const { vtepctl } = sandbox
    await until('ports are reported', async () => (await vtepctl('list-ports', 'br0')).includes('p2'))
    await vtepctl(
      ...'add-ls good -- set Logical_Switch good replication_mode=source_node'.split(' '),
      ...`-- set Logical_Switch good tunnel_key=${goodKey} -- bind-ls br0 p0 100 good -- bind-ls br0 p1 0 good`.split(
        ' ',
      ),
      ...'-- add-ucast-remote good 02:be:00:00:00:01 10.7.7.2 -- add-mcast-remote good unknown-dst 10.7.7.3'.split(
        ' ',
      ),
    )
    const find = async (table: string): Promise<string[]> =>
      (await vtepctl('--bare', '--columns=_uuid', 'list', table)).split(/\s+/).filter((word) => word !== '')
    const [physicalSwitch = ''] = await find('Physical_Switch')
    const ports = await find('Physical_Port')
    const kept = (await Promise.all(hostile.map(find))).flat()
    const session = openSession({
      remotes: parseRemotes(`unix:${sandbox.directory}/db.sock`),
      database: 'hardware_vtep',
      tables: Object.fromEntries(hostile.map((table) => [table, []])),
    })
    owner.teardown(() => session.close())
    const world = new RealSwitch(sandbox, daemon, session, random, { physicalSwitch, ports, kept })
    await until('the session is up', async () =>
      session.barrier().then(
        () => true,
        () => false,
      ),
    )
    await world.#settled()
    return world
  }

  /** Tries `count` rows, judges on the way, then takes all out again. `progress` hears how many were tried. */
  async play(count: number, progress: (rows: number) => void): Promise<Tried> {
    const before = await this.#goodFlows()
    const all = await this.#flows()
    while (this.#rows < count) {
      const until = Math.min(count, this.#rows + 250)
      while (this.#rows < until) await this.#transact()
      await this.#canary()
      const now = await this.#goodFlows()
      if (now !== before) throw new Error(`the good switch is not what it was: ${differences(before, now)}`)
      progress(this.#rows)
    }
    await this.#clear()
    await until('all flows are as before', async () => (await this.#flows()) === all)
    await until('no fault is left', async () => (await this.#faults()) === '')
    await this.#settled()
    await this.#daemon.stop()
    return { rows: this.#rows, refused: this.#refused, batches: this.#inspect() }
  }

  async #transact(): Promise<void> {
    const held = { uuids: (table: string) => [...(this.#held.get(table) ?? [])], ...this.#fixed }
    const operations = this.#transactions.next(held)
    const isTaken = await this.#session.transact(operations).then(
      () => true,
      (error: unknown) => {
        if (error instanceof TransactError) return false
        throw error
      },
    )
    if (isTaken) this.#rows += operations.length
    else this.#refused += operations.length
  }

  /** One good row more: it is realised whatever stands beside it. */
  async #canary(): Promise<void> {
    const mac = `02:ca:00:00:00:${(++this.#canaries % 256).toString(16).padStart(2, '0')}`
    const { vtepctl, ofctl } = this.#sandbox
    await vtepctl('add-ucast-remote', 'good', mac, '10.7.7.2')
    const isThere = async (): Promise<boolean> =>
      (await ofctl('dump-flows', 'br0', `table=20,dl_dst=${mac}`)).includes(mac)
    await until('a good row is realised', isThere)
    await vtepctl('del-ucast-remote', 'good', mac)
    await until('and goes', async () => !(await isThere()))
    await this.#settled()
  }

  async #settled(): Promise<void> {
    await until('the daemon is in sync', async () => {
      const status = JSON.parse(await this.#daemon.control('status', '--json')) as Status
      if (status.quarantined.length > 0) throw new Error(`refused: ${JSON.stringify(status.quarantined[0])}`)
      return status.isInSync
    })
  }

  async #clear(): Promise<void> {
    const { physicalSwitch, ports } = this.#fixed
    const deletions = (tables: readonly string[]) =>
      tables.flatMap((table) =>
        [...(this.#held.get(table) ?? [])].map((uuid) => ({
          op: 'delete',
          table,
          where: [['_uuid', '==', ['uuid', uuid]]],
        })),
      )
    const row = (table: string, uuid: string, columns: object) => ({
      op: 'update',
      table,
      where: [['_uuid', '==', ['uuid', uuid]]],
      row: columns,
    })
    const good = await this.#sandbox.vtepctl('--bare', '--columns=_uuid', 'list', 'Logical_Switch', 'good')
    const names = await Promise.all(
      ports.map((port) => this.#sandbox.vtepctl('--bare', '--columns=name', 'list', 'Physical_Port', port)),
    )
    const bound: Readonly<Record<string, number>> = { p0: 100, p1: 0 }
    await this.#session.transact([
      row('Physical_Switch', physicalSwitch, {
        ports: ['set', ports.map((port) => ['uuid', port])],
        tunnels: ['set', []],
        tunnel_ips: '10.2.2.1',
        description: '',
      }),
      ...ports.map((port, i) => {
        const vlan = bound[names[i]?.trim() ?? '']
        const pairs = vlan === undefined ? [] : [[vlan, ['uuid', good.trim()]]]
        return row('Physical_Port', port, { vlan_bindings: ['map', pairs], acl_bindings: ['map', []] })
      }),
      ...deletions([
        'Ucast_Macs_Remote',
        'Ucast_Macs_Local',
        'Mcast_Macs_Remote',
        'Logical_Router',
        'ACL',
        'ACL_entry',
      ]),
    ])
    // a logical switch can go when the daemon has withdrawn what it announced of it
    const isGone = async (): Promise<boolean> =>
      this.#session.transact(deletions(['Logical_Switch'])).then(
        () => true,
        () => false,
      )
    await until('the logical switches are free to go', isGone)
  }

  /** Every command that was planned is made of our words, and the history agrees with itself. */
  #inspect(): number {
    const journal = join(this.#sandbox.directory, 'vtep', 'br0.journal')
    let batches = 0
    for (const { event } of readEntries(journal)) {
      if (event.type !== 'Planned') continue
      batches++
      for (const command of commandsOf(event.batch)) {
        const complaint = foreignWord(command, 'br0')
        if (complaint !== null) throw new Error(`not of our alphabet: ${complaint}`)
      }
    }
    const [verified] = replays([['verify', journal]])
    if (verified?.status !== 0) throw new Error(`verify: ${verified?.stdout ?? ''}${verified?.stderr ?? ''}`)
    return batches
  }

  /** Those that name the good switch's metadata, or its bindings. */
  async #goodFlows(): Promise<string> {
    const good = await this.#sandbox.vtepctl('--bare', '--columns=_uuid', 'list', 'Logical_Switch', 'good')
    const metadata = `0x${good.trim().replaceAll('-', '').slice(0, 16).replace(/^0+/, '')}`
    const mine = new RegExp(`${metadata}(?![0-9a-f])|reg1=0x(10064|20000)(?![0-9a-f])|0x(10064|20000)->reg1`)
    return (await this.#flows())
      .split('\n')
      .filter((line) => mine.test(line))
      .join('\n')
  }

  async #flows(): Promise<string> {
    const dump = await this.#sandbox.ofctl('--no-stats', '-O', 'OpenFlow14', 'dump-flows', 'br0')
    return dump.split('\n').sort().join('\n')
  }

  async #faults(): Promise<string> {
    const { vtepctl } = this.#sandbox
    const texts = [
      await vtepctl('--bare', '--columns=switch_fault_status', 'list', 'Physical_Switch'),
      await vtepctl('--bare', '--columns=port_fault_status', 'list', 'Physical_Port'),
    ]
    return texts.join('').trim()
  }

  #of(table: string, uuids: readonly string[]): void {
    const held = this.#held.get(table) ?? new Set<string>()
    this.#held.set(table, held)
    for (const uuid of uuids) if (!this.#kept.has(uuid)) held.add(uuid)
  }
}

function differences(before: string, after: string): string {
  const [was, is] = [before.split('\n'), after.split('\n')]
  const gone = was.filter((line) => !is.includes(line)).map((line) => `- ${line}`)
  return [...gone, ...is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`)].join('\n')
}
