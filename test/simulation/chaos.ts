import { isOwnCookie } from '../../lib/model/identity.js'
import { act, kinds } from '../support/steps.js'
import { cookieIn } from './switch.js'
import type { World } from './world.js'

/** Stations are learned only where all of this came together. */
const toBeLearned = ['addOvsPort', 'addSwitch', 'bind', 'bind', 'learn', 'claim'] as const

/** One thing that a controller, a person or the switch does. */
export function live(world: World): void {
  const { random, database, theSwitch } = world
  const number = () => random.int(1_000)
  const what = random.chance(0.2) ? random.pick(toBeLearned) : random.pick(kinds)
  const step = { what, a: number(), b: number(), c: number() }
  const mac = `00:00:00:00:00:0${1 + (step.b % 3)}`
  if (step.what === 'learn') return theSwitch.learn(step.a, mac)
  if (step.what === 'claim') return theSwitch.claim(step.a, mac, `192.168.0.${1 + (step.c % 3)}`)
  if (step.what === 'forget') return theSwitch.forget(step.a)
  act(step, {
    database,
    fakeSwitch: theSwitch.fake,
    edited: (edit) => {
      edit()
      world.changed('vtep')
    },
    told: () => world.changed('ovs'),
    learned: () => undefined,
    claimed: () => undefined,
    work: () => undefined,
  })
}

/** Of flows and of reports. */
const refusals = [
  /dl_dst=00:00:00:00:00:0[13]/,
  /^table=30,/,
  /reg1=0x[13]/,
  /^tunnel/,
  /^mac/,
  /^port/,
  /^bridge/,
  /./,
]

type Fault = readonly [name: string, make: (world: World) => void]

/** Faults of the world that leave the databases' contents alone. */
export const outages: readonly Fault[] = [
  ['kill', ({ daemon }) => daemon?.kill()],
  ['vtep disconnected', ({ daemon, random }) => daemon?.vtep.disconnect(random.int(5_000))],
  ['ovs disconnected', ({ daemon, random }) => daemon?.ovs.disconnect(random.int(5_000))],
  ['flow monitor ended', ({ daemon }) => daemon?.flows.disconnect(200)],
  ['ovs-vswitchd restarted', (world) => world.stopSwitch()],
  ['vtep stalled', ({ daemon, random }) => daemon?.vtep.channel.stall(random.int(3_000))],
  ['ovs stalled', ({ daemon, random }) => daemon?.ovs.channel.stall(random.int(3_000))],
  ['flow monitor stalled', ({ daemon, random }) => daemon?.flows.channel.stall(random.int(3_000))],
  [
    'disk full',
    ({ disk, clock, random }) => {
      disk.isFull = true
      clock.after(random.int(20_000), () => (disk.isFull = false))
    },
  ],
  [
    'something refused',
    (world) => {
      const refused = (world.refused = world.random.pick(refusals))
      world.refusedBefore.push(refused)
      world.clock.after(world.random.int(200_000), () => {
        if (world.refused === refused) world.refused = null
      })
    },
  ],
  [
    'the wall clock jumps',
    ({ clock, random }) => clock.set(random.pick([-1, 1]) * random.pick([5, 60_000, 3_600_000])),
  ],
  ['journal deleted', ({ disk }) => disk.remove()],
  ['the lock is stolen', ({ lock }) => lock?.steal()],
  ['hangs', ({ anyDaemon, random }) => anyDaemon?.hang(random.int(12_000))],
  ['one of them killed', ({ anyDaemon }) => anyDaemon?.kill()],
]

/** Somebody else at the switch: what is ours and what is not is changed. */
export const intrusions: readonly Fault[] = [
  [
    "another's flow comes",
    ({ oracle, random, theSwitch }) => theSwitch.isUp && oracle.foreign.add(random.int(6)),
  ],
  ["another's flow goes", ({ oracle, random }) => oracle.foreign.remove(random.int(6))],
  ['a flow of ours deleted', (world) => onOwn(world, (flows, key) => flows.delete(key))],
  [
    'a flow of ours changed',
    (world) => onOwn(world, (flows, key, value) => flows.set(key, `${cookieIn(value)} output:99`)),
  ],
  [
    'a flow of ours replaced',
    (world) =>
      onOwn(world, (flows, key) => {
        world.oracle.foreign.note(key)
        flows.set(key, '0x99 drop')
      }),
  ],
  [
    'a flow with our mark',
    (world) =>
      onOwn(world, (flows) =>
        flows.set('table=20,priority=100,dl_dst=00:00:00:00:00:77', '0x5654000000000001 drop'),
      ),
  ],
  [
    'all flows of ours deleted',
    (world) => {
      const { flows } = world.theSwitch.fake
      for (const [key, value] of flows) if (isOwnCookie(cookieIn(value))) flows.delete(key)
      world.theSwitch.changed()
    },
  ],
]

/** As intrusions, in Open_vSwitch. */
export const meddling: readonly Fault[] = [
  [
    'fail_mode changed',
    (world) => {
      if (!world.theSwitch.isUp) return
      world.theSwitch.fake.open()
      world.oracle.foreign.forget()
      world.theSwitch.changed()
      world.changed('ovs')
    },
  ],
  [
    'the bridge deleted and made anew',
    (world) => {
      if (!world.theSwitch.isUp) return
      world.theSwitch.fake.recreate()
      world.oracle.foreign.forget()
      world.theSwitch.changed()
      world.changed('ovs')
    },
  ],
  [
    'the mark of a port of ours lost',
    (world) => {
      const ours = portNames(world).filter((name) => /^(vtep|bfd)-/.test(name))
      if (ours.length > 0) world.theSwitch.fake.unmark(world.random.pick(ours))
      world.changed('ovs')
    },
  ],
  [
    'the marks of the bridge lost',
    (world) => {
      world.theSwitch.fake.unmark(null)
      world.changed('ovs')
    },
  ],
  [
    'a port of ours deleted',
    (world) => {
      const ours = portNames(world).filter((name) => /^(vtep|bfd)-/.test(name))
      if (ours.length > 0) world.theSwitch.fake.deletePort(world.random.pick(ours))
      world.changed('ovs')
    },
  ],
  [
    'ofport -1, then another',
    (world) => {
      const others = portNames(world).filter((name) => /^p\d$/.test(name))
      if (others.length === 0) return
      const name = world.random.pick(others)
      const give = (ofport: -1 | null) => {
        world.theSwitch.fake.renumber(name, ofport)
        world.changed('ovs')
      }
      give(-1)
      world.later(world.random.int(3_000), () => give(null))
    },
  ],
]

function portNames({ theSwitch }: World): string[] {
  return theSwitch.fake
    .contents()
    .flatMap((update) => (update.table === 'Port' ? [update.row?.name ?? ''] : []))
}

function onOwn(
  { theSwitch, random }: World,
  change: (flows: Map<string, string>, key: string, value: string) => void,
): void {
  const { flows } = theSwitch.fake
  const own = [...flows].filter(([, value]) => isOwnCookie(cookieIn(value)))
  if (own.length === 0) return
  const [key, value] = random.pick(own)
  change(flows, key, value)
  theSwitch.changed()
}
