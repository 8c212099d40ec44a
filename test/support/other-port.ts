import type { OvsRowUpdate } from '../../lib/model/event.js'

type Pairs = readonly (readonly [string, string])[]

/** A VXLAN port of a bridge that is not ours. */
export interface OtherPort {
  readonly options: Pairs
  readonly external_ids: Pairs
}

const tables = ['Bridge', 'Port', 'Interface'] as const

/** The rows of port `name` on a bridge `br-<name>`, as a monitor reports them. */
export function rowsOf(name: string, { options, external_ids }: OtherPort): OvsRowUpdate[] {
  const [bridge, port, its] = [0, 1, 2].map((table) => uuidOf(name, table)) as [string, string, string]
  const plain = {
    type: 'vxlan',
    ofport: 1,
    mac_in_use: null,
    error: null,
    link_state: null,
    bfd: [],
    bfd_status: [],
  }
  const single = { lacp: null, bond_active_slave: null }
  const nothing = { fail_mode: null, protocols: [], controller: [], other_config: [], external_ids: [] }
  return [
    { table: 'Bridge', uuid: bridge, row: { ...nothing, name: `br-${name}`, ports: [port] } },
    { table: 'Port', uuid: port, row: { ...single, name, interfaces: [its], external_ids } },
    { table: 'Interface', uuid: its, row: { ...plain, name, options } },
  ]
}

/** That they are gone. */
export function removalOf(name: string): OvsRowUpdate[] {
  return tables.map((table, i) => ({ table, uuid: uuidOf(name, i), row: null }))
}

function uuidOf(name: string, table: number): string {
  const digits = Buffer.from(name).toString('hex').padStart(7, '0').slice(-7)
  return `${'def'.charAt(table)}${digits}-0000-4000-8000-000000000000`
}
