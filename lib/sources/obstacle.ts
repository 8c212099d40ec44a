import { valueOf } from '../derive/pairs.js'
import { entriesOf, lookup } from '../model/buckets.js'
import type { OvsTables } from '../model/state.js'

/** What nobody can say of `bridge` without the columns that a text of Open_vSwitch lacks; null: nothing hangs on them. */
export function obstacle(ovs: OvsTables, bridge: string, lacks: readonly string[]): string | null {
  const uuids = [...entriesOf(ovs.Bridge)].flatMap(([, row]) => (row.name === bridge ? row.ports : []))
  for (const uuid of uuids) {
    const port = lookup(ovs.Port, uuid)
    const interfaces = (port?.interfaces ?? []).flatMap((each) => lookup(ovs.Interface, each) ?? [])
    const isBond = interfaces.length > 1 && port?.lacp !== 'active' && port?.lacp !== 'passive'
    if (isBond && lacks.includes('Interface:mac_in_use'))
      return `it does not keep Interface:mac_in_use, which tells the active member of the bond ${port?.name ?? ''}`
    const session = interfaces.find(({ bfd }) => valueOf(bfd, 'enable') === 'true')
    if (session !== undefined && lacks.includes('Interface:bfd_status'))
      return `it does not keep Interface:bfd_status, which tells whether the tunnel of ${session.name} is up`
  }
  return null
}
