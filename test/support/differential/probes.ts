import { BROADCAST, tagged, uniqueFrame, type Frame } from '../frame.js'
import type { Entry } from '../sandbox.js'
import type { Random } from './random.js'
import {
  gonePlaces,
  isMixed,
  PEERS,
  peersOf,
  STRANGER,
  UNBOUND_VLAN,
  type Place,
  type RemoteMac,
  type Topology,
} from './topology.js'

/** A frame sent into a topology. */
export interface Probe {
  readonly topology: Topology
  /** Where it comes in; `place` null: at no binding. */
  readonly entry: Entry
  readonly place: Place | null
  /** What an earlier frame has upset. */
  readonly upset: Upset | null
}

/** A frame with `mac` as its source came in at `place`, though it is a remote MAC or a group address. */
export interface Upset {
  readonly mac: string
  readonly place: Place
}

/** Probes that may be sent together: what one of them changes matters to none of the others. */
export type Phase = readonly Probe[]

const MULTICAST = '01:00:5e:00:00:05'
const LINK_LOCAL = ['01:80:c2:00:00:00', '01:80:c2:00:00:02', '01:80:c2:00:00:0e']
const NO_MAC = '00:00:00:00:00:00'
const UNKNOWN = '02:00:00:00:00:ee'

/** Every station says something, so that it is known. */
export function greetings(topologies: readonly Topology[]): Phase {
  return stations(topologies).map(({ topology, place, host }) => at(topology, place, host, BROADCAST))
}

/**
 * Every station is spoken to, by itself: a learned flow ages from the last frame to the station, whatever the station
 * sent. Where these frames come out depends on whether the flow had just aged.
 */
export function refreshments(topologies: readonly Topology[]): Phase {
  return stations(topologies).map(({ topology, place, host }) => at(topology, place, host, host))
}

interface Station {
  readonly topology: Topology
  readonly place: Place
  readonly host: string
}

function stations(topologies: readonly Topology[]): readonly Station[] {
  return topologies.flatMap((topology) =>
    topology.places.flatMap((place) => place.hosts.map((host) => ({ topology, place, host }))),
  )
}

/** Frames of all kinds, `count` from the ports and half as many from the tunnels. */
export function conversation(random: Random, topologies: readonly Topology[], count: number): Phase {
  return topologies.flatMap((topology) => [
    ...Array.from({ length: count }, () => fromPort(random, topology)),
    ...Array.from({ length: count / 2 }, () => fromTunnel(random, topology, topologies)),
  ])
}

/** One phase after the other: frames that should change nothing, and frames that show whether they did. */
export function upsets(random: Random, topologies: readonly Topology[]): readonly Phase[] {
  const spoofs = topologies.flatMap((topology) => {
    const place = somePlace(random, topology)
    const known = topology.remoteMacs.filter(({ peers }) => isPlain(peers))
    return place === null || known.length === 0 || topology.vni === null
      ? []
      : [{ topology, place, mac: random.pick(known).mac }]
  })
  const groups = topologies.flatMap((topology) => {
    const place = somePlace(random, topology)
    return place === null ? [] : [{ topology, place, mac: random.pick([BROADCAST, MULTICAST, NO_MAC]) }]
  })
  const taggedAtMixed = topologies.flatMap((topology) =>
    topology.places
      .filter(({ port, vlan }) => isMixed(port) && vlan !== 0)
      .map((place) => at(topology, place, freshMac(), BROADCAST)),
  )
  return [spoofs, groups]
    .flatMap((upset): readonly Phase[] => [
      upset.map(({ topology, place, mac }) => at(topology, place, mac, BROADCAST)),
      upset.flatMap(({ topology, place, mac }) =>
        topology.places
          .filter((other) => other !== place && isClear(other))
          .map((other) => ({ ...at(topology, other, freshMac(), mac), upset: { mac, place } })),
      ),
    ])
    .concat([taggedAtMixed])
}

function fromPort(random: Random, topology: Topology): Probe {
  const place = somePlace(random, topology)
  if (place === null) return atUnbound(random, topology)
  const source = random.pick(place.hosts)
  const plain = (): Probe => at(topology, place, source, random.pick(destinations(topology)))
  const kinds: readonly (() => Probe)[] = [
    plain,
    plain,
    plain,
    plain,
    () => at(topology, place, source, random.pick([BROADCAST, MULTICAST, UNKNOWN])),
    () => at(topology, place, source, random.pick(LINK_LOCAL)),
    () =>
      withTags(plain(), (frame) => ({ ...frame, tags: frame.tags.map((tag) => ({ ...tag, priority: 5 })) })),
    () => oddlyTagged(random, topology, place),
    () => atUnbound(random, topology),
  ]
  return random.pick(kinds)()
}

/** With a tag where none belongs, with two, or with one that only has a priority. */
function oddlyTagged(random: Random, topology: Topology, place: Place): Probe {
  const probe = at(topology, place, freshMac(), random.pick(destinations(topology)))
  const vlan = place.vlan === 0 ? random.pick([0, UNBOUND_VLAN]) : UNBOUND_VLAN
  if (place.vlan === 0) return withTags(probe, (frame) => tagged(frame, vlan, random.pick([0, 3])))
  return withTags(probe, (frame) => ({ ...frame, tags: [...frame.tags, { vid: vlan, priority: 0 }] }))
}

/** At a trunk, with a VLAN that is not bound there, or none. */
function atUnbound(random: Random, topology: Topology): Probe {
  const frame = uniqueFrame(freshMac(), random.pick(destinations(topology)))
  const port = random.pick(['t0', 't1'])
  const tags = random.pick([[], [UNBOUND_VLAN], [0]]).map((vid) => ({ vid, priority: 0 }))
  return { topology, place: null, upset: null, entry: { port, frame: { ...frame, tags } } }
}

function fromTunnel(random: Random, topology: Topology, all: readonly Topology[]): Probe {
  const others = all.flatMap(({ vni }) => vni ?? [])
  const own = topology.vni ?? 1
  const vni = random.pick([
    own,
    own,
    own,
    own,
    own,
    topology.former?.vni ?? own,
    0,
    9999,
    random.pick([own, ...others]),
  ])
  const peers = peersOf(topology)
  const fromIp =
    random.chance(0.8) && peers.length > 0 ? random.pick(peers) : random.pick([...PEERS, STRANGER])
  const frame = uniqueFrame(freshMac(), random.pick(destinations(topology)))
  const inner = random.chance(0.1) ? tagged(frame, random.pick([0, UNBOUND_VLAN])) : frame
  const target = all.find((other) => other.vni === vni) ?? topology
  return { topology: target, place: null, upset: null, entry: { fromIp, vni, frame: inner } }
}

/** Known and unknown stations, local, remote and gone, and groups. */
function destinations(topology: Topology): readonly string[] {
  const { places, remoteMacs, groups } = topology
  return [
    ...[...places, ...gonePlaces(topology)].flatMap(({ hosts }) => hosts),
    ...[...remoteMacs, ...groups].map(({ mac }: RemoteMac) => mac),
    BROADCAST,
    MULTICAST,
    UNKNOWN,
  ]
}

function at(topology: Topology, place: Place, src: string, dst: string): Probe {
  const frame = uniqueFrame(src, dst)
  const entry = { port: place.port, frame: place.vlan === 0 ? frame : tagged(frame, place.vlan) }
  return { topology, place, upset: null, entry }
}

function withTags(probe: Probe, change: (frame: Frame) => Frame): Probe {
  return { ...probe, entry: { ...probe.entry, frame: change(probe.entry.frame) } }
}

/** A place whose stations are known. */
function somePlace(random: Random, { places }: Topology): Place | null {
  const clear = places.filter((place) => isClear(place) && place.hosts.length > 0)
  return clear.length === 0 ? null : random.pick(clear)
}

function isClear({ port, vlan }: Place): boolean {
  return !isMixed(port) || vlan === 0
}

function isPlain(peers: readonly string[]): boolean {
  return peers.length === 1 && PEERS.includes(peers[0] ?? '')
}

let macsMade = 0

/** Nobody sends to it. */
function freshMac(): string {
  const digits = (++macsMade).toString(16).padStart(8, '0')
  return `06:ff:${digits.match(/../g)?.join(':') ?? ''}`
}
