import { setTimeout as pause } from 'node:timers/promises'
import { oneMac } from '../changes.js'
import type { Bench } from '../course.js'
import { finding } from '../findings.js'
import { usageOf } from '../processes.js'
import { startOurs, startWatches, type Rig } from '../rig.js'

/** On an unchanged world; the recorder sees every command. */
export async function restarts(rig: Rig, bench: Bench): Promise<void> {
  const { recorder, daemonEnv } = rig.sandbox
  const before = (await recorder.changingCommands()).length
  const startsMs: number[] = []
  for (let round = 0; round < bench.rounds(3); round++) {
    const { daemon, startMs } = await startOurs(rig, daemonEnv)
    startsMs.push(startMs / 1_000)
    await daemon.stop()
  }
  const commands = (await recorder.changingCommands()).length - before
  bench.found(
    finding({
      row: 'restart',
      what: 'unchanged restart with 100,000 MACs, process start → in sync',
      unit: 's',
      goal: '≤ 3, 0 commands',
      ours: startsMs,
      isMet: (us) => us.median <= 3 && commands === 0,
    }),
    finding({
      row: 'restart-commands',
      what: 'commands that change anything, in those restarts',
      unit: 'commands',
      goal: '0',
      ours: [commands],
      isMet: (us) => us.max === 0,
    }),
  )
}

/** What the daemon does while nothing happens. */
export async function idle(rig: Rig, bench: Bench): Promise<void> {
  const { recorder, daemonEnv } = rig.sandbox
  const { daemon } = await startOurs(rig, daemonEnv, undefined, ['--audit-interval=0'])
  await settled(daemon.pid)
  const commands = (await recorder.commands()).length
  const shares: number[] = []
  for (let window = 0; window < bench.rounds(4); window++) {
    const { cpuMs } = usageOf(daemon.pid)
    await pause(10_000)
    shares.push((usageOf(daemon.pid).cpuMs - cpuMs) / 100)
  }
  const forked = (await recorder.commands()).length - commands
  await daemon.stop()
  bench.found(
    finding(
      {
        row: 'idle',
        what: 'idle with 100,000 MACs, between audits and snapshots',
        unit: '% of a core',
        goal: '< 0.5',
        ours: shares,
        isMet: (us) => us.median < 0.5,
      },
      bench.predecessor,
    ),
    finding({
      row: 'idle-processes',
      what: 'processes started meanwhile',
      unit: 'processes',
      goal: '0',
      ours: [forked],
      isMet: (us) => us.max === 0,
    }),
  )
}

/** Waits for the snapshot to be written that is due after a large change, which takes about a minute, a little each second. */
async function settled(pid: number): Promise<void> {
  for (let quiet = 0, windows = 0; quiet < 4 && windows < 60; windows++) {
    const { cpuMs } = usageOf(pid)
    await pause(3_000)
    quiet = usageOf(pid).cpuMs - cpuMs < 15 ? quiet + 1 : 0
  }
}

const auditEveryS = 5

/** What they cost, and whether they hold up a change. */
export async function audits(rig: Rig, bench: Bench): Promise<void> {
  const { daemon } = await startOurs(rig, rig.sandbox.env, undefined, [`--audit-interval=${auditEveryS}`])
  const watches = await startWatches(rig)
  const rounds = bench.isQuick ? 2 : 5
  const before = usageOf(daemon.pid).cpuMs
  await pause(rounds * auditEveryS * 1_000)
  const auditMs = (usageOf(daemon.pid).cpuMs - before) / rounds
  const timesMs: number[] = []
  const endMs = performance.now() + rounds * auditEveryS * 1_000
  while (performance.now() < endMs) timesMs.push(...(await oneMac(rig, watches, 5)).timesMs)
  await daemon.stop()
  bench.found(
    finding({
      row: 'audit',
      what: 'processor time of an audit of 100,000 flows',
      unit: 'ms',
      goal: '',
      ours: [auditMs],
      isMet: () => true,
    }),
    finding({
      row: 'one-mac-audited',
      what: `one MAC, commit → flow, so loaded and with an audit every ${auditEveryS} s`,
      unit: 'ms',
      goal: 'p99 ≤ 500',
      ours: timesMs,
      isMet: (us) => us.p99 <= 500,
    }),
  )
}
