import { isIpv6 } from '../model/address.js'
import type { Binding } from '../model/binding.js'
import { type Flow, flowKey } from '../model/flow.js'
import { cookieOf, metadataOf } from '../model/identity.js'
import type { Uuid } from '../model/uuid.js'
import { goto, hex, table } from './tables.js'
import { type Target, tunnelDestination, tunnelKey } from './remote.js'

/**
 * Where frames without a known destination go: from a binding to the other bindings and `targets`, from
 * the tunnel to the bindings only (split horizon). `targets` must be in a stable order, without repeats.
 */
export function floodFlows(
  logicalSwitch: Uuid,
  bindings: readonly Binding[],
  targets: readonly Target[],
  tunnelPort: number | null,
): Flow[] {
  const local = bindings.map(({ number }) => `clone(set_field:${hex(number)}->reg1,${goto(table.egress)})`)
  const remote = tunnelPort === null ? [] : targets.map((target) => replicate(target, tunnelPort))
  return [
    ...chain(logicalSwitch, fromTunnel, local),
    ...chain(logicalSwitch, fromBinding, [...local, ...remote]),
  ]
}

interface Origin {
  readonly match: string
  readonly priority: number
}

const fromTunnel: Origin = { match: 'reg0=0,', priority: 120 }
const fromBinding: Origin = { match: '', priority: 100 }

/** How many copies one flow makes: an OpenFlow message of 64 kB holds about a thousand. */
const linkLength = 500

/** The copies in links of bounded length, each but the last leading to the next. */
function chain(logicalSwitch: Uuid, origin: Origin, copies: readonly string[]): Flow[] {
  const metadata = `metadata=${metadataOf(logicalSwitch)}`
  const count = Math.ceil(copies.length / linkLength)
  return Array.from({ length: count }, (_, link): Flow => {
    const match = `${origin.match}${link === 0 ? '' : `reg3=${hex(link)},`}${metadata}`
    const actions = copies.slice(link * linkLength, (link + 1) * linkLength)
    if (link + 1 < count) actions.push(`set_field:${hex(link + 1)}->reg3,${goto(table.flood)}`)
    return {
      key: flowKey(table.flood, origin.priority + (link === 0 ? 0 : 10), match),
      cookie: cookieOf(logicalSwitch),
      actions: actions.join(','),
    }
  })
}

function replicate({ address, vni }: Target, tunnelPort: number): string {
  const copy = `${tunnelKey(vni)},${tunnelDestination(address)},output:${tunnelPort}`
  // an IPv4 destination that a copy before it set would win over the IPv6 one
  return isIpv6(address) ? `clone(${copy})` : copy
}
