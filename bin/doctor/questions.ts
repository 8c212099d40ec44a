import * as z from 'zod'
import type { VtepManager } from '../../lib/doctor/manager.js'
import type { LiveDatabase } from '../databases.js'

const WireManager = z.object({
  target: z.string(),
  is_connected: z.boolean(),
  status: z.tuple([z.literal('map'), z.array(z.tuple([z.string(), z.string()]))]),
})
const WireBridge = z.object({ datapath_type: z.string() })

/** What hardware_vtep's table Manager says; it is not followed, for nothing is planned from it. */
export async function managersOf(vtep: LiveDatabase): Promise<readonly VtepManager[]> {
  const rows = await select(vtep, 'Manager', [], ['target', 'is_connected', 'status'])
  return z
    .array(WireManager)
    .parse(rows)
    .map(({ target, is_connected, status: [, pairs] }) => ({
      target,
      isConnected: is_connected,
      status: new Map(pairs),
    }))
}

/** `system`, `netdev`, or `dummy`, which has no network. */
export async function datapathOf(ovs: LiveDatabase, bridge: string): Promise<string> {
  const [row] = z
    .array(WireBridge)
    .parse(await select(ovs, 'Bridge', [['name', '==', bridge]], ['datapath_type']))
  return row === undefined || row.datapath_type === '' ? 'system' : row.datapath_type
}

async function select(
  { session }: LiveDatabase,
  table: string,
  where: readonly unknown[],
  columns: readonly string[],
): Promise<unknown> {
  const [result] = await session.transact([{ op: 'select', table, where, columns }])
  return result?.['rows']
}
