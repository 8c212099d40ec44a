import { Follower } from '../../journal/follower.js'
import { removeLeftSockets } from '../../adapters/left-sockets.js'
import { rundir } from '../../adapters/paths.js'
import { begun } from '../../adapters/switch/begun-watch.js'
import { watchFlows } from '../../adapters/switch/flow-watch.js'
import type { Arguments } from './asked.js'
import { checkUsable } from './check-usable.js'
import { close, connectOvs, connectVtep } from '../databases.js'
import { openMetrics } from './metrics.js'
import { lockOf, startStandby } from './pair.js'
import { type Daemon, startAlone } from './switch-daemon.js'

/** Throws an Error in one line when the configuration is unusable; nothing was changed then. */
export async function startDaemon(options: Arguments): Promise<Daemon> {
  void removeLeftSockets(rundir())
  // the switch says its flows while the database says its rows
  const flows = begun(watchFlows(options.physicalSwitch, options.auditIntervalSeconds * 1000))
  const lock = options.isStandby ? lockOf(options.physicalSwitch) : null
  const ovs = await connectOvs(options.db, options.access, lock)
  // what stands in the journal is as good as what a standby reads of it; it is opened when nothing speaks against starting
  const follower = new Follower(options.journal)
  const vtep = await connectVtep(options.vtepDb, options.access, true, () => {
    follower.read()
    // by turns with what the switch says
    setImmediate(() => follower.core.derived())
  })
  await checkUsable(options.physicalSwitch, vtep.contents.tables, ovs.contents.tables)
  const databases = { vtep: vtep.database, ovs: ovs.database }
  const metrics = await openMetrics(options.metrics)
  const start = options.isStandby ? startStandby : startAlone
  const daemon = await start(options, databases, { flows, follower }, metrics)
  metrics?.showStatus(() => daemon.status())
  const { ready, settled, ended } = daemon
  return {
    ready,
    settled,
    ended: ended.finally(() => close(databases)),
    status: () => daemon.status(),
    stop: (reason, isCleanup) => daemon.stop(reason, isCleanup),
    retry: () => daemon.retry(),
    aclHits: () => daemon.aclHits(),
  }
}
