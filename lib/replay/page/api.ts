import type { Uuid } from '../../model/uuid.js'
import type { Comparison } from '../compare.js'
import type { Fact } from '../explanation-text.js'
import type { TimelineView } from './timeline.js'

/** What the page asks of its server: path → answer. All of it is read only; `at` is a position, see `positionAt`. */
export interface Answers {
  readonly '/api/overview': Overview
  /** `from`, `to` in ms, both or none; `width` buckets. */
  readonly '/api/timeline': TimelineView
  readonly '/api/entry': EntryView
  readonly '/api/scene': SceneView
  /** `find`: text; `of`: UUID of a logical switch. */
  readonly '/api/macs': MacsView
  /** `filter`: text; `which`: desired or installed. */
  readonly '/api/flows': FlowsView
  /** `about`: as Subject. */
  readonly '/api/explain': ExplainView
  /** `to`: a second position. */
  readonly '/api/difference': DifferenceView
  readonly '/api/status': { readonly lines: readonly string[] }
  /** `words`, `direction`: the entry found. */
  readonly '/api/search': { readonly seq: number | null }
}

export interface Overview {
  readonly file: string
  /** Numbers of the first and last entry; both 0 where there is none. */
  readonly first: number
  readonly last: number
  /** What a link to this page needs. */
  readonly token: string
  /** Why the journal can't be followed any more; null: it can. */
  readonly trouble: string | null
  /** The last entry says that the daemon stopped. */
  readonly isEnded: boolean
}

/** What is pushed: the journal has grown, was begun anew or compacted, can't be read, can be read again. */
export interface News extends Pick<Overview, 'first' | 'last' | 'trouble' | 'isEnded'> {
  /** Grows by one when another file stands in its place. */
  readonly generation: number
  /** How much of it the timeline knows, 0 to 1. */
  readonly known: number
}

export interface EntryLine {
  readonly seq: number
  readonly atMs: number
  readonly type: string
  readonly text: string
}

/** One entry, without what only the state says. */
export interface EntryView extends EntryLine {
  /** Some entries before and after it, and itself. */
  readonly around: readonly EntryLine[]
  /** What it changes in flows, a line each, where it is no plan. */
  readonly lines: readonly string[]
  /** A plan as lines for a shell. */
  readonly commands: readonly string[]
  /** How the plan ended; null: it plans none, or nobody knows. */
  readonly outcome: (EntryLine & { readonly hasFailed: boolean; readonly tookMs: number | null }) | null
  /** Whose outcome it is; null: it is none. */
  readonly plan: EntryLine | null
}

export interface RowView {
  readonly table: string
  readonly uuid: Uuid
  /** What it is called, see Names. */
  readonly name: string
  /** Texts of JSON, with rows called by their names; null: no such row on that side. Columns that stay as they are have both the same. */
  readonly columns: readonly {
    readonly name: string
    readonly before: string | null
    readonly after: string | null
  }[]
  readonly how: 'insert' | 'modify' | 'delete'
}

/** The switch after an entry, as it is drawn. Names within a list are unique but for what a controller did wrong. */
export interface SceneView {
  readonly seq: number
  readonly switch: string
  readonly phase: string
  readonly tunnelIps: readonly string[]
  readonly faults: readonly string[]
  readonly flows: number | null
  readonly ports: readonly {
    readonly name: string
    readonly faults: readonly string[]
    readonly bindings: readonly { readonly vlan: number; readonly to: Uuid | null; readonly name: string }[]
  }[]
  readonly switches: readonly {
    readonly uuid: Uuid
    readonly name: string
    readonly vni: number | null
    readonly local: number
    readonly remote: number
    /** Remote end points of its MACs, and how many are there. */
    readonly at: readonly { readonly ip: string; readonly macs: number }[]
  }[]
  readonly remotes: readonly {
    readonly ip: string
    readonly local: string | null
    readonly bfd: Readonly<Record<string, string>>
    readonly macs: number
  }[]
  /** What the entry changed. */
  readonly lit: Lit
  readonly rows: readonly RowView[]
  readonly rowsLeftOut: number
}

export interface Lit {
  readonly ports: readonly string[]
  readonly switches: readonly Uuid[]
  readonly remotes: readonly string[]
}

export interface MacsView {
  readonly total: number
  readonly shown: readonly {
    readonly mac: string
    readonly switch: Uuid
    readonly name: string
    readonly port: string | null
    readonly vlan: number | null
    readonly at: readonly string[]
  }[]
}

export interface FlowsView {
  readonly total: number
  readonly shown: readonly { readonly line: string; readonly key: string; readonly words: string }[]
}

export interface ExplainView {
  readonly total: number
  readonly shown: readonly { readonly flow: string; readonly facts: readonly Fact[] }[]
}

export interface DifferenceView extends Comparison {
  /** Of rows, desired and installed; the lists may be cut. */
  readonly counts: readonly [number, number, number]
}

/** What a refused or failed request is answered. */
export interface Trouble {
  readonly error: string
}
