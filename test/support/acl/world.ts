import { bindingOf } from '../../../lib/model/identity.js'
import type { Random } from '../differential/random.js'
import { World } from '../small-world.js'
import { type EntryColumns, isAllowed } from './evaluator.js'
import { randomEntries } from './generate.js'
import type { Packet } from './packet.js'

/** A binding of the one logical switch. */
export interface Place {
  readonly ofport: number
  readonly port: string
  readonly vlan: number
}

export const places: readonly Place[] = [
  { ofport: 1, port: 'p0', vlan: 0 },
  { ofport: 1, port: 'p0', vlan: 10 },
  { ofport: 2, port: 'p1', vlan: 0 },
]

/** ACLs, as a controller wrote them. */
export interface WrittenAcls {
  readonly acls: readonly KnownAcl[]
  /** By port: VLAN, or 0 for the whole port, and which of the ACLs. */
  readonly bound: Readonly<Record<string, readonly (readonly [number, number])[]>>
}

export interface KnownAcl {
  readonly uuid: string
  readonly entries: readonly (EntryColumns & { readonly uuid: string })[]
}

/** A switch with ACLs. */
export interface AclWorld extends WrittenAcls {
  readonly world: World
}

/** Which ACLs are bound at which ports, at random. */
export function randomBindings(random: Random, count: number): WrittenAcls['bound'] {
  const pick = (vlans: readonly number[]) =>
    vlans.flatMap((vlan): (readonly [number, number])[] =>
      random.chance(0.6) ? [[vlan, random.int(count)]] : [],
    )
  return { p0: pick([0, 10]), p1: pick([0, 5]) }
}

/** Some random ACLs, bound at random. */
export function aclWorld(random: Random): AclWorld {
  const world = new World()
  const ls = world.insert('Logical_Switch', { name: 'ls0' })
  world.bind('p0', [
    [0, ls],
    [10, ls],
  ])
  world.bind('p1', [[0, ls]])
  const oddity = random.chance(0.2) ? 0.1 : 0
  const acls = Array.from({ length: 1 + random.int(4) }, (_, i): KnownAcl => {
    const entries = randomEntries(random, 1 + random.int(14), oddity).map((entry) => ({
      ...entry,
      uuid: world.insert('ACL_entry', entry),
    }))
    const uuid = world.insert('ACL', {
      acl_name: `acl ${i}`,
      acl_entries: entries.map((entry) => entry.uuid).sort(),
    })
    return { uuid, entries }
  })
  const bound = randomBindings(random, acls.length)
  world.edit((tables) => {
    for (const [uuid, row] of tables.Physical_Port) {
      const own = bound[String(row['name'])] ?? []
      tables.Physical_Port.set(uuid, {
        ...row,
        acl_bindings: own.map(([vlan, i]) => [vlan, acls[i]?.uuid ?? '']),
      })
    }
  })
  return { world, acls, bound }
}

/** The ACLs that frames of a binding have to pass. */
function aclsAt({ acls, bound }: WrittenAcls, { port, vlan }: Place): readonly KnownAcl[] {
  const own = (bound[port] ?? []).filter(([tag]) => tag === 0 || tag === vlan)
  return own.flatMap(([, i]) => acls[i] ?? [])
}

/** The bindings that a frame comes out by whose destination nobody knows: all but its own, as far as ACLs let it. */
export function reached(world: WrittenAcls, from: Place, packet: Packet): readonly Place[] {
  const may = (place: Place, direction: 'ingress' | 'egress') =>
    aclsAt(world, place).every(({ entries }) => isAllowed(entries, direction, packet))
  if (!may(from, 'ingress')) return []
  return places.filter((place) => place !== from && may(place, 'egress'))
}

export function bindingAt({ ofport, vlan }: Place): number {
  return bindingOf(ofport, vlan)
}
