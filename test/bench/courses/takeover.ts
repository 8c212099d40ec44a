import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../../../adapters/unixctl/ask.js'
import type { Status } from '../../../lib/status.js'
import { type Daemon, OURS, startDaemon } from '../../support/daemon.js'
import type { Course } from '../course.js'
import { finding } from '../findings.js'
import { longestStartMs, type Rig, withRig } from '../rig.js'
import { sizeOf } from '../world.js'

const macs = 100_000
const pollMs = 5

export const takeover: Course = {
  name: 'takeover',
  about: 'of two daemons with 100,000 MACs the active one is killed, and the other goes on',
  takes: { full: 150, quick: 60 },
  run: async (bench) => {
    await withRig(sizeOf(macs), async (rig) => {
      const { recorder } = rig.sandbox
      let active = await started(rig)
      await until(active, ({ role, isInSync }) => role === 'active' && isInSync)
      let commands = 0
      const lockedMs: number[] = []
      const timesMs: number[] = []
      for (let round = 0; round < bench.rounds(5); round++) {
        const standby = await started(rig)
        const { entry } = await statusOf(active)
        await until(standby, (status) => status.role === 'standby' && status.entry === entry && isHot(status))
        const before = (await recorder.changingCommands()).length
        // it has derived what it read
        await pause(1_000)
        const killedMs = performance.now()
        await active.daemon.kill()
        await until(standby, ({ role }) => role === 'active')
        lockedMs.push(performance.now() - killedMs)
        await until(standby, ({ role, isInSync }) => role === 'active' && isInSync)
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

/** One of the two, and where it is asked. */
interface Half {
  readonly daemon: Daemon
  readonly socket: string
}

async function started({ owner, sandbox }: Rig): Promise<Half> {
  const daemon = await startDaemon(
    owner,
    OURS,
    ['--standby', sandbox.bridge],
    sandbox.daemonEnv,
    longestStartMs,
  )
  return { daemon, socket: join(sandbox.directory, `ovs-vtep.${daemon.pid}.ctl`) }
}

async function statusOf({ socket }: Half): Promise<Status> {
  return JSON.parse(await ask(socket, 'status', ['--json'])) as Status
}

function isHot({ knowledge }: Status): boolean {
  return Object.values(knowledge).every((one) => one === 'current')
}

async function until(half: Half, isSo: (status: Status) => boolean): Promise<void> {
  const endMs = performance.now() + longestStartMs
  for (;;) {
    // one that is busy may not answer in time
    const status = await statusOf(half).catch(() => null)
    if (status !== null && isSo(status)) return
    if (performance.now() > endMs) throw new Error(`not so after ${longestStartMs / 1000} s`)
    await pause(pollMs)
  }
}
