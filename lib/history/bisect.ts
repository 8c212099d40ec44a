/** What a position is found to be; `skip`: it can't be told. */
export type Verdict = 'good' | 'bad' | 'skip'

/** What a search came to: the first bad position where `good` is the one before it, else one of those between. */
export interface BisectResult {
  readonly good: number
  readonly bad: number
  /** How many positions were looked at. */
  readonly looked: number
}

/** There is nothing to search for: the ends are not as they must be; the message says which. */
export class BisectError extends Error {
  override readonly name = 'BisectError'
}

/** An end of the search is not as it must be; `isGoodAgain`: its last position is good, though one before may be bad. */
export class WrongEnd extends BisectError {
  readonly isGoodAgain: boolean

  constructor(message: string, isGoodAgain: boolean) {
    super(message)
    this.isGoodAgain = isGoodAgain
  }
}

/**
 * Where between `from` and `to` a good position is followed by a bad one: `from` must be good and `to` bad, and both are
 * looked at. Where it turns more than once, one of the turns from good to bad is found. Throws BisectError.
 */
export async function bisect(
  from: number,
  to: number,
  look: (seq: number) => Promise<Verdict> | Verdict,
): Promise<BisectResult> {
  const known = new Map<number, Verdict>()
  const verdictAt = async (seq: number): Promise<Verdict> => {
    const verdict = known.get(seq) ?? (await look(seq))
    known.set(seq, verdict)
    return verdict
  }
  if (from >= to) throw new BisectError(`nothing is between entry ${from} and entry ${to}`)
  await mustBe('bad', to)
  await mustBe('good', from)
  let [good, bad] = [from, to]
  while (bad - good > 1) {
    const between = await nearestTold(good, bad, verdictAt)
    if (between === null) break
    if (between.verdict === 'good') good = between.seq
    else bad = between.seq
  }
  return { good, bad, looked: known.size }

  async function mustBe(wanted: Verdict, seq: number): Promise<void> {
    const verdict = await verdictAt(seq)
    if (verdict === wanted) return
    const is = verdict === 'skip' ? 'can not be told' : `is ${verdict}`
    throw new WrongEnd(
      `entry ${seq}, where the search ${wanted === 'good' ? 'begins' : 'ends'}, ${is}, not ${wanted}`,
      wanted === 'bad' && verdict === 'good',
    )
  }
}

/** The position nearest to the middle of which it can be told; null: none. */
async function nearestTold(
  good: number,
  bad: number,
  verdictAt: (seq: number) => Promise<Verdict>,
): Promise<{ readonly seq: number; readonly verdict: Verdict } | null> {
  const middle = Math.floor((good + bad) / 2)
  for (let away = 0; middle - away > good || middle + away < bad; away++)
    for (const seq of new Set([middle - away, middle + away])) {
      if (seq <= good || seq >= bad) continue
      const verdict = await verdictAt(seq)
      if (verdict !== 'skip') return { seq, verdict }
    }
  return null
}
