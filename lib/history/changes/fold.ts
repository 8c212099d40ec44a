import { type Batch, type Lane, lanes } from '../../model/batch.js'
import type { Entry } from '../../model/event.js'
import { cookieOf } from '../../model/identity.js'
import type { State } from '../../model/state.js'
import type { Names } from '../../words/names.js'
import type { Mention } from '../mentions.js'
import type { HistoryChange, ChangeKind, ChangePlan, ChangeWriter } from './change.js'
import { Teller, type ToldEntry } from './teller.js'
import { wordsOf } from './words.js'

/** A change that may still go on. */
export interface OpenChange extends HistoryChange {
  last: number
  kinds: ChangeKind[]
  text: string
  writer: ChangeWriter | null
  plans: ChangePlan[]
  about: readonly string[]
  /** Its place among all. */
  readonly index: number
  readonly moved: readonly string[]
  /** All words by which it is found, in lower case. */
  words: string
}

/** So many causes may wait for a plan; those before them had theirs or need none. */
const mostWaiting = 2_000

interface LaneFold {
  /** Causes that came since the last plan, with the cookies of their rows. */
  waiting: { readonly change: OpenChange; readonly cookies: ReadonlySet<string> }[]
  running: { readonly batch: Batch; readonly changes: readonly OpenChange[] } | null
  last: { readonly batch: Batch; readonly changes: readonly OpenChange[] } | null
  failed: readonly OpenChange[]
}

/**
 * Folds entries, in their order, into changes: a cause, the plans it led to and what came of them. Which cause a plan has the
 * journal does not say; the cookies of its flows name the rows they were made for, and what is left belongs to the last cause before it.
 */
export class ChangesFold {
  readonly #teller: Teller
  #count = 0
  readonly #lanes: Readonly<Record<Lane, LaneFold>> = { switch: newLane(), vtep: newLane() }

  /** `state`: what stood before the first entry. */
  constructor(state: Pick<State, 'vtep' | 'ovs' | 'learned'>) {
    this.#teller = new Teller(state)
  }

  get names(): Names {
    return this.#teller.names
  }

  /** The change that begins with this entry, else those that it carries on, which may be none. */
  add(entry: Entry): { readonly begun: OpenChange | null; readonly continued: readonly OpenChange[] } {
    const { event } = entry
    const { switch: ofSwitch, vtep } = this.#lanes
    const batches = { switch: batchOf(ofSwitch), vtep: batchOf(vtep) }
    if (event.type === 'Started') for (const lane of lanes) this.#lanes[lane].running = null
    const told = this.#teller.tell(entry, batches)
    if (event.type === 'Planned') return this.#planned(entry, event.lane, event.batch)
    if (event.type === 'Applied' || event.type === 'Failed') return this.#ended(entry, event)
    const echoed = told.writer === 'us' ? this.#echoed(event.type === 'OvsUpdated' ? ofSwitch : vtep) : []
    if (echoed.length > 0) return { begun: null, continued: carriedOn(echoed, entry, told) }
    if (!told.isNews) return { begun: null, continued: [] }
    const change = begun(entry, told, this.#count++)
    const cookies = cookiesIn(told.mentions)
    for (const lane of lanes) {
      const { waiting } = this.#lanes[lane]
      waiting.push({ change, cookies })
      if (waiting.length > mostWaiting) waiting.shift()
    }
    return { begun: change, continued: [] }
  }

  #echoed({ running, last }: LaneFold): readonly OpenChange[] {
    return (running ?? last)?.changes ?? []
  }

  #planned(entry: Entry, lane: Lane, batch: Batch): ReturnType<ChangesFold['add']> {
    const fold = this.#lanes[lane]
    const shares = sharesOf(batch, fold)
    fold.waiting = []
    if (shares.size === 0) {
      const own = begun(entry, plannedTold(batch), this.#count++)
      shares.set(own, countsOf(batch))
      this.#run(entry, lane, batch, shares)
      return { begun: own, continued: [] }
    }
    this.#run(entry, lane, batch, shares)
    return { begun: null, continued: [...shares.keys()] }
  }

  #run(entry: Entry, lane: Lane, batch: Batch, shares: ReadonlyMap<OpenChange, Counts>): void {
    for (const [change, { added, removed }] of shares) {
      const { seq } = entry
      change.plans.push({ seq, lane, added, removed, outcome: null, tookMs: null, failure: null })
      change.last = Math.max(change.last, seq)
    }
    this.#lanes[lane].running = { batch, changes: [...shares.keys()] }
    this.#lanes[lane].failed = []
  }

  #ended(
    { seq, event }: Entry,
    end: Extract<Entry['event'], { type: 'Applied' | 'Failed' }>,
  ): ReturnType<ChangesFold['add']> {
    const fold = this.#lanes[end.lane]
    const changes = fold.running?.changes ?? []
    const failure = event.type === 'Failed' ? event.reason : null
    const tookMs = event.type === 'Applied' ? event.tookMs : null
    for (const change of changes) {
      const plan = change.plans.at(-1)
      const at = change.plans.findLastIndex((one) => one.lane === end.lane)
      const ended = change.plans[at] ?? plan
      if (ended === undefined) continue
      change.plans[at] = { ...ended, outcome: seq, tookMs, failure }
      change.last = Math.max(change.last, seq)
      if (failure === null) continue
      if (!change.kinds.includes('failures')) change.kinds.push('failures')
      change.words += ` ${failure.toLowerCase()} failures`
    }
    fold.last = fold.running
    fold.running = null
    fold.failed = failure === null ? [] : changes
    return { begun: null, continued: changes }
  }
}

function newLane(): LaneFold {
  return { waiting: [], running: null, last: null, failed: [] }
}

function batchOf({ running, last }: LaneFold): Batch | null {
  return (running ?? last)?.batch ?? null
}

function begun({ seq, atMs }: Entry, told: ToldEntry, index: number): OpenChange {
  const { words, about } = wordsOf(told)
  const { text, writer, moved } = told
  return { seq, last: seq, atMs, kinds: [...told.kinds], text, writer, plans: [], about, words, index, moved }
}

/** What we wrote is told with what made us write it. */
function carriedOn(changes: readonly OpenChange[], { seq }: Entry, told: ToldEntry): readonly OpenChange[] {
  for (const change of changes) {
    change.last = Math.max(change.last, seq)
    // what we report of a fault says what is wrong with the cause
    if (told.alarms.length > 0) {
      change.kinds = ['faults', ...change.kinds.filter((kind) => kind !== 'faults')]
      change.text = [change.text, ...told.alarms].join('; ')
    }
    change.words += ` ${wordsOf(told).words}`
  }
  return changes
}

interface Counts {
  readonly added: number
  readonly removed: number
}

function countsOf(batch: Batch): Counts {
  if (batch.kind === 'config' && batch.restoration !== null) return countsOf(batch.restoration)
  if (batch.kind === 'flows') return { added: batch.add.length, removed: batch.remove.length }
  return { added: 0, removed: 0 }
}

/** Which causes a batch has, and how much of it is theirs. */
function sharesOf(batch: Batch, { waiting, failed }: LaneFold): Map<OpenChange, Counts> {
  const shares = new Map<OpenChange, Counts>()
  const last = waiting.at(-1)?.change ?? failed.at(-1)
  if (batch.kind !== 'flows') {
    if (last !== undefined) shares.set(last, countsOf(batch))
    return shares
  }
  const byCookie = new Map(waiting.flatMap(({ change, cookies }) => [...cookies].map((one) => [one, change])))
  let rest: Counts = { added: 0, removed: 0 }
  const count = (cookie: string, is: Counts): void => {
    const change = byCookie.get(cookie)
    if (change === undefined) rest = sum(rest, is)
    else shares.set(change, sum(shares.get(change), is))
  }
  for (const { cookie } of batch.add) count(cookie, { added: 1, removed: 0 })
  const added = new Set(batch.add.map(({ key }) => key))
  for (const { key, cookie } of batch.remove) if (!added.has(key)) count(cookie, { added: 0, removed: 1 })
  // the rest follows from what came last of those that have a part in it
  const heir = waiting.findLast(({ change }) => shares.has(change))?.change ?? last
  if (heir !== undefined && rest.added + rest.removed > 0) shares.set(heir, sum(shares.get(heir), rest))
  return shares
}

function sum(a: Counts | undefined, b: Counts): Counts {
  return { added: (a?.added ?? 0) + b.added, removed: (a?.removed ?? 0) + b.removed }
}

function cookiesIn(mentions: readonly Mention[]): ReadonlySet<string> {
  return new Set(mentions.flatMap((mention) => (mention.what === 'row' ? [cookieOf(mention.key)] : [])))
}

function plannedTold(batch: Batch): ToldEntry {
  const text =
    batch.kind === 'flows'
      ? `flows made as they are to be: ${batch.add.length} added, ${batch.remove.length} removed`
      : batch.kind === 'config'
        ? 'the bridge and its ports made as they are to be'
        : 'reports written to hardware_vtep'
  return {
    kinds: [batch.kind === 'rows' ? 'reports' : 'flows'],
    text,
    writer: 'us',
    isNews: true,
    mentions: [],
    rows: [],
    alarms: [],
    moved: [],
  }
}
