import { dialServer, type ControllerSession, type Row } from '../controller-session.js'
import { startController } from '../controller.js'
import { OURS, PREDECESSOR, startDaemon, type Daemon, type Program } from '../daemon.js'
import {
  insert,
  locator,
  map,
  named,
  remove,
  set,
  update,
  uuid,
  where,
  type Reference,
} from '../operations.js'
import type { Owner } from '../ovs.js'
import { startSandbox, type Sandbox } from '../sandbox.js'
import { until } from '../until.js'
import type { Phase } from './probes.js'
import type { Exits } from './rules.js'
import { PEERS, STRANGER, TUNNEL_IP, type Topology, type World } from './topology.js'

/** An emulator in a sandbox of its own. */
export interface Contestant {
  /** Makes the database ask for just this; resolves when the switch forwards accordingly. */
  configure(world: World): Promise<void>
  /** Where each frame of a phase came out. */
  send(phase: Phase): Promise<readonly Exits[]>
}

export async function startOurs(owner: Owner, ports: readonly string[]): Promise<Contestant> {
  const { sandbox } = await start(owner, OURS, ports)
  const controller = await startController(sandbox)
  return contestantIn(owner, sandbox, () => controller.write(''))
}

/** It serves its control socket once a loop: between two answers lies a whole loop, which reads everything. */
export async function startPredecessor(owner: Owner, ports: readonly string[]): Promise<Contestant> {
  const { sandbox, daemon } = await start(owner, PREDECESSOR, ports)
  // a busy one may reset a connection; then it is asked again
  const aLoop = () => until('a loop of it has passed', async () => (await daemon.control('version')) !== '')
  return contestantIn(owner, sandbox, async () => {
    await aLoop()
    await aLoop()
  })
}

async function start(
  owner: Owner,
  program: Program,
  ports: readonly string[],
): Promise<{ readonly sandbox: Sandbox; readonly daemon: Daemon }> {
  const remotes = [...PEERS, STRANGER]
  const sandbox = await startSandbox(owner, { ports, tunnelIp: TUNNEL_IP, remotes })
  await sandbox.addPhysicalSwitch()
  // not the sandbox's own start: recording its commands would slow the predecessor down to a third
  const daemon = await startDaemon(owner, program, ['br0'], sandbox.env)
  const isListed = async (): Promise<boolean> => {
    const listed = new Set((await sandbox.vtepctl('list-ports', 'br0')).split('\n'))
    return ports.every((port) => listed.has(port))
  }
  await until('the ports are in the database', isListed)
  return { sandbox, daemon }
}

/** The emulator that runs in `sandbox`; `converged` resolves when it forwards as the database asks. */
export async function contestantIn(
  owner: Owner,
  sandbox: Sandbox,
  converged: () => Promise<void>,
): Promise<Contestant> {
  const everything = [{}]
  const database = await dialServer(owner, sandbox, 'differential', {
    Logical_Switch: everything,
    Physical_Port: everything,
    Physical_Locator: everything,
  })
  return {
    configure: async (world) => {
      await database.transact(configuration(database, world))
      await database.told()
      await converged()
    },
    send: async (phase) => {
      // a cached flow may be older than what was learned last
      await sandbox.appctl('ovs-vswitchd', 'revalidator/purge')
      return sandbox.exitsOfEach(phase.map(({ entry }) => entry))
    },
  }
}

/** One transaction from whatever is there to `world`. Only bindings, switches and remote rows of the world are touched. */
function configuration(database: ControllerSession, { ports, topologies }: World): readonly object[] {
  const found = (table: string, column: string, value: string): Row | undefined =>
    database.rows(table).find(({ columns }) => columns[column] === value)
  const locators = [...PEERS, TUNNEL_IP].map((ip, i) => {
    const row = database
      .rows('Physical_Locator')
      .find(({ columns }) => columns.dst_ip === ip && Array.isArray(columns.tunnel_key))
    const name = `locator${i}`
    return {
      ip,
      reference: row === undefined ? named(name) : uuid(row.uuid),
      made: row === undefined ? [locator(ip, name)] : [],
    }
  })
  const locatorOf = (ip: string): Reference => {
    const entry = locators.find((other) => other.ip === ip)
    if (entry === undefined) throw new Error(`no locator for ${ip}`)
    return entry.reference
  }
  const switches = topologies.map((topology, i) => {
    const row = found('Logical_Switch', 'name', topology.name)
    return { topology, row, reference: row === undefined ? named(`switch${i}`) : uuid(row.uuid) }
  })
  return [
    ...locators.flatMap(({ made }) => made),
    ...switches.flatMap(({ topology, row, reference }, i) => {
      const columns = {
        tunnel_key: set(topology.vni === null ? [] : [topology.vni]),
        replication_mode: set(topology.mode === null ? [] : [topology.mode]),
      }
      const old = where('logical_switch', reference)
      return [
        ...(row === undefined
          ? [insert('Logical_Switch', { name: topology.name, ...columns }, `switch${i}`)]
          : [
              update('Logical_Switch', where('_uuid', reference), columns),
              remove('Ucast_Macs_Remote', old),
              remove('Mcast_Macs_Remote', old),
            ]),
        ...remoteRows(topology, reference, `set${i}`, locatorOf),
      ]
    }),
    ...ports.map((port) => {
      const bindings = switches.flatMap(({ topology, reference }) =>
        topology.places.filter((place) => place.port === port).map(({ vlan }) => [vlan, reference] as const),
      )
      return update('Physical_Port', where('name', port), { vlan_bindings: map(bindings) })
    }),
  ]
}

function remoteRows(
  { remoteMacs, unknownDst, groups }: Topology,
  logicalSwitch: Reference,
  name: string,
  locatorOf: (ip: string) => Reference,
): readonly object[] {
  const unicast = remoteMacs.flatMap(({ mac, peers }) =>
    peers.map((peer) =>
      insert('Ucast_Macs_Remote', { MAC: mac, logical_switch: logicalSwitch, locator: locatorOf(peer) }),
    ),
  )
  const all = [...groups, ...(unknownDst.length === 0 ? [] : [{ mac: 'unknown-dst', peers: unknownDst }])]
  const group = all.flatMap(({ mac, peers }, i) => {
    const locatorSet = `${name}x${i}`
    const locators = set(peers.map(locatorOf))
    return [
      insert('Physical_Locator_Set', { locators }, locatorSet),
      insert('Mcast_Macs_Remote', {
        MAC: mac,
        logical_switch: logicalSwitch,
        locator_set: named(locatorSet),
      }),
    ]
  })
  return [...unicast, ...group]
}
