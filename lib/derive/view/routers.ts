import { type Collection, entriesOf } from '../../model/collection.js'
import { metadataOf } from '../../model/identity.js'
import { parseRouter, type Router } from '../../model/routing/router.js'
import type { Uuid } from '../../model/uuid.js'
import type { RouterRow } from '../../schema/hardware-vtep.js'

/** The routers of the database. */
export interface Routers {
  readonly all: ReadonlyMap<Uuid, Router>
  /** Of logical switches, each with the router that it belongs to: of several the one with the lowest UUID. */
  readonly bySwitch: ReadonlyMap<Uuid, Uuid>
  /** Routers whose UUIDs begin like that of another, which is lower. */
  readonly twins: ReadonlyMap<Uuid, Uuid>
}

const parsed = new WeakMap<RouterRow, Router>()

export function routersOf(rows: Collection<RouterRow>): Routers {
  const all = new Map<Uuid, Router>()
  const bySwitch = new Map<Uuid, Uuid>()
  const twins = new Map<Uuid, Uuid>()
  const first = new Map<string, Uuid>()
  for (const [uuid, row] of [...entriesOf(rows)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const router = parsed.get(row) ?? parseRouter(row)
    parsed.set(row, router)
    all.set(uuid, router)
    const twin = first.get(metadataOf(uuid))
    if (twin !== undefined) twins.set(uuid, twin)
    else {
      first.set(metadataOf(uuid), uuid)
      for (const { logicalSwitch } of router.interfaces)
        if (!bySwitch.has(logicalSwitch)) bySwitch.set(logicalSwitch, uuid)
    }
  }
  return { all, bySwitch, twins }
}

/**
 * The logical switches that have to be here because a router joins them with one that a port here belongs to: what is
 * routed into them leaves from here.
 */
export function* joinedTo(
  { all, bySwitch }: Routers,
  isBound: (logicalSwitch: Uuid) => boolean,
): Generator<Uuid> {
  for (const [uuid, { interfaces }] of all) {
    const switches = interfaces.map(({ logicalSwitch }) => logicalSwitch)
    const joined = switches.filter((logicalSwitch) => bySwitch.get(logicalSwitch) === uuid)
    if (joined.some(isBound)) yield* joined
  }
}
