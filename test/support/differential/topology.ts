import type { Random } from './random.js'

/** A (port, VLAN) that is bound to a logical switch, with the stations behind it. */
export interface Place {
  readonly port: string
  /** 0: untagged. */
  readonly vlan: number
  readonly hosts: readonly string[]
}

/** MACs or replication targets behind remote VTEPs. */
export interface RemoteMac {
  readonly mac: string
  /** Several: as many rows for the one MAC. */
  readonly peers: readonly string[]
}

/** One logical switch with everything that belongs to it: a small network of its own. */
export interface Topology {
  readonly name: string
  readonly vni: number | null
  readonly mode: 'service_node' | 'source_node' | null
  readonly places: readonly Place[]
  readonly remoteMacs: readonly RemoteMac[]
  readonly unknownDst: readonly string[]
  /** Group addresses with rows of their own. */
  readonly groups: readonly RemoteMac[]
  /** What it was before the configuration changed; null: it has not changed yet. */
  readonly former: Topology | null
}

/** Many topologies on one switch, sharing trunk ports and peers. */
export interface World {
  readonly ports: readonly string[]
  readonly topologies: readonly Topology[]
}

export const TUNNEL_IP = '10.2.2.1'
export const PEERS = ['10.2.2.2', '10.2.2.3', '10.2.2.4']
/** Reachable, but in no row. */
export const STRANGER = '10.2.2.9'

const TRUNKS = ['t0', 't1']
const FIRST_VNI = 100
const CHANGED_VNI = 10_000

/** A port with an untagged binding and a tagged one. */
export function isMixed(port: string): boolean {
  return port.startsWith('m')
}

export function placeText({ port, vlan }: Place): string {
  return vlan === 0 ? port : `${port} vlan ${vlan}`
}

/** The remote VTEPs that some unicast MAC or unknown-dst of a topology names, other than ourselves. */
export function peersOf({ remoteMacs, unknownDst }: Topology): readonly string[] {
  const all = [...unknownDst, ...remoteMacs.flatMap(({ peers }) => peers)]
  return [...new Set(all)].filter((peer) => peer !== TUNNEL_IP)
}

/** Places that it has lost. */
export function gonePlaces({ former, places }: Topology): readonly Place[] {
  return former?.places.filter((place) => !places.includes(place)) ?? []
}

/** `count` topologies; names, ports, VLANs, VNIs are each other's, MACs of stations now and then the same. */
export function createWorld(random: Random, count: number): World {
  const ports = new Set(TRUNKS)
  const vlans = createVlans(random)
  const topologies = Array.from({ length: count }, (_, i): Topology => {
    const places = Array.from({ length: random.pick([1, 2, 2, 3, 4]) }, (_, n): Place => {
      const isAccess = random.chance(0.5)
      const port = isAccess ? `a${i}x${n}` : random.pick(TRUNKS)
      ports.add(port)
      return { port, vlan: isAccess ? 0 : vlans.next(port), hosts: hostsAt(random, i, n) }
    })
    return {
      name: `ls${i}`,
      vni: random.chance(0.9) ? FIRST_VNI + i : null,
      mode: random.pick(['service_node', 'source_node', null]),
      places,
      former: null,
      ...remotes(random, i),
    }
  })
  const mixed = random.chance(0.5) ? withMixedPort(random, topologies, vlans) : topologies
  if (mixed !== topologies) ports.add('m0')
  return { ports: [...ports].sort(), topologies: mixed }
}

/** The same world after a controller has changed its mind about much of it. */
export function changeWorld(random: Random, { ports, topologies }: World): World {
  const changed = topologies.map((topology, i): Topology => {
    const goes = random.chance(0.3) ? random.int(topology.places.length) : -1
    const vni = random.chance(0.2) ? CHANGED_VNI + i : topology.vni
    return {
      ...topology,
      vni,
      mode: random.chance(0.3) ? random.pick(['service_node', 'source_node', null]) : topology.mode,
      places: topology.places.filter((place, n) => n !== goes || isMixed(place.port)),
      former: topology,
      ...(random.chance(0.5) ? remotes(random, i) : {}),
    }
  })
  // a binding that one lost, another gets, with stations of the other's
  const received = changed.map((): Place[] => [])
  for (const [from, topology] of changed.entries())
    for (const { port, vlan } of gonePlaces(topology)) {
      const to = random.int(changed.length)
      if (to === from || random.chance(0.5)) continue
      received[to]?.push({ port, vlan, hosts: [address('02:00', to, 0xf0, from)] })
    }
  return {
    ports,
    topologies: changed.map((topology, i) => ({
      ...topology,
      places: [...topology.places, ...(received[i] ?? [])],
    })),
  }
}

function remotes(random: Random, i: number): Pick<Topology, 'remoteMacs' | 'unknownDst' | 'groups'> {
  const peersOfMac = (): readonly string[] => {
    if (random.chance(0.04)) return [TUNNEL_IP]
    return random.some(PEERS, random.chance(0.1) ? 2 : 1)
  }
  return {
    remoteMacs: Array.from({ length: random.int(4) }, (_, n) => ({
      mac: address('02:01', i, n, 0),
      peers: peersOfMac(),
    })),
    unknownDst: random.some(PEERS, random.int(4)),
    groups: random.chance(0.15)
      ? [{ mac: '01:00:5e:00:00:07', peers: random.some(PEERS, 1 + random.int(2)) }]
      : [],
  }
}

/** An untagged binding of one topology and a tagged one of another, or of the same, at one port. */
function withMixedPort(
  random: Random,
  topologies: readonly Topology[],
  vlans: { next(port: string): number },
): readonly Topology[] {
  const untagged = random.int(topologies.length)
  const taggedAt = random.int(topologies.length)
  const vlan = vlans.next('m0')
  return topologies.map((topology, i) => {
    const places = [...topology.places]
    if (i === untagged) places.push({ port: 'm0', vlan: 0, hosts: [address('02:00', i, 0xe0, 0)] })
    // what its stations send may be taken for the other's, so nobody is to know them
    if (i === taggedAt) places.push({ port: 'm0', vlan, hosts: [] })
    return { ...topology, places }
  })
}

/** One or two; some have a MAC that stations of other topologies have too. */
function hostsAt(random: Random, i: number, n: number): readonly string[] {
  const own = Array.from({ length: 1 + random.int(2) }, (_, host) => address('02:00', i, n, host))
  return random.chance(0.25) ? [`02:00:00:00:00:${(n + 1).toString(16).padStart(2, '0')}`] : own
}

function createVlans(random: Random): { next(port: string): number } {
  const taken = new Set<string>()
  return {
    next: (port) => {
      for (;;) {
        const vlan = 1 + random.int(4094)
        if (vlan === UNBOUND_VLAN || taken.has(`${port} ${vlan}`)) continue
        taken.add(`${port} ${vlan}`)
        return vlan
      }
    },
  }
}

/** No port has it bound. */
export const UNBOUND_VLAN = 77

export function address(prefix: string, i: number, n: number, host: number): string {
  const octet = (value: number): string => value.toString(16).padStart(2, '0')
  return [prefix, octet(1 + (i >> 8)), octet(i & 0xff), octet(n), octet(host)].join(':')
}
