import type { Uuid } from '../../model/uuid.js'
import type { ChangeKind } from '../../history/changes/change.js'
import type { Span } from '../../history/changes/spans.js'
import type { Noteworthy } from '../../history/changes/summary.js'
import type { ExplainedFact } from '../../words/explanation-text.js'
import type { Drawing } from './drawing.js'
import type { Mark, TimelineView } from './timeline.js'

/** What the page asks of its server: path → answer. All of it is read only; `at` is a position, see `positionAt`. */
export interface Answers {
  readonly '/api/overview': Overview
  /** `from`, `to` in ms, both or none; `width` parts; `words`, `kinds`: as of changes, marked as hits. */
  readonly '/api/timeline': MarkedTimeline
  /** `words`: a predicate; `kinds`: names with commas; `from`, `count`: which of those found; `at`: whose place is told. */
  readonly '/api/changes': ChangesView
  /** The next change that is found from `at` on, else the one at the other end; `direction`. */
  readonly '/api/next': { readonly seq: number | null }
  readonly '/api/entry': EntryView
  /** `focus`, `find`, `by`, `most`: see DrawingWish. */
  readonly '/api/scene': SceneView
  /** `find`: text; `of`: UUID of a logical switch. */
  readonly '/api/macs': MacsView
  /** `filter`: text; `which`: desired or installed. */
  readonly '/api/flows': FlowsView
  /** `about`: as Subject. */
  readonly '/api/subject': SubjectView
  readonly '/api/explain': ExplainView
  /** `without`: an entry. */
  readonly '/api/what-if': WhatIfView
  /** `to`: a second position. */
  readonly '/api/difference': DifferenceView
  /** `to`: a second position; `bad`: a predicate of states. */
  readonly '/api/bisect': { readonly seq: number; readonly looked: number }
  /** Of several journals together; `words`: as of changes. */
  readonly '/api/fleet': FleetView
  readonly '/api/status': { readonly lines: readonly string[] }
}

/** One switch of several. */
export interface FleetSwitch {
  readonly name: string
  /** Where its own page stands. */
  readonly base: string
  readonly trouble: string | null
  readonly isRead: boolean
  /** How many of its changes were asked for, and how much later than elsewhere the first of them was. */
  readonly sighting: string
  readonly noteworthy: readonly string[]
}

export interface FleetLine extends ChangeLine {
  /** Of the switch. */
  readonly name: string
  readonly base: string
}

export interface FleetView {
  readonly switches: readonly FleetSwitch[]
  /** Changes found, of which the newest are told. */
  readonly total: number
  readonly lines: readonly FleetLine[]
  readonly mistake: string | null
}

/**
 * How a journal goes on. `written`: a process has it open for writing; `stopped`: its last entry says that the daemon stopped; `left`: no
 * process writes it, and nothing says why: the daemon was killed, or this is a copy; `unknown`: the machine does not tell.
 */
export type Course = 'written' | 'stopped' | 'left' | 'unknown'

/** How a journal goes on, for its reader. */
export function courseText(course: Course, lastText: string): string {
  const last = lastText === '' ? '' : ` ${lastText}`
  switch (course) {
    case 'written':
      return 'live'
    case 'stopped':
      return `stopped${last}`
    case 'left':
      return `no daemon writes it, last${last === '' ? ': nothing' : last}`
    case 'unknown':
      return `last${last === '' ? ': nothing' : last}`
  }
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
  readonly course: Course
  /** When the last entry was recorded. */
  readonly lastMs: number | null
  readonly summary: readonly Noteworthy[]
  readonly counts: Readonly<Record<ChangeKind, number>>
}

/** `hits`: changes that are found, by parts. */
export interface MarkedTimeline extends TimelineView {
  readonly spans: readonly Span[]
  readonly hits: readonly Mark[]
}

export interface ChangeLine {
  /** Among all changes. */
  readonly place: number
  readonly seq: number
  readonly atMs: number
  readonly kind: ChangeKind
  readonly kindName: string
  readonly tone: 'bad' | 'warm' | 'good' | 'noted' | 'plain'
  readonly text: string
  /** In words. */
  readonly writer: string | null
  readonly outcome: string
}

export interface ChangesView {
  /** How many are found, of how many. */
  readonly total: number
  readonly all: number
  /** Where among those found the lines begin. */
  readonly from: number
  readonly lines: readonly ChangeLine[]
  /** Where among those found the change is that `at` belongs to, or the last before it; -1: it is before all. */
  readonly here: number
  /** Those of which only states can tell, and that were not looked at yet. */
  readonly open: number
  /** What can't be read of the words; null: all can. */
  readonly mistake: string | null
}

/** One thing, and what it was, the latest last; text null: it went. */
export interface Track {
  readonly name: string
  readonly values: readonly { readonly seq: number; readonly atMs: number; readonly text: string | null }[]
}

export interface SubjectView {
  readonly about: string
  /** How many changes were about it. */
  readonly total: number
  readonly tracks: readonly Track[]
  /** The latest first. */
  readonly changes: readonly ChangeLine[]
}

/** Plans that would have been others. */
export interface WhatIfView {
  readonly total: number
  readonly plans: readonly {
    readonly seq: number | null
    readonly recorded: string
    readonly instead: string
  }[]
}

/** What is pushed: the journal has grown, was begun anew or compacted, can't be read, can be read again. */
export interface News extends Pick<Overview, 'first' | 'last' | 'lastMs' | 'trouble' | 'course'> {
  /** Grows by one when another file stands in its place. */
  readonly generation: number
  /** How much of it has been read for timeline and changes, 0 to 1. */
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
  /** What it is part of, and the entries of that; null: it stands alone, or was not read yet. */
  readonly change: ChangeLine | null
  readonly parts: readonly EntryLine[]
  /** What the change is about, to be asked about. */
  readonly about: readonly string[]
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
  /** With rows called by their names; null: no such row on that side. Columns that stay as they are have both the same. */
  readonly columns: readonly {
    readonly name: string
    readonly before: string | null
    readonly after: string | null
  }[]
  readonly how: 'insert' | 'modify' | 'delete'
}

/** The switch after an entry, as it is drawn. */
export interface SceneView {
  readonly seq: number
  readonly switch: string
  readonly phase: string
  readonly tunnelIps: readonly string[]
  readonly faults: readonly string[]
  readonly flows: number | null
  readonly drawing: Drawing
  /** What the picture is narrowed down to, by its name. */
  readonly focusName: string | null
  /** Of a remote VTEP that it is narrowed down to. */
  readonly tunnel: readonly (readonly [string, string])[]
  readonly rows: readonly RowView[]
  readonly rowsLeftOut: number
}

export interface MacsView {
  readonly total: number
  readonly shown: readonly {
    readonly mac: string
    /** IP addresses that it claims here, or that the controller says it has. */
    readonly addresses: readonly string[]
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
  readonly shown: readonly { readonly flow: string; readonly facts: readonly ExplainedFact[] }[]
}

export interface FlowDifferenceView {
  readonly key: string
  /** What it means now, or meant where it is gone. */
  readonly words: string
  /** Where it is another: what it meant before. */
  readonly wordsBefore: string | null
  readonly before: string | null
  readonly after: string | null
}

export interface DifferenceView {
  readonly rows: readonly RowView[]
  readonly desired: readonly FlowDifferenceView[]
  readonly installed: readonly FlowDifferenceView[]
  /** Of rows, desired and installed; the lists may be cut. */
  readonly counts: readonly [number, number, number]
}

/** What a refused or failed request is answered. */
export interface PageTrouble {
  readonly error: string
}
