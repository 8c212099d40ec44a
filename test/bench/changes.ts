import { setTimeout as pause } from 'node:timers/promises'
import { insert, locator, named, uuid } from '../support/operations.js'
import type { Rig, Watches } from './rig.js'
import { bindOnP1, remoteMac, watchedMac } from './world.js'

/** How long single changes took, from commit to flow, and one `ovs-ofctl` alone soon after each. */
export interface Changes {
  readonly timesMs: readonly number[]
  readonly floorMs: readonly number[]
}

/** So long ours starts the process of its next change: what is measured then would wait for a processor. */
const restMs = 50

let made = 0

/** A MAC behind a VTEP that is known. */
export function oneMac(rig: Rig, watches: Watches, rounds: number): Promise<Changes> {
  const { locatorUuids, switchUuids } = rig.world
  return repeated(rig, watches, rounds, (n) => {
    const mac = watchedMac(n)
    const place = uuid(locatorUuids[n % locatorUuids.length] ?? '')
    return { operations: [remoteMac(mac, switchUuids[n % switchUuids.length] ?? '', place)], shown: mac }
  })
}

/** A VTEP that was not known, with its first MAC. */
export function newRemote(rig: Rig, watches: Watches, rounds: number): Promise<Changes> {
  return repeated(rig, watches, rounds, (n) => {
    const mac = watchedMac(n)
    const vtep = locator(`10.250.${n >> 8}.${n & 255}`, 'vtep')
    return { operations: [vtep, remoteMac(mac, rig.world.switchUuids[0] ?? '', named('vtep'))], shown: mac }
  })
}

/** A logical switch and the first binding of it, a VLAN of port p1. At most 4,094 in one rig. */
export function newSwitch(rig: Rig, watches: Watches, rounds: number): Promise<Changes> {
  let vlan = 0
  return repeated(rig, watches, rounds, (n) => ({
    operations: [
      insert('Logical_Switch', { name: `new${n}`, tunnel_key: 100_000 + n }, 'new'),
      bindOnP1(++vlan, named('new')),
    ],
    shown: String(vlan),
  }))
}

interface Step {
  readonly operations: readonly object[]
  /** What the watch will say. */
  readonly shown: string
}

async function repeated(
  { session, floor }: Rig,
  { flows }: Watches,
  rounds: number,
  next: (n: number) => Step,
): Promise<Changes> {
  const timesMs: number[] = []
  const floorMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { operations, shown } = next(++made)
    await session.transact(operations)
    const committedMs = performance.now()
    timesMs.push((await flows.added.all([shown])) - committedMs)
    await pause(restMs)
    floorMs.push(await floor.oneFlow())
  }
  return { timesMs, floorMs }
}
