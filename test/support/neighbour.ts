import type { Test } from 'tap'
import { announcements } from './announcements.js'
import { words } from './controller.js'
import { dialServer, type ControllerSession, type Row } from './controller-session.js'
import { insert, map, mutate, named, uuid, where, type Reference } from './operations.js'
import type { Ovs, Owner } from './ovs.js'

/** Another gateway, `rack`, in a database that holds br0 too, with a row of everything a gateway or others may write. */
export interface Neighbour {
  /** Monitors everything that a gateway writes and what that refers to. */
  readonly session: ControllerSession
  /** The row whose `name` that is. */
  row(table: string, name: string): Row
  locator(ip: string): Reference
  /** The announcements that were not there before, see `announcements`. */
  others(): readonly string[]
  /** Whether the row was there before. */
  isForeign(row: Row): boolean
  /** Asserts that its rows and their columns have never been changed or replaced, not even for a moment. */
  isUntouched(t: Test): Promise<void>
}

const ADDRESS = '10.2.2.8'
const GROUP = '01:00:5e:00:00:05'
const REPORTING_TABLES = [
  'Physical_Switch',
  'Physical_Port',
  'Tunnel',
  'Ucast_Macs_Local',
  'Mcast_Macs_Local',
]
const TABLES = [...REPORTING_TABLES, 'Logical_Switch', 'Physical_Locator_Set', 'Physical_Locator']

/**
 * It announces `mac` in ls0 and ls1 and has a tunnel to `remote`. With `ownAddress`, br0's, it shares a row, and a group
 * MAC is announced there, which we never do. The logical switches and `remote`'s locator must be there.
 */
export async function addNeighbour(
  owner: Owner,
  ovs: Ovs,
  mac: string,
  ownAddress: string,
  remote: string,
): Promise<Neighbour> {
  await ovs.vtepctl(
    ...words(`
      add-ps rack
      set Physical_Switch rack tunnel_ips=${ADDRESS} description=rack switch_fault_status=mac_table_exhaustion
      add-port rack p0
      add-port rack p9
      bind-ls rack p0 7 ls0
      bind-ls rack p0 8 ls1
      add-ucast-local ls0 ${mac} ${ADDRESS}
      add-ucast-local ls1 ${mac} ${ADDRESS}
      add-mcast-local ls0 unknown-dst ${ADDRESS}
      add-mcast-local ls1 unknown-dst ${ADDRESS}
      add-mcast-local ls1 unknown-dst ${ownAddress}
      add-mcast-local ls0 ${GROUP} ${ownAddress}
    `),
  )
  const requests = Object.fromEntries(TABLES.map((table) => [table, [{}]]))
  const session = await dialServer(owner, ovs, 'neighbour', requests)
  const find = (table: string, column: string, value: string): Row => {
    const row = session.rows(table).find(({ columns }) => columns[column] === value)
    if (row === undefined) throw new Error(`no ${table} with ${column} ${value}`)
    return row
  }
  const locator = (ip: string): Reference => uuid(find('Physical_Locator', 'dst_ip', ip).uuid)
  const bfd_params = map([['enable', 'true']])
  await session.transact([
    insert('Tunnel', { local: locator(ADDRESS), remote: locator(remote), bfd_params }, 'tunnel'),
    mutate('Physical_Switch', where('name', 'rack'), ['tunnels', 'insert', named('tunnel')]),
  ])
  await session.told()

  const rows = (): readonly Row[] => REPORTING_TABLES.flatMap((table) => session.rows(table))
  const before = session.updates.length
  const announced = announcements(session)
  const foreign = new Map(
    rows()
      .filter(({ columns }) => columns.name !== 'br0')
      .map(({ uuid, columns }) => [uuid, columns]),
  )
  return {
    session,
    row: (table, name) => find(table, 'name', name),
    locator,
    others: () => announcements(session).filter((line) => !announced.includes(line)),
    isForeign: ({ uuid }) => foreign.has(uuid),
    isUntouched: async (t) => {
      await session.told()
      const changed = session.updates.slice(before).flatMap((update) => Object.values(update))
      t.strictSame(
        changed.flatMap((changes) => Object.keys(changes)).filter((uuid) => foreign.has(uuid)),
        [],
        "the neighbour's rows are never mentioned",
      )
      const now = new Map(rows().map(({ uuid, columns }) => [uuid, columns]))
      t.strictSame(
        new Map([...foreign.keys()].map((uuid) => [uuid, now.get(uuid)])),
        foreign,
        'and as they were',
      )
    },
  }
}
