import type { Binding } from '../model/binding.js'
import type { Limits } from '../model/limits.js'
import type { View } from './view/view.js'

/** How many MACs may be learned at a binding; null: any number. */
export type ShareOf = (binding: Binding) => number | null

const unlimited: ShareOf = () => null

/**
 * The switch can limit what one binding learns, so each has its share of what its port and the switch may learn: the same for
 * all, by the next power of two, so that a binding more changes all of them only when their number has doubled. One MAC at least.
 */
export function sharesOf({ learned, learnedPerPort }: Limits, { bindings }: View): ShareOf {
  if (learned === null && learnedPerPort === null) return unlimited
  const atPort = new Map<string, number>()
  let all = 0
  for (const list of bindings.values())
    for (const { port } of list) {
      all++
      atPort.set(port, (atPort.get(port) ?? 0) + 1)
    }
  const share = (most: number | null, among: number) =>
    most === null ? Infinity : Math.max(1, Math.floor(most / powerOfTwo(among)))
  return ({ port }) => Math.min(share(learned, all), share(learnedPerPort, atPort.get(port) ?? 1))
}

/** The lowest that is not below `count`. */
function powerOfTwo(count: number): number {
  return 2 ** (32 - Math.clz32(Math.max(count, 1) - 1))
}
