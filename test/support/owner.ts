import type { Owner } from './ovs.js'

/** An owner outside tap. `end` stops what it owns, the last started first; a failing stop does not spare the others. */
export function createOwner(): Owner & { end(): Promise<void> } {
  const stops: (() => Promise<void>)[] = []
  return {
    teardown: (stop) => void stops.push(stop),
    end: async () => {
      const failures: unknown[] = []
      for (const stop of stops.splice(0).reverse()) {
        await stop().catch((error: unknown) => failures.push(error))
      }
      if (failures.length > 0) throw new AggregateError(failures, 'could not stop everything')
    },
  }
}
