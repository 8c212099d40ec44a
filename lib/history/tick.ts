/** Kinds of moments that have a lane of their own. */
export const laneNames = ['plans', 'restarts'] as const
export type LaneName = (typeof laneNames)[number]

/** What a timeline needs to know of an entry. */
export interface Tick {
  readonly seq: number
  readonly atMs: number
  /** Rows that it changes. */
  readonly rows: number
  readonly lane: LaneName | null
}
