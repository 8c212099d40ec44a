import { hasCode } from '../../adapters/error-code.js'
import type { DaemonMetrics } from '../../adapters/metrics/daemon-metrics.js'
import type { MetricsAddress } from '../../adapters/metrics/metrics-server.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import { hostAndPort } from '../../lib/model/address.js'

const log = vlog.module('metrics')

/** Metrics that are served from now on; null: none are wanted. Throws an Error in one line where they can't be. */
export async function openMetrics(at: MetricsAddress | null): Promise<DaemonMetrics | null> {
  if (at === null) return null
  // who wants none need not read the library
  const { DaemonMetrics } = await import('../../adapters/metrics/daemon-metrics.js')
  const { serveMetrics } = await import('../../adapters/metrics/metrics-server.js')
  const metrics = new DaemonMetrics()
  try {
    log.info(`served at ${await serveMetrics(at, () => metrics.text())}`)
  } catch (error) {
    const where = at.kind === 'unix' ? `unix:${at.path}` : hostAndPort(at.host, at.port)
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`--metrics ${where}: ${hasCode(error, 'EADDRINUSE') ? 'in use' : reason}`, {
      cause: error,
    })
  }
  return metrics
}
