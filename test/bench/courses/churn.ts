import { setTimeout as pause } from 'node:timers/promises'
import { uuid } from '../../support/operations.js'
import { usageOf } from '../processes.js'
import { startWatches, type Emulator, type Rig } from '../rig.js'
import { move, remoteMac, rowsOfMacs, watchedMac } from '../world.js'

export interface Churned {
  /** Row changes that were committed and installed, a second. */
  readonly rate: number
  /** From commit to flow of one MAC in each transaction. */
  readonly latenciesMs: readonly number[]
  /** Resident memory each second. */
  readonly residentMb: readonly number[]
}

/** The goal's own rate, with a bit to spare. */
const changesASecond = 10_500
const changesATransaction = 525
const firstMarker = 0x2_0000

/**
 * MACs move from one remote VTEP to another, transaction after transaction, as fast as the goal asks or as the
 * database takes it; with each comes a MAC that is watched.
 */
export async function churn(rig: Rig, ours: Emulator, seconds: number): Promise<Churned> {
  const { session, world } = rig
  const { flows } = await startWatches(rig)
  const rows = await rowsOfMacs(session)
  const committed = new Map<string, number>()
  const residentMb: number[] = []
  const startedMs = performance.now()
  let changes = 0
  for (let n = 0; performance.now() < startedMs + seconds * 1_000; n++) {
    const marker = watchedMac(firstMarker + n)
    const moves = Array.from({ length: changesATransaction - 1 }, () => {
      const row = rows[changes++ % rows.length] ?? ''
      return move(row, world.locatorUuids[(n + changes) % world.remotes] ?? '')
    })
    changes++
    const place = uuid(world.locatorUuids[0] ?? '')
    await session.transact([...moves, remoteMac(marker, world.switchUuids[0] ?? '', place)])
    committed.set(marker, performance.now())
    if (performance.now() > startedMs + residentMb.length * 1_000)
      residentMb.push(usageOf(ours.daemon.pid).residentMb)
    await pause(startedMs + (changes / changesASecond) * 1_000 - performance.now())
  }
  const lastMs = await flows.added.all([...committed.keys()])
  await ours.untilInSync()
  const latenciesMs: number[] = []
  for (const [marker, atMs] of committed) latenciesMs.push((await flows.added.all([marker])) - atMs)
  return { rate: changes / ((lastMs - startedMs) / 1_000), latenciesMs, residentMb }
}
