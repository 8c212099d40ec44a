import type { Limits } from './limits.js'

/** What the core needs of the command line; recorded, so that a replay derives what the daemon derived. */

export interface Settings {
  /** Name of the Physical_Switch row and of the bridge. */
  readonly physicalSwitch: string
  /** How long after its last frame a learned MAC is forgotten, 1 to 65535. */
  readonly macAgingSeconds: number
  /** Missing: none. */
  readonly limits?: Limits
  /** Known VNIs are taken from any VTEP, not only from those that rows name; missing: no. */
  readonly acceptsAnyPeer?: true
  /** Requests for known IP addresses don't go to everybody; missing: they do. */
  readonly suppressesArp?: true
  /** `pipelineVersion` of the program that plans; missing: it did not say, and no departures were noted. */
  readonly pipeline?: number
}
/** Where knowledge comes from: the two databases, and the switch's flow tables. */

export type Source = 'vtep' | 'ovs' | 'flows'
