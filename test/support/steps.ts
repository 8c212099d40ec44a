import fc from 'fast-check'
import type { ClaimUpdate, LearnedUpdate, OvsRowUpdate, VtepRowUpdate } from '../../lib/model/event.js'
import { parseAddress } from '../../lib/model/address.js'
import { claimKey } from '../../lib/model/claim.js'
import { bindingOf, learnedKey, metadataOf } from '../../lib/model/identity.js'
import { parseMac } from '../../lib/model/mac.js'
import type { EntryColumns } from './acl/evaluator.js'
import { randomEntries } from './acl/generate.js'
import { createRandom } from './differential/random.js'
import type { FakeDatabase } from './fake-database.js'
import type { FakeSwitch } from './fake-switch.js'

/** One thing a controller, a person or the switch does; numbers choose among what is there. */
export interface Step {
  readonly what: (typeof kinds)[number]
  readonly a: number
  readonly b: number
  readonly c: number
}

export const kinds = [
  'addSwitch',
  'deleteSwitch',
  'setKey',
  'setMode',
  'bind',
  'bind',
  'unbind',
  'addMac',
  'addMac',
  'moveMac',
  'deleteMac',
  'setAddress',
  'addGroup',
  'deleteGroup',
  'setTunnelIps',
  'setLocatorKey',
  'addRouter',
  'addRouter',
  'changeRouter',
  'deleteRouter',
  'setArpSource',
  'addAcl',
  'addAcl',
  'changeEntry',
  'changeAcl',
  'deleteAcl',
  'bindAcl',
  'bindAcl',
  'setBfd',
  'reach',
  'breakTunnel',
  'setOther',
  'setOtherSwitch',
  'addOvsPort',
  'deleteOvsPort',
  'learn',
  'forget',
  'claim',
  'claim',
  'disclaim',
  'deleteReport',
  'work',
  'work',
] as const

const number = fc.nat(1000)
export const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...kinds),
  a: number,
  b: number,
  c: number,
})

const groups = ['unknown-dst', 'unknown-dst', '01:00:5e:00:00:05', '11:22:33:44:55:66', '00:00:00:00:00:01']
const macs = ['00:00:00:00:00:01', '00:00:00:00:00:02', 'AA:bb:0:00:00:03', '11:22:33:44:55:66', 'nonsense']
const addresses = ['10.2.2.1', '10.2.2.2', '10.2.2.3', 'fd00::2', 'FD00:0::2', '10.2.2.9', 'flow']
const stations = ['192.168.0.1', '192.168.0.2', '2001:db8::1', 'fe80::1', '', '2001:DB8:0::1', '10.0.0.1/24']
const keys = [null, 0, 33, 33, 44, 16777216]
const vlans = [0, 7, 10, 4095]
type Columns = Readonly<Record<string, string>>
const all = { key: 'flow', remote_ip: 'flow' }
/** Options and marks of other bridges' VXLAN ports. */
const otherPorts: readonly (readonly [Columns, Columns] | null)[] = [
  null,
  [all, { vtep_physical_switch: 'br1', vtep_tunnel_ip: '10.2.2.9' }],
  [
    { ...all, local_ip: '10.2.2.1' },
    { vtep_physical_switch: 'a', vtep_tunnel_ip: '10.2.2.1' },
  ],
  [all, {}],
  [{ key: '33', remote_ip: '10.2.2.2' }, {}],
  [{ remote_ip: '10.2.2.3' }, { vtep_physical_switch: 'br1', vtep_bfd: '10.2.2.3' }],
  [{ remote_ip: '10.2.2.2', key: 'flow', dst_port: '4790' }, {}],
]

/** What steps are made on, and who hears of it. */
export interface Stage {
  readonly database: FakeDatabase
  readonly fakeSwitch: FakeSwitch
  /** Runs an edit of hardware_vtep. */
  edited(edit: () => VtepRowUpdate[]): void
  /** Open_vSwitch has changed. */
  told(updates: readonly OvsRowUpdate[]): void
  learned(update: LearnedUpdate): void
  claimed(update: ClaimUpdate): void
  /** Everything planned is done. */
  work(): void
}

function pick<T>(list: readonly T[], n: number): T | undefined {
  return list[n % list.length]
}

const interfaces = [
  '192.168.0.254/24',
  '10.0.0.1/8',
  '2001:db8::ff/64',
  '192.168.0.1',
  '10.0.0.0/33',
  '192.168.1.1/16',
]
const hops = ['192.168.0.1', '10.9.9.9', '2001:db8::1', '203.0.113.1', 'nowhere', '192.168.0.254']
const subnets = ['0.0.0.0/0', '10.9.0.0/16', '::/0', '2001:DB8::/64', '10.0.0.0/8', '172.16.0.1/12', '']

/** Up to three interfaces and three routes, good and bad ones. */
function routerColumns(switches: readonly string[], a: number, b: number, c: number) {
  const some = <V>(all: readonly string[], value: (i: number) => V | undefined): [string, V][] =>
    [0, 1, 2].slice(0, 1 + (a % 3)).flatMap((i): [string, V][] => {
      const [key, of] = [pick(all, b + i * (1 + (c % 4))), value(i)]
      return key === undefined || of === undefined ? [] : [[key, of]]
    })
  const ascending = <V>(pairs: readonly (readonly [string, V])[]) =>
    [...new Map(pairs)].sort(([x], [y]) => (x < y ? -1 : 1))
  return {
    switch_binding: ascending(some(interfaces, (i) => pick(switches, c + i))),
    static_routes: ascending(some(subnets, (i) => pick(hops, a + b + i))),
  }
}

function aclEntries(a: number, b: number, c: number): readonly Partial<EntryColumns>[] {
  return randomEntries(createRandom(a * 1_000_000 + b * 1000 + c), 1 + (a % 4), b % 5 === 0 ? 0.5 : 0)
}

/** Makes one step. */
export function act({ what, a, b, c }: Step, stage: Stage): void {
  const { database, fakeSwitch } = stage
  const switches = [...database.rows('Logical_Switch').keys()]
  const ports = [...database.rows('Physical_Port').keys()]
  const edit = (change: Parameters<FakeDatabase['edit']>[0]) => stage.edited(() => database.edit(change))
  const change = (table: Parameters<FakeDatabase['put']>[0], uuid: string | undefined, columns: object) =>
    edit((tables) => {
      const row = uuid === undefined ? undefined : tables[table].get(uuid)
      if (uuid !== undefined && row !== undefined) tables[table].set(uuid, { ...row, ...columns })
    })
  const remove = (table: Parameters<FakeDatabase['put']>[0], n: number) => {
    const uuid = pick([...database.rows(table).keys()], n)
    if (uuid !== undefined) edit((tables) => tables[table].delete(uuid))
  }
  const locator = (n: number): string => {
    const dst_ip = pick(addresses, n)
    const tunnel_key = n % 7 === 0 ? 55 : null
    const known = [...database.rows('Physical_Locator')].find(
      ([, row]) => row['dst_ip'] === dst_ip && row['tunnel_key'] === tunnel_key,
    )
    return known?.[0] ?? database.put('Physical_Locator', { dst_ip, tunnel_key })
  }
  const chosen = pick(switches, a)
  switch (what) {
    case 'addSwitch':
      return edit(() => database.put('Logical_Switch', { name: `ls${a}`, tunnel_key: pick(keys, b) }))
    case 'deleteSwitch':
      return remove('Logical_Switch', a)
    case 'setKey':
      return change('Logical_Switch', chosen, { tunnel_key: pick(keys, b) })
    case 'setMode':
      return change('Logical_Switch', chosen, {
        replication_mode: pick([null, 'service_node', 'source_node'], b),
      })
    case 'bind':
    case 'unbind': {
      const port = pick(ports, b)
      const vlan = pick(vlans, c)
      if (chosen === undefined || port === undefined) return
      const old = (database.rows('Physical_Port').get(port)?.['vlan_bindings'] ?? []) as [number, string][]
      const others = old.filter(([bound]) => bound !== vlan)
      const bound = what === 'bind' ? [...others, [vlan, chosen] as [number, string]] : others
      return change('Physical_Port', port, { vlan_bindings: bound.sort(([x], [y]) => x - y) })
    }
    case 'addMac':
      if (chosen === undefined) return
      return edit(() =>
        database.put('Ucast_Macs_Remote', {
          MAC: pick(macs, b),
          logical_switch: chosen,
          locator: locator(c),
          ipaddr: pick(stations, a + c),
        }),
      )
    case 'moveMac':
      return edit((tables) => {
        const uuid = pick([...tables.Ucast_Macs_Remote.keys()], a)
        const row = uuid === undefined ? undefined : tables.Ucast_Macs_Remote.get(uuid)
        const elsewhere =
          c % 4 === 0 && chosen !== undefined ? { logical_switch: chosen } : { locator: locator(b) }
        if (uuid !== undefined) tables.Ucast_Macs_Remote.set(uuid, { ...row, ...elsewhere })
      })
    case 'deleteMac':
      return remove('Ucast_Macs_Remote', a)
    case 'setAddress':
      return change('Ucast_Macs_Remote', pick([...database.rows('Ucast_Macs_Remote').keys()], a), {
        ipaddr: pick(stations, b),
      })
    case 'addGroup':
      if (chosen === undefined) return
      return edit(() => {
        const locators = [...new Set([locator(b), locator(c)])].sort()
        const locator_set = database.put('Physical_Locator_Set', { locators })
        const MAC = pick(groups, a + b)
        database.put('Mcast_Macs_Remote', { MAC, logical_switch: chosen, locator_set })
      })
    case 'deleteGroup':
      return remove('Mcast_Macs_Remote', a)
    case 'setTunnelIps': {
      const [physicalSwitch] = database.rows('Physical_Switch').keys()
      return change('Physical_Switch', physicalSwitch, {
        tunnel_ips: pick(
          [['10.2.2.1'], ['10.2.2.9'], [], ['10.2.2.1', '10.2.2.9'], ['10.2.2.1', 'fd00::9', 'x']],
          a,
        ),
      })
    }
    case 'setLocatorKey':
      return change('Physical_Locator', pick([...database.rows('Physical_Locator').keys()], a), {
        tunnel_key: pick([null, 77, 88, -1], b),
      })
    case 'setBfd':
      change('Tunnel', pick([...database.rows('Tunnel').keys()], a), {
        bfd_params: pick(
          [
            [],
            [['enable', 'true']],
            [
              ['enable', 'true'],
              ['min_rx', '0'],
            ],
          ],
          b,
        ),
        bfd_config_remote: pick([[], [['bfd_dst_mac', '00:00:00:00:00:01']]], c),
      })
      return
    case 'reach':
      stage.told(fakeSwitch.setReachable(pick(addresses, a) ?? '', b % 2 === 0))
      return
    case 'breakTunnel':
      stage.told(fakeSwitch.giveTunnel(a % 2 === 0))
      return
    case 'setOther': {
      const [options, marks] = pick(otherPorts, a) ?? []
      const port =
        options === undefined || marks === undefined
          ? null
          : { options: Object.entries(options).sort(), external_ids: Object.entries(marks).sort() }
      const updates = fakeSwitch.otherPort(pick(['x', 'y'], b) ?? '', port)
      return stage.told(updates)
    }
    case 'setOtherSwitch':
      return edit((tables) => {
        for (const [uuid, row] of tables.Physical_Switch)
          if (row['name'] !== 'br0') tables.Physical_Switch.delete(uuid)
        const tunnel_ips = pick([['10.2.2.1'], ['10.2.2.7', '10.2.2.9']], b)
        const name = pick(['br-x', 'elsewhere'], a)
        if (c % 3 > 0) database.put('Physical_Switch', { name, tunnel_ips })
      })
    case 'addRouter':
      return edit((tables) => {
        const columns = routerColumns([...tables.Logical_Switch.keys()], a, b, c)
        database.put('Logical_Router', { name: `r${a % 3}`, ...columns })
      })
    case 'changeRouter': {
      const columns = routerColumns([...database.rows('Logical_Switch').keys()], a, b, c)
      const { switch_binding, static_routes } = columns
      return change(
        'Logical_Router',
        pick([...database.rows('Logical_Router').keys()], b),
        c % 2 === 0 ? { switch_binding } : { static_routes },
      )
    }
    case 'deleteRouter':
      return remove('Logical_Router', a)
    case 'setArpSource':
      return edit((tables) => {
        const [known] = tables.Arp_Sources_Remote.keys()
        const locator = pick([...tables.Physical_Locator.keys()], b)
        if (c % 3 === 0) tables.Arp_Sources_Remote.delete(known ?? '')
        else if (locator !== undefined)
          database.put('Arp_Sources_Remote', { src_mac: pick(macs, a), locator })
      })
    case 'addAcl':
      return edit(() => {
        const acl_entries = aclEntries(a, b, c).map((entry) => database.put('ACL_entry', entry))
        database.put('ACL', { acl_name: `acl ${a}`, acl_entries: acl_entries.sort() })
      })
    case 'changeEntry': {
      const [entry = {}] = aclEntries(a, b, c)
      const { sequence, direction, action, ...fields } = entry
      const named = c % 3 === 0 ? fields : { sequence, direction, action }
      return change('ACL_entry', pick([...database.rows('ACL_entry').keys()], a), named)
    }
    case 'changeAcl': {
      const all = [...database.rows('ACL_entry').keys()]
      const acl_entries = [...new Set([pick(all, b) ?? '', pick(all, c) ?? ''])].sort()
      if (all.length > 0) change('ACL', pick([...database.rows('ACL').keys()], a), { acl_entries })
      return
    }
    case 'deleteAcl':
      remove('ACL', a)
      return remove('ACL_entry', b)
    case 'bindAcl': {
      const port = pick(ports, a)
      const acl = pick([...database.rows('ACL').keys()], b)
      const old = database.rows('Physical_Port').get(port ?? '')?.['acl_bindings'] ?? []
      const others = (old as [number, string][]).filter(([bound]) => bound !== pick(vlans, c))
      const bound =
        c % 4 === 0 || acl === undefined ? others : [...others, [pick(vlans, c) ?? 0, acl] as const]
      return change('Physical_Port', port, { acl_bindings: bound.toSorted(([x], [y]) => x - y) })
    }
    case 'addOvsPort':
      return stage.told(
        c % 3 === 0
          ? fakeSwitch.setBond(`p${a % 4}`, 2, pick([null, 0, 1], b) ?? null)
          : fakeSwitch.addPort(`p${a % 4}`),
      )
    case 'deleteOvsPort':
      return stage.told(fakeSwitch.deletePort(`p${a % 4}`))
    case 'learn':
    case 'forget': {
      const mac = parseMac(macs[b % 3] ?? '')
      if (chosen === undefined || mac === undefined) return
      const binding = what === 'learn' ? bindingOf(1 + (c % 5), pick(vlans, a) ?? 0) : null
      return stage.learned({ key: learnedKey(metadataOf(chosen), mac), binding })
    }
    case 'claim':
    case 'disclaim': {
      const [mac, address] = [parseMac(macs[b % 3] ?? ''), parseAddress(stations[c % 4] ?? '')]
      if (chosen === undefined || mac === undefined || address === undefined) return
      const claim = what === 'claim' ? { mac, binding: bindingOf(1 + (c % 5), pick(vlans, a) ?? 0) } : null
      return stage.claimed({ key: claimKey(metadataOf(chosen), address), claim })
    }
    case 'deleteReport':
      return remove(a % 2 === 0 ? 'Ucast_Macs_Local' : 'Mcast_Macs_Local', b)
    case 'work':
      return stage.work()
  }
}
