import { counted } from '../../words/counted.js'
import { entriesOf, lookup, none } from '../../model/collection.js'
import { metadataOf } from '../../model/identity.js'
import { rowNamed } from '../../model/named.js'
import type { State } from '../../model/state.js'
import type { Uuid } from '../../model/uuid.js'
import type { PhysicalSwitchRow } from '../../schema/hardware-vtep.js'
import type { CensusCounts } from './census.js'
import { type Focus, type Kind, type Lit, type Tone } from './kinds.js'

/** Something that can be drawn as a box. */
export interface DrawnThing {
  readonly kind: Kind
  readonly id: string
  readonly title: string
  readonly words: string
  readonly tone: Tone
  readonly isLit: boolean
  /** What it counts as where there are many, by each way to group them. */
  readonly groups: Readonly<Record<'state' | 'port' | 'remote', string>>
}

/** A binding or what is sent to a remote VTEP; `from` and `to` are `keyOf` things. */
export interface Link {
  readonly from: string
  readonly to: string
  readonly words: string
}

export interface Things {
  readonly all: Readonly<Record<Kind, readonly DrawnThing[]>>
  readonly links: readonly Link[]
}

export function keyOf({ kind, id }: Focus): string {
  return `${kind}:${id}`
}

/** What there is to draw of a state, in the order of names. */
export function thingsOf(state: State, counts: CensusCounts, lit: Lit): Things {
  const remotes = new Remotes(state, counts)
  const ports = portsOf(state, new Set(lit.ports))
  const switches = switchesOf(state, counts, remotes, new Set(lit.switches), ports.links)
  return {
    all: { port: ports.things, switch: switches.things, remote: remotes.things(new Set(lit.remotes)) },
    links: [...ports.links, ...switches.links],
  }
}

/** The Physical_Switch row of the emulated switch. */
export function ownSwitch({ vtep, settings }: State): PhysicalSwitchRow | undefined {
  return rowNamed(vtep?.Physical_Switch, settings?.physicalSwitch)?.row
}

function portsOf(
  state: State,
  lit: ReadonlySet<string>,
): { things: readonly DrawnThing[]; links: readonly Link[] } {
  const { vtep } = state
  const rows = (ownSwitch(state)?.ports ?? []).flatMap(
    (uuid) => (vtep && lookup(vtep.Physical_Port, uuid)) ?? [],
  )
  const isKnown = (uuid: Uuid): boolean => vtep !== null && lookup(vtep.Logical_Switch, uuid) !== undefined
  const links = rows.flatMap(({ name, vlan_bindings }) =>
    vlan_bindings
      .filter(([, uuid]) => isKnown(uuid))
      .map(([vlan, uuid]) => ({
        from: `port:${name}`,
        to: `switch:${uuid}`,
        words: vlan === 0 ? 'untagged' : `VLAN ${vlan}`,
      })),
  )
  const things = rows.map(({ name, vlan_bindings, port_fault_status: faults }): DrawnThing => {
    const bound = vlan_bindings.length
    const state = faults.length > 0 ? 'with faults' : bound > 0 ? 'bound' : 'not bound'
    return {
      kind: 'port',
      id: name,
      title: name,
      words: faults.length > 0 ? faults.join(', ') : counted(bound, 'binding'),
      tone: faults.length > 0 ? 'bad' : 'plain',
      isLit: lit.has(name),
      groups: { state, port: state, remote: state },
    }
  })
  return { things: byTitle(things), links }
}

function switchesOf(
  { vtep }: State,
  counts: CensusCounts,
  remotes: Remotes,
  lit: ReadonlySet<string>,
  bindings: readonly Link[],
): { things: readonly DrawnThing[]; links: readonly Link[] } {
  const portOf = new Map(bindings.map(({ from, to }) => [to, from.slice('port:'.length)]))
  const links: Link[] = []
  const things = [...entriesOf(vtep?.Logical_Switch ?? none)].map(
    ([uuid, { name, tunnel_key: vni }]): DrawnThing => {
      const at = remotes.of(uuid)
      let [macs, most, home] = [0, 0, 'no remote VTEP']
      for (const [ip, count] of at) {
        macs += count
        links.push({ from: `switch:${uuid}`, to: `remote:${ip}`, words: counted(count, 'MAC') })
        if (count > most) [most, home] = [count, ip]
      }
      const local = counts.local.get(metadataOf(uuid)) ?? 0
      const port = portOf.get(`switch:${uuid}`)
      const state =
        port === undefined
          ? 'bound to no port'
          : vni === null
            ? 'without VNI'
            : macs + local === 0
              ? 'without MACs'
              : 'in use'
      return {
        kind: 'switch',
        id: uuid,
        title: name,
        words: `${vni === null ? 'no VNI' : `VNI ${vni}`} · ${local} local, ${macs} remote`,
        tone: 'plain',
        isLit: lit.has(uuid),
        groups: {
          state,
          port: port === undefined ? 'bound to no port' : `at ${port}`,
          remote: home === 'no remote VTEP' ? home : `mostly behind ${home}`,
        },
      }
    },
  )
  return { things: byTitle(things), links }
}

/** Remote VTEPs by address, with the tunnels to them and the MACs behind them. */
class Remotes {
  readonly #state: State
  readonly #counts: CensusCounts
  readonly #tunnels = new Map<string, { readonly local: string; readonly bfd: ReadonlyMap<string, string> }>()
  readonly #macs = new Map<string, number>()
  readonly #groups = new Map<Uuid, string[]>()

  constructor(state: State, counts: CensusCounts) {
    this.#state = state
    this.#counts = counts
    const { vtep } = state
    if (vtep === null) return
    for (const uuid of ownSwitch(state)?.tunnels ?? []) {
      const row = lookup(vtep.Tunnel, uuid)
      if (row === undefined) continue
      this.#tunnels.set(this.address(row.remote), {
        local: this.address(row.local),
        bfd: new Map(row.bfd_status),
      })
    }
    for (const [, { logical_switch, locator_set }] of entriesOf(vtep.Mcast_Macs_Remote)) {
      const ips = (lookup(vtep.Physical_Locator_Set, locator_set)?.locators ?? []).map((uuid) =>
        this.address(uuid),
      )
      this.#groups.set(logical_switch, [...(this.#groups.get(logical_switch) ?? []), ...ips])
    }
  }

  address(uuid: Uuid): string {
    const { vtep } = this.#state
    return (vtep && lookup(vtep.Physical_Locator, uuid)?.dst_ip) ?? `${uuid.slice(0, 8)} (no row)`
  }

  /** How many MACs of a logical switch are behind each, groups among them; they are counted for all together, too. */
  of(logicalSwitch: Uuid): ReadonlyMap<string, number> {
    const at = new Map<string, number>()
    for (const [uuid, count] of this.#counts.remote.get(logicalSwitch) ?? []) {
      const ip = this.address(uuid)
      at.set(ip, (at.get(ip) ?? 0) + count)
    }
    for (const ip of this.#groups.get(logicalSwitch) ?? []) at.set(ip, (at.get(ip) ?? 0) + 1)
    for (const [ip, count] of at) this.#macs.set(ip, (this.#macs.get(ip) ?? 0) + count)
    return at
  }

  things(lit: ReadonlySet<string>): readonly DrawnThing[] {
    const all = [...new Set([...this.#tunnels.keys(), ...this.#macs.keys()])].sort(byNumber)
    return all.map((ip): DrawnThing => {
      const bfd = this.#tunnels.get(ip)?.bfd ?? new Map<string, string>()
      const state = bfd.get('state')
      const words = state === undefined ? (bfd.get('enabled') === 'false' ? 'no BFD' : '') : `BFD ${state}`
      const group = state === undefined ? 'without BFD' : `BFD ${state}`
      return {
        kind: 'remote',
        id: ip,
        title: ip,
        words: [words, counted(this.#macs.get(ip) ?? 0, 'MAC')].filter(Boolean).join(' · '),
        tone: state === 'up' ? 'good' : state === undefined ? 'plain' : 'bad',
        isLit: lit.has(ip),
        groups: { state: group, port: group, remote: group },
      }
    })
  }
}

/** What BFD says of the tunnel to a remote VTEP, a fact each; empty: there is none. */
export function tunnelFacts(state: State, ip: string): readonly (readonly [string, string])[] {
  const { vtep } = state
  if (vtep === null) return []
  const address = (uuid: Uuid): string => lookup(vtep.Physical_Locator, uuid)?.dst_ip ?? uuid.slice(0, 8)
  for (const uuid of ownSwitch(state)?.tunnels ?? []) {
    const row = lookup(vtep.Tunnel, uuid)
    if (row !== undefined && address(row.remote) === ip)
      return [
        ['tunnel', `${address(row.local)} – ${ip}`],
        ...row.bfd_status.map(([name, value]) => [`BFD ${name}`, value] as const),
      ]
  }
  return []
}

function byTitle(things: readonly DrawnThing[]): readonly DrawnThing[] {
  return things.toSorted((a, b) => byNumber(a.title, b.title))
}

const collator = new Intl.Collator('en', { numeric: true })

/** Names and addresses as people sort them. */
function byNumber(a: string, b: string): number {
  return collator.compare(a, b)
}
