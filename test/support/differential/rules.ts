import type { Probe } from './probes.js'
import {
  gonePlaces,
  isMixed,
  peersOf,
  placeText,
  TUNNEL_IP,
  type Place,
  type Topology,
  type World,
} from './topology.js'

/** Where a frame came out, as `Sandbox.exitsOf` tells it. */
export type Exits = readonly string[]

/** What the two emulators did with one frame. */
export interface Outcome {
  readonly ours: Exits
  readonly theirs: Exits
}

/**
 * A defect of the predecessor that our emulator must not have. `forgive` gives the outcome without what the defect
 * explains, or null when it explains nothing of it; it must not touch anything else.
 */
export interface Rule {
  readonly name: string
  readonly forgive: (probe: Probe, outcome: Outcome, world: World) => Outcome | null
}

/** What is left of a difference, and what explained the rest. */
export interface Verdict extends Outcome {
  readonly isSame: boolean
  readonly rules: readonly string[]
}

export function judge(probe: Probe, outcome: Outcome, world: World): Verdict {
  let rest = outcome
  const applied: string[] = []
  for (const { name, forgive } of RULES) {
    if (areSame(rest)) break
    const forgiven = forgive(probe, rest, world)
    if (forgiven === null) continue
    rest = forgiven
    applied.push(name)
  }
  return { ...rest, isSame: areSame(rest), rules: applied }
}

function areSame({ ours, theirs }: Outcome): boolean {
  return [...ours].sort().join() === [...theirs].sort().join()
}

const RULES: readonly Rule[] = [
  {
    name: 'B-02 a frame with a remote MAC as source takes that MAC over',
    forgive: ({ upset, entry, topology }, { ours, theirs }) => {
      if (upset === null || entry.frame.dst !== upset.mac) return null
      const row = topology.remoteMacs.find(({ mac }) => mac === upset.mac)
      const isHijacked = row !== undefined && isOne(theirs, placeText(upset.place))
      return isHijacked && isOne(ours, `${row.peers.join()} vni ${topology.vni}`) ? agreed : null
    },
  },
  {
    name: 'B-03 group and zero sources are accepted',
    forgive: ({ entry, topology }, { ours, theirs }) =>
      hasNoStation(entry.frame.src) && ours.length === 0 && areWithin(topology, theirs) ? agreed : null,
  },
  {
    name: 'B-03 group and zero sources are learned',
    forgive: ({ upset, entry, topology }, { ours, theirs }) => {
      if (upset === null || entry.frame.dst !== upset.mac || !hasNoStation(upset.mac)) return null
      const isDrawn = isOne(theirs, placeText(upset.place))
      return isDrawn && ours.includes(placeText(upset.place)) && areWithin(topology, ours) ? agreed : null
    },
  },
  {
    name: 'B-04 frames with VNI 0 go from peer to peer',
    forgive: ({ entry }, { ours, theirs }) => {
      if (!('vni' in entry) || entry.vni !== 0 || ours.length > 0) return null
      return theirs.every((exit) => / vni 0( vlan \d+)?$/.test(exit)) ? agreed : null
    },
  },
  {
    name: 'B-07 an untagged and a tagged binding of one port are mixed up',
    forgive: ({ place, entry, topology }, { ours, theirs }, { topologies }) => {
      if (place === null || !isMixed(place.port) || entry.frame.tags.length === 0) return null
      const other = topologies.find(({ places }) =>
        places.some(({ port, vlan }) => port === place.port && vlan === 0),
      )
      return other !== undefined && areWithin(other, theirs) && areWithin(topology, ours) ? agreed : null
    },
  },
  {
    name: 'B-06 an untagged binding takes tagged frames',
    forgive: ({ place, entry, topology }, { ours, theirs }) => {
      const vid = entry.frame.tags[0]?.vid ?? 0
      const isMisplaced = place?.vlan === 0 && vid !== 0
      return isMisplaced && ours.length === 0 && areWithin(topology, theirs) ? agreed : null
    },
  },
  {
    name: 'B-06 a priority tag at an untagged binding stays',
    forgive: ({ place, entry }, { ours, theirs }) =>
      place?.vlan === 0 && entry.frame.tags[0]?.vid === 0
        ? changed(
            { ours, theirs },
            ours,
            theirs.map((exit) => exit.replace(/ vlan 0( pcp \d)?$/, '')),
          )
        : null,
  },
  {
    name: 'B-06 tagged frames are taken out of a tunnel',
    forgive: ({ entry, topology }, { ours, theirs }) => {
      const isInner = 'vni' in entry && entry.frame.tags.length > 0
      return isInner && ours.length === 0 && areWithin(topology, theirs) ? agreed : null
    },
  },
  {
    name: 'B-06 a tag inside the tag of a tagged binding passes',
    forgive: ({ entry, topology }, { ours, theirs }) => {
      const inner = entry.frame.tags[1]
      const isStacked = inner !== undefined && theirs.every((exit) => exit.endsWith(` vlan ${inner.vid}`))
      return isStacked && ours.length === 0 && areWithin(topology, theirs) ? agreed : null
    },
  },
  {
    name: 'B-09 frames go from tunnel to tunnel',
    forgive: ({ entry }, { ours, theirs }) =>
      'vni' in entry
        ? changed(
            { ours, theirs },
            ours,
            theirs.filter((exit) => !isTunnel(exit)),
          )
        : null,
  },
  {
    name: 'B-10 link-local protocols are flooded',
    forgive: ({ entry, topology }, { ours, theirs }) =>
      entry.frame.dst.startsWith('01:80:c2:00:00:0') && ours.length === 0 && areWithin(topology, theirs)
        ? agreed
        : null,
  },
  {
    name: 'B-13 tunnels keep their old tunnel_key',
    forgive: ({ entry, topology: { vni, former } }, { ours, theirs }) => {
      const formerVni = former?.vni ?? vni
      if (vni === formerVni) return null
      if ('vni' in entry)
        return (entry.vni === vni && theirs.length === 0) || (entry.vni === formerVni && ours.length === 0)
          ? agreed
          : null
      const late = new RegExp(` vni ${formerVni}$`)
      return changed(
        { ours, theirs },
        ours,
        theirs.map((exit) => exit.replace(late, ` vni ${vni}`)),
      )
    },
  },
  {
    name: 'B-17 what was learned stays when its binding goes',
    forgive: ({ entry, topology }, { ours, theirs }) => {
      const hosts = gonePlaces(topology).flatMap((place) => place.hosts)
      const isGone = hosts.includes(entry.frame.dst) && theirs.length === 0
      return isGone && areWithin(topology, ours) ? agreed : null
    },
  },
  {
    name: 'B-19 what a replicator sends is flooded as before when it is none any more',
    forgive: ({ entry, topology: { former, places, unknownDst } }, { ours, theirs }) => {
      if (former === null || !('vni' in entry) || unknownDst.includes(entry.fromIp)) return null
      const added = places.filter((place) => !former.places.includes(place)).map(placeText)
      const isStale = former.unknownDst.includes(entry.fromIp)
      return isStale
        ? changed(
            { ours, theirs },
            ours.filter((exit) => !added.includes(exit)),
            theirs,
          )
        : null
    },
  },
  {
    name: 'B-22 several rows for one MAC: the last in alphabetical order counts',
    forgive: ({ entry, topology }, { ours, theirs }) => {
      const rows = topology.remoteMacs.find(({ mac }) => mac === entry.frame.dst)?.peers ?? []
      const named = rows.map((peer) => `${peer} vni ${topology.vni}`)
      const isNamed = (exits: Exits): boolean => exits.length === 1 && named.includes(exits[0] ?? '')
      return isNamed(ours) && isNamed(theirs) ? agreed : null
    },
  },
  {
    name: 'B-23 our own tunnel IP as a remote one makes a tunnel to ourselves',
    forgive: ({ entry, topology }, { ours, theirs }) => {
      const row = topology.remoteMacs.find(({ mac }) => mac === entry.frame.dst)
      const isOwn = row?.peers.join() === TUNNEL_IP && theirs.length === 0
      return isOwn && areWithin(topology, ours) ? agreed : null
    },
  },
  {
    name: 'B-26 the priority of a tag is lost',
    forgive: ({ entry, place }, { ours, theirs }) => {
      if (place === null || place.vlan === 0) return null
      const { priority = 0 } = entry.frame.tags[0] ?? {}
      const kept = new RegExp(` pcp ${priority}$`)
      return priority === 0
        ? null
        : changed(
            { ours, theirs },
            ours.map((exit) => exit.replace(kept, '')),
            theirs,
          )
    },
  },
  {
    name: 'B-48 group addresses with rows of their own are ignored',
    forgive: ({ entry, topology }, { ours, theirs }) => {
      const group = topology.groups.find(({ mac }) => mac === entry.frame.dst)
      if (group === undefined || !('port' in entry)) return null
      const isSame = locals(ours).join() === locals(theirs).join()
      return isSame &&
        isReplication(topology, group.peers, ours) &&
        isReplication(topology, topology.unknownDst, theirs)
        ? agreed
        : null
    },
  },
  {
    name: 'B-21 which service node is chosen is up to chance',
    forgive: ({ entry, topology }, { ours, theirs }) => {
      const isFree = topology.mode !== 'source_node' && topology.unknownDst.length > 1 && 'port' in entry
      const isSame = locals(ours).join() === locals(theirs).join()
      return isFree &&
        isSame &&
        [ours, theirs].every((exits) => isReplication(topology, topology.unknownDst, exits))
        ? agreed
        : null
    },
  },
  {
    name: 'B-48 a peer that only a group row names may not send',
    forgive: ({ entry, topology }, { ours, theirs }) => {
      if (!('vni' in entry) || entry.vni !== topology.vni || theirs.length > 0) return null
      const isOfGroup = topology.groups.some(({ peers }) => peers.includes(entry.fromIp))
      const isOnlyOfGroup = isOfGroup && !peersOf(topology).includes(entry.fromIp)
      return isOnlyOfGroup && areWithin(topology, ours) && tunnels(ours).length === 0 ? agreed : null
    },
  },
]

/** Nothing is left to differ. */
const agreed: Outcome = { ours: [], theirs: [] }

/** Null when it is what it was. */
function changed(before: Outcome, ours: Exits, theirs: Exits): Outcome | null {
  const isChanged = before.ours.join() !== ours.join() || before.theirs.join() !== theirs.join()
  return isChanged ? { ours, theirs } : null
}

function isOne(exits: Exits, exit: string): boolean {
  return exits.length === 1 && exits[0] === exit
}

/** No station can have it: a group address, or none at all. */
function hasNoStation(mac: string): boolean {
  return (parseInt(mac.slice(0, 2), 16) & 1) === 1 || mac === '00:00:00:00:00:00'
}

function isTunnel(exit: string): boolean {
  return exit.includes(' vni ')
}

function tunnels(exits: Exits): Exits {
  return exits.filter(isTunnel)
}

function locals(exits: Exits): Exits {
  return exits.filter((exit) => !isTunnel(exit))
}

/** Exits of that topology only, whatever tags they have on top. */
function areWithin(topology: Topology, exits: Exits): boolean {
  const { places, vni, former } = topology
  const ends = [
    ...places.map((place: Place) => placeText(place)),
    ...namedPeers(topology).flatMap((peer) => [`${peer} vni ${vni}`, `${peer} vni ${former?.vni ?? vni}`]),
  ]
  return exits.every((exit) => ends.some((end) => exit === end || exit.startsWith(`${end} `)))
}

function namedPeers(topology: Topology): Exits {
  return [...peersOf(topology), ...topology.groups.flatMap(({ peers }) => peers)]
}

/** Whether the tunnels among `exits` are what replication to `peers` makes: all of them, or one. */
function isReplication({ mode, vni }: Topology, peers: readonly string[], exits: Exits): boolean {
  const all = vni === null ? [] : peers.map((peer) => `${peer} vni ${vni}`)
  const chosen = tunnels(exits)
  const count = mode === 'source_node' ? all.length : Math.min(all.length, 1)
  return (
    chosen.length === count && chosen.every((exit) => all.includes(exit)) && new Set(chosen).size === count
  )
}
