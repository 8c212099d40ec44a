import { type Address, parseAddress } from '../../model/address.js'
import type { InterfaceRow, OvsRow } from '../../schema/open-vswitch.js'
import { bfdMark, ownerMark } from './marks.js'
import { valueOf } from '../pairs.js'
import { isOurKindOfName, sessionName, tunnelName } from './port-names.js'

/** A port of our bridge that we made. */
export interface OwnPort {
  /** The other end of its BFD session; null: it is a tunnel port. */
  readonly remote: Address | null
  /** Whether it says whose it is, and a BFD port also with whom. */
  readonly isMarked: boolean
}

/** So many names are tried for a port whose mark is lost: the first ones are taken only where hashes collide or others took them. */
const namesTried = 8

/**
 * Whose port it is: by its mark, or where that is lost or changed by what only we make: a VXLAN port with one of our
 * names, which are functions of the bridge and of the remote end point, and with our options. A port of another name and type is
 * somebody else's, whatever its marks say. Null: it is not ours.
 */
export function ownPort(
  bridge: string,
  { name, external_ids }: Pick<OvsRow<'Port'>, 'name' | 'external_ids'>,
  row: Pick<InterfaceRow, 'type' | 'options'>,
): OwnPort | null {
  const isOwned = valueOf(external_ids, ownerMark) === bridge
  const marked = parseAddress(valueOf(external_ids, bfdMark) ?? '') ?? null
  const isTunnelName = isOneOf(name, 'vtep-', (i) => tunnelName(bridge, i))
  const isSession = (remote: Address) => isOneOf(name, 'bfd-', (i) => sessionName(bridge, remote, i))
  const optional = parseAddress(valueOf(row.options, 'remote_ip') ?? '')
  const told = optional !== undefined && isSession(optional) ? optional : null
  if (isOwned && (row.type === 'vxlan' || isOurKindOfName(name))) {
    const remote = isTunnelName ? null : (told ?? marked)
    return { remote, isMarked: remote === null || remote === marked }
  }
  if (row.type !== 'vxlan') return null
  if (told !== null) return { remote: told, isMarked: false }
  const isFlowBased = valueOf(row.options, 'key') === 'flow' && valueOf(row.options, 'remote_ip') === 'flow'
  return isTunnelName && isFlowBased ? { remote: null, isMarked: false } : null
}

/** `start`: what all of them begin with. */
function isOneOf(name: string, start: string, nameAt: (i: number) => string): boolean {
  if (!name.startsWith(start) || !isOurKindOfName(name)) return false
  for (let i = 0; i < namesTried; i++) if (nameAt(i) === name) return true
  return false
}
