import type { DaemonMetrics } from '../../adapters/metrics/daemon-metrics.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import { merge } from 'rxjs'
import { Follower } from '../../journal/follower.js'
import { JournalError } from '../../journal/format.js'
import { Lease } from '../../lib/daemon/lease.js'
import { type Opening, type PairWorld, Standby } from '../../lib/daemon/standby.js'
import type { Databases } from '../databases.js'
import { aclCounts } from './acl-counts.js'
import type { Arguments } from './asked.js'
import { keeperOf, refuseOther } from './journal-of.js'
import type { Begun, Daemon } from './switch-daemon.js'
import { beginHere } from './term-here.js'

const log = vlog.module('standby')

/** The lock of a switch in the server of Open_vSwitch: an <id> of RFC 7047, another for each name. */
export function lockOf(physicalSwitch: string): string {
  const escaped = Buffer.from(physicalSwitch)
    .toString('latin1')
    .replace(/[^A-Za-z0-9]/g, (byte) => `_${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
  return `ovs_vtep_${escaped}`
}

/**
 * Starts one of two daemons for a switch; `databases` has asked for the lock. Throws an Error when the lock is ours and the journal
 * is somebody's who does not take part.
 */
export async function startStandby(
  options: Arguments,
  databases: Databases,
  { flows, follower }: Begun,
  metrics: DaemonMetrics | null,
): Promise<Daemon> {
  const { vtep, ovs } = databases
  const elapsedMs = () => performance.now()
  const lease = new Lease({ isHeld$: ovs.isHeld$, barrier: () => ovs.session.barrier(), elapsedMs })
  const world: PairWorld<Follower> = {
    physicalSwitch: options.physicalSwitch,
    isHeld$: ovs.isHeld$,
    intake$: merge(vtep.intake$, ovs.intake$),
    flows,
    elapsedMs,
    follow: () => new Follower(options.journal),
    refuseOther: (core) => refuseOther(options, core),
    open: (followed, isDue) => opened(options, followed, isDue),
    begin: (beginning) => beginHere(options, beginning, databases, flows, metrics, lease),
    info: (text) => log.info(text),
    warn: (text) => log.warn(text),
  }
  const pair = new Standby(world, follower)
  await pair.start()
  return {
    ready: pair.ready,
    settled: pair.settled,
    ended: pair.ended,
    status: () => pair.status(),
    stop: (reason, isCleanup) => pair.stop(reason, isCleanup),
    retry: () => pair.retry(),
    aclHits: async () => {
      if (pair.term === null) throw new Error('a standby asks the switch nothing: ask the active one')
      return aclCounts(pair.term.core, flows)
    },
  }
}

function opened(options: Arguments, followed: Follower, isDue: boolean): Opening {
  const journal = keeperOf(options)
  try {
    const core = journal.open(followed.fold, followed.reached, isDue)
    refuseOther(options, core)
    return { core, journal }
  } catch (error) {
    if (!(error instanceof JournalError) || error.trouble !== 'locked') throw error
    return { heldBy: error.message }
  }
}
