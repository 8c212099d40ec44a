import t, { type Test } from 'tap'

import { isSound, sound, workRefused } from '../support/refusing.js'
import { bound, type World } from '../support/small-world.js'
import { statusOf } from '../../lib/words/status.js'

const full = 'OFPFMFC_TABLE_FULL'

const denied = (port: number) => ({
  sequence: port,
  direction: 'ingress',
  action: 'deny',
  ethertype: '0x0800',
  protocol: 6,
  dest_port_min: port,
  dest_port_max: port,
})

/** An ACL that denies some ports of TCP, bound at an untagged port of a switch. */
function guarded(ports: readonly number[]): { world: World; acl: string; entries: string[] } {
  const { world } = bound()
  world.work()
  const entries = ports.map((port) => world.insert('ACL_entry', denied(port)))
  const acl = world.insert('ACL', { acl_name: 'guard', acl_entries: entries.toSorted() })
  bindAcl(world, [0, acl])
  return { world, acl, entries }
}

function bindAcl(world: World, ...bindings: readonly (readonly [number, string])[]): void {
  world.edit((tables) => {
    for (const [uuid, row] of tables.Physical_Port)
      if (row['name'] === 'p0') tables.Physical_Port.set(uuid, { ...row, acl_bindings: bindings })
  })
}

const portIs = (port: number) => (part: string) => part.includes(`tp_dst=${port} `)
const never = (): boolean => false

/** The ports of TCP that the switch itself has an entry for, and whether the ACL is asked there. */
function installed(world: World): { ports: number[]; isAsked: boolean; isOpen: boolean } {
  const keys = [...world.fakeSwitch.flows.keys()]
  const found = keys.flatMap((key) => /^table=5,.*tp_dst=(\d+)/.exec(key)?.[1] ?? [])
  return {
    ports: found.map(Number).sort((a, b) => a - b),
    isAsked: keys.includes('table=10,priority=200,reg0=0x10000,reg7=0'),
    isOpen: keys.some((key) => key.startsWith('table=0,priority=100,in_port=1,')),
  }
}

function faults(world: World): string[] {
  const columns = ['acl_fault_status', 'acle_fault_status', 'port_fault_status', 'switch_fault_status']
  return (['ACL', 'ACL_entry', 'Physical_Port', 'Physical_Switch'] as const).flatMap((table) =>
    [...world.database.rows(table)].flatMap(([, row]) =>
      columns.flatMap((column) => ((row as Record<string, unknown>)[column] ?? []) as string[]),
    ),
  )
}

function isClosed(t: Test, world: World, said: readonly string[]): void {
  t.strictSame(installed(world), { ports: [], isAsked: true, isOpen: true }, 'no part of it is there')
  t.strictSame(faults(world), said)
  t.notOk(statusOf(world.core, sound).isInSync)
  isSound(t, world)
}

t.test('an ACL of which the switch refuses a flow has none there, and says so', (t) => {
  const { world } = guarded([22, 25, 80, 443])
  workRefused(world, portIs(80), full)
  isClosed(t, world, ['resource_shortage', 'invalid_ACL_binding'])
  t.match(world.problems().join('\n'), /the switch refuses its flows: OFPFMFC_TABLE_FULL/)
  t.equal(statusOf(world.core, sound).quarantined.length, 1, 'one ACL, however many flows')
  t.end()
})

t.test('no part of it is there in between, whatever else is searched', (t) => {
  const { world } = guarded([22, 25, 80, 443])
  const ls = world.insert('Logical_Switch', { name: 'other', tunnel_key: 44 })
  for (let n = 0; n < 9; n++) world.remote(`02:00:00:00:00:0${n}`, ls, '10.2.2.2')
  world.bind('p1', [[10, ls]])
  const seen = new Set<string>()
  workRefused(world, (part) => {
    seen.add(installed(world).ports.join())
    return portIs(80)(part) || part.includes('dl_dst=02:00:00:00:00:03')
  })
  t.strictSame([...seen], [''])
  t.ok([...world.fakeSwitch.flows.keys()].some((key) => key.includes('dl_dst=02:00:00:00:00:04')))
  isClosed(t, world, ['unspecified_fault', 'invalid_ACL_binding', 'unspecified_fault'])
  t.end()
})

t.test(
  'one that was there goes when what it changes to is refused, and comes back when it is changed again',
  (t) => {
    const { world, acl, entries } = guarded([22, 25])
    workRefused(world, never)
    t.strictSame(installed(world).ports, [22, 25])
    const more = world.insert('ACL_entry', denied(80))
    world.change('ACL', acl, { acl_entries: [...entries, more].toSorted() })
    workRefused(world, portIs(80), full)
    isClosed(t, world, ['resource_shortage', 'invalid_ACL_binding'])
    world.change('ACL_entry', entries[0] ?? '', { sequence: 21 })
    workRefused(world, portIs(80), full)
    isClosed(t, world, ['resource_shortage', 'invalid_ACL_binding'])
    world.change('ACL', acl, { acl_entries: entries.toSorted() })
    workRefused(world, portIs(80), full)
    t.strictSame(installed(world).ports, [22, 25])
    t.strictSame(faults(world), [])
    t.ok(statusOf(world.core, sound).isInSync)
    isSound(t, world)
    t.end()
  },
)

t.test('an entry that is changed into what is refused does not stay as it was', (t) => {
  const { world, entries } = guarded([22, 25])
  workRefused(world, never)
  world.change('ACL_entry', entries[0] ?? '', { action: 'permit' })
  workRefused(world, (part) => part.includes('resubmit(,10)') && portIs(22)(part), full)
  isClosed(t, world, ['resource_shortage', 'invalid_ACL_binding'])
  t.end()
})

t.test('what was refused is tried again after a while, whole', (t) => {
  const { world } = guarded([22, 25, 80])
  workRefused(world, portIs(80), full)
  world.record({ type: 'QuarantineDue', lane: 'switch' })
  workRefused(world, portIs(80), full)
  isClosed(t, world, ['resource_shortage', 'invalid_ACL_binding'])
  world.record({ type: 'QuarantineDue', lane: 'switch' })
  workRefused(world, never)
  t.strictSame(installed(world), { ports: [22, 25, 80], isAsked: true, isOpen: true })
  t.strictSame(faults(world), [])
  isSound(t, world)
  t.end()
})

t.test('one that lets nothing pass, and whose flow for that is refused, is dropped all the same', (t) => {
  const { world, entries } = guarded([22, 25])
  world.change('ACL_entry', entries[0] ?? '', { protocol: 300 })
  workRefused(world, (part) => part.startsWith('table=5,'), full)
  t.strictSame(installed(world), { ports: [], isAsked: true, isOpen: true })
  t.strictSame(faults(world), ['invalid_acl', 'invalid_acl_entry', 'invalid_ACL_binding'])
  isSound(t, world)
  t.end()
})

t.test('where the switch refuses that an ACL is asked no frame passes', (t) => {
  const { world } = guarded([22])
  const isSteering = (part: string): boolean => /^table=10,.*reg7=0 /.test(part)
  workRefused(world, isSteering, full)
  t.match(installed(world), { isAsked: false, isOpen: false })
  t.strictSame(faults(world), ['invalid_ACL_binding'])
  t.match(
    world.problems().join('\n'),
    /untagged frames are dropped, for the switch refuses that an ACL is asked/,
  )
  isSound(t, world)
  bindAcl(world)
  workRefused(world, isSteering, full)
  t.match(installed(world), { isAsked: false, isOpen: true }, 'without an ACL')
  t.strictSame(faults(world), [])
  isSound(t, world)
  t.end()
})
