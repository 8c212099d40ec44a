const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Calls `stop` (synchronous) when this process ends in any way but SIGKILL, so that no daemon outlives it.
 * Gives the function that withdraws it. The signal keeps its effect: it is raised again afterwards.
 */
export function atProcessEnd(stop: () => unknown): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    withdraw()
    stop()
    process.kill(process.pid, signal)
  }
  const withdraw = (): void => {
    process.off('exit', stop)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
  process.once('exit', stop)
  for (const signal of SIGNALS) process.once(signal, onSignal)
  return withdraw
}
