import { setTimeout as pause } from 'node:timers/promises'
import type { Status } from '../../../lib/words/status.js'
import { type Daemon, OURS, startDaemon } from '../../support/daemon.js'
import type { Course } from '../course.js'
import { finding } from '../findings.js'
import { longestStartMs, type Rig, statusOf, untilStatus, withRig } from '../rig.js'
import { sizeOf } from '../world.js'

const macs = 100_000

export const takeover: Course = {
  name: 'takeover',
  about: 'of two daemons with 100,000 MACs the active one is killed, and the other goes on',
  takes: { full: 150, quick: 60 },
  run: async (bench) => {
    await withRig(sizeOf(macs), async (rig) => {
      const { recorder } = rig.sandbox
      let active = await started(rig)
      await untilStatus(rig, active, ({ role, isInSync }) => role === 'active' && isInSync)
      let commands = 0
      const lockedMs: number[] = []
      const timesMs: number[] = []
      for (let round = 0; round < bench.rounds(5); round++) {
        const standby = await started(rig)
        const { entry } = await statusOf(rig, active)
        await untilStatus(
          rig,
          standby,
          (status) => status.role === 'standby' && status.entry === entry && isHot(status),
        )
        const before = (await recorder.changingCommands()).length
        // it has derived what it read
        await pause(1_000)
        const killedMs = performance.now()
        await active.kill()
        await untilStatus(rig, standby, ({ role }) => role === 'active')
        lockedMs.push(performance.now() - killedMs)
        await untilStatus(rig, standby, ({ role, isInSync }) => role === 'active' && isInSync)
        timesMs.push(performance.now() - killedMs)
        commands += (await recorder.changingCommands()).length - before
        active = standby
      }
      bench.found(
        finding({
          row: 'takeover-lock',
          what: 'active one of two daemons killed with 100,000 MACs → the other is active',
          unit: 'ms',
          goal: '≤ 1,000',
          ours: lockedMs,
          isMet: (us) => us.max <= 1_000,
        }),
        finding({
          row: 'takeover',
          what: '… → all was looked at, and is in sync',
          unit: 'ms',
          goal: '≤ 1,000',
          ours: timesMs,
          isMet: (us) => us.median <= 1_000,
        }),
        finding({
          row: 'takeover-commands',
          what: 'commands that change anything, in those',
          unit: 'commands',
          goal: '0',
          ours: [commands],
          isMet: (us) => us.max === 0,
        }),
      )
    })
  },
}

function started({ owner, sandbox }: Rig): Promise<Daemon> {
  const list = ['--standby', sandbox.bridge]
  return startDaemon(owner, OURS, list, sandbox.daemonEnv, longestStartMs)
}

function isHot({ knowledge }: Status): boolean {
  return Object.values(knowledge).every((one) => one === 'current')
}
