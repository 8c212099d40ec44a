import type { Test } from 'tap'
import { replay, verify } from '../../lib/history/verify.js'
import { type Batch, type Lane, lanes } from '../../lib/model/batch.js'
import { type JournalHealth, type Status, statusOf } from '../../lib/words/status.js'
import type { World } from './small-world.js'

/** A switch or a database that refuses a batch whole as soon as one change in it is `isBad`. */
export function workRefused(world: World, isBad: (part: string) => boolean, reason = 'no room'): Batch[] {
  const tried: Batch[] = []
  for (;;) {
    const next = lanes
      .map((lane) => [lane, world.core.plan(lane)] as const)
      .find(([, batch]) => batch !== null)
    if (next?.[1] == null) return tried
    if (tried.length > 100) throw new Error('tried for ever')
    tried.push(next[1])
    runRefused(world, next[0], next[1], isBad, reason)
  }
}

export function runRefused(
  world: World,
  lane: Lane,
  batch: Batch,
  isBad: (part: string) => boolean,
  reason = 'no room',
): void {
  world.record({ type: 'Planned', lane, batch })
  if (partsText(batch).some(isBad)) {
    world.record({ type: 'Failed', lane, reason, retryInMs: 0, isRejected: true })
    return
  }
  const updates = world.executeOnly(batch)
  if (updates.length > 0) world.record({ type: 'OvsUpdated', isCatchUp: false, updates })
  world.record({ type: 'Applied', lane, tookMs: 1 })
}

function partsText(batch: Batch): string[] {
  if (batch.kind === 'config') return []
  return batch.kind === 'flows'
    ? [
        ...batch.remove.map(({ key }) => `without ${key}`),
        ...batch.add.map(({ key, actions }) => `${key} ${actions}`),
      ]
    : batch.reports.map(({ key, content }) => `${key} ${content}`)
}

export const sound: JournalHealth = { file: 'x', trouble: null, held: 0, lost: 0, kept: [] }

/** The same from the same entries, plan by plan, and derived step by step as from scratch. */
export function isSound(t: Test, world: World): void {
  t.strictSame([...verify(world.entries)], [])
  const said = ({ problems, quarantined, isInSync }: Status) => [
    problems.map(({ uuid, reason }) => uuid + reason).sort(),
    quarantined,
    isInSync,
  ]
  t.strictSame(said(statusOf(replay(world.entries), sound)), said(statusOf(world.core, sound)))
}
