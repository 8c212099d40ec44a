import type { Ovs } from './ovs.js'

/** A controller's hand on the Tunnel row to a remote VTEP; rejects while there is none. */
export interface TunnelRow {
  readonly uuid: string
  /** bfd_status as it is. */
  status(): Promise<Readonly<Record<string, string>>>
  /** Replaces all of a column. */
  set(column: 'bfd_params' | 'bfd_config_remote', pairs: Readonly<Record<string, string>>): Promise<void>
}

/** The row whose remote end point is `remoteIp`. */
export async function tunnelRow({ vtepctl }: Ovs, remoteIp: string): Promise<TunnelRow> {
  const find = async (table: string, condition: string): Promise<string> =>
    vtepctl('--bare', '--columns=_uuid', 'find', table, condition)
  const locator = await find('Physical_Locator', `dst_ip="${remoteIp}"`)
  const uuid = locator === '' ? '' : await find('Tunnel', `remote=${locator}`)
  if (uuid === '') throw new Error(`no Tunnel row to ${remoteIp}`)
  return {
    uuid,
    status: async () => {
      const printed = await vtepctl('--format=json', '--columns=bfd_status', 'list', 'Tunnel', uuid)
      const { data } = JSON.parse(printed) as { data: [[[string, [string, string][]]]] }
      return Object.fromEntries(data[0][0][1])
    },
    set: async (column, pairs) => {
      const values = Object.entries(pairs).map(([key, value]) => `${column}:${key}=${value}`)
      const set = values.length === 0 ? [] : ['--', 'set', 'Tunnel', uuid, ...values]
      await vtepctl('clear', 'Tunnel', uuid, column, ...set)
    },
  }
}
