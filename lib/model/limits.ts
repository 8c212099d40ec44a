/** How much of a switch its rows and stations may take; null: any amount. */
export interface Limits {
  /** Remote MACs of the bound logical switches. */
  readonly macs: number | null
  /** Learned MACs of the switch, and of each of its ports. */
  readonly learned: number | null
  readonly learnedPerPort: number | null
  /** Remote VTEPs. */
  readonly tunnels: number | null
}

export const noLimits: Limits = { macs: null, learned: null, learnedPerPort: null, tunnels: null }

/**
 * So many elements a set or map may have that we are to make sense of. Of a larger one we know one element more than that, which says
 * that it is larger, and nothing is to depend on which.
 */
export const mostElements = 16_384

/** Those that there are, as options of ovs-vtep. */
export function printLimits({ macs, learned, learnedPerPort, tunnels }: Limits): readonly string[] {
  const named = {
    'max-macs': macs,
    'max-learned': learned,
    'max-learned-per-port': learnedPerPort,
    'max-tunnels': tunnels,
  }
  return Object.entries(named).flatMap(([name, most]) => (most === null ? [] : [`--${name}=${most}`]))
}
