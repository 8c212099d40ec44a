/** Entries of a history, both ends included. */
export interface JournalPart {
  readonly from: number
  readonly to: number
}

/** Some entries, what they weigh in characters, and the newest snapshot behind one of them; null: there is none. */
export interface Run extends JournalPart {
  readonly weight: number
  readonly snapshot: number | null
}

/** What a thread of its own costs, in what could be verified meanwhile. */
const threadWeight = 2 << 20
/** What folding costs, reading and deriving a state, and comparing one that is passed, where verifying costs 1. */
const foldShare = 0.35
const stateShare = 0.4
const passedShare = 0.45

/**
 * The parts, at most `most`, in which runs in their order are verified side by side soonest. Whoever verifies one must first come
 * to where it begins: by the nearest snapshot and what follows it.
 */
export function journalPartsOf(runs: readonly Run[], most: number): readonly JournalPart[] {
  let parts: readonly JournalPart[] = joined(runs)
  let [least, enough] = [0, runs.reduce((sum, run) => sum + costOf(run), 0)]
  while (most > 1 && enough - least > threadWeight / 16) {
    const limit = (least + enough) / 2
    const found = partsWithin(limit, runs)
    if (found === null || found.length > most) least = limit
    else [parts, enough] = [found, limit]
  }
  return parts
}

/** As few parts as there may be if none costs more than `limit`; null: a single run does. */
function partsWithin(limit: number, runs: readonly Run[]): readonly JournalPart[] | null {
  const parts: JournalPart[] = []
  let part: Run[] = []
  let cost = threadWeight
  let way = 0
  for (const run of runs) {
    if (cost + costOf(run) > limit) {
      parts.push(...joined(part))
      part = []
      cost = threadWeight + way
    }
    part.push(run)
    cost += costOf(run)
    if (cost > limit) return null
    way = run.snapshot === null ? way + run.weight * foldShare : run.snapshot * stateShare
  }
  return [...parts, ...joined(part)]
}

function costOf({ weight, snapshot }: Run): number {
  return weight + (snapshot ?? 0) * passedShare
}

function joined(runs: readonly Run[]): JournalPart[] {
  const [first, last] = [runs[0], runs.at(-1)]
  return first === undefined || last === undefined ? [] : [{ from: first.from, to: last.to }]
}
