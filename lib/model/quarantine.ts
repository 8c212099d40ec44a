import type { Batch, Lane } from './batch.js'
import type { Flow } from './flow.js'
import type { Report } from './report.js'

/** The switch or the database looked at a batch and said no: nothing of it was made, and it is no use repeating it. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
}

/** What one change of a batch makes of a flow or a report, `key` as in Flow or of `reportKey`. */
export interface Part {
  readonly key: string
  /** Of `flowContent` or `reportContent`. */
  readonly content: string
}

/** A change that is refused even alone; plans leave it out while the same is desired. */
export interface Quarantined extends Part {
  readonly lane: Lane
  readonly reason: string
  /** Goes into the next plan again, to see whether it is taken now. */
  readonly isDue: boolean
}

/** A rejected batch, of which ever smaller parts are tried until the changes that are refused stand alone. */
export interface Search {
  /** How many changes the next batch takes at most. */
  readonly largest: number
  /** Keys of its changes that were neither made nor put into quarantine. */
  readonly suspects: readonly string[]
}

/** Undefined: the flow goes. */
export function flowContent(flow: Flow | undefined): string {
  return flow === undefined ? '' : [flow.cookie, flow.extras ?? '', flow.actions].join(' ')
}

/** Undefined: the report goes. */
export function reportContent(report: Report | undefined): string {
  return report === undefined ? '' : `= ${report.value}`
}

/** What a batch changes, change by change; null where that can't be told apart. */
export function partsOf(batch: Batch): readonly Part[] | null {
  switch (batch.kind) {
    case 'config':
      return null
    case 'rows':
      return batch.reports
    case 'flows':
      return [
        ...batch.remove.map(({ key }) => ({ key, content: flowContent(undefined) })),
        ...batch.add.map((flow) => ({ key: flow.key, content: flowContent(flow) })),
      ]
  }
}
