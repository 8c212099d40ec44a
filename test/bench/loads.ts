import { setTimeout as pause } from 'node:timers/promises'
import { uuid } from '../support/operations.js'
import { churn } from './courses/churn.js'
import type { Emulator, Rig } from './rig.js'
import { remoteMac, watchedMac } from './world.js'

/** Something to do to a daemon that is in sync. */
export type Load = (rig: Rig, ours: Emulator) => Promise<void>

/** What a profile can be made under, by name. */
export const loads: Readonly<Record<string, Load>> = {
  start: async () => undefined,
  /** A start where everything is as it was left. */
  restart: async () => Promise.resolve(),
  idle: async () => pause(30_000),
  changes: async ({ session, world }, ours) => {
    for (let i = 0; i < 500; i++) {
      const place = uuid(world.locatorUuids[0] ?? '')
      await session.transact([remoteMac(watchedMac(i), world.switchUuids[0] ?? '', place)])
      await ours.untilInSync()
    }
  },
  churn: async (rig, ours) => {
    await churn(rig, ours, 15)
  },
}
