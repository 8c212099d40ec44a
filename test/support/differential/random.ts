/** Chance that comes out the same for the same seed. */
export interface Random {
  /** 0 to `below` - 1. */
  int(below: number): number
  chance(probability: number): boolean
  /** Throws when there is nothing to pick. */
  pick<T>(items: readonly T[]): T
  /** `count` of them, or all, in random order. */
  some<T>(items: readonly T[], count: number): readonly T[]
}

/** Mulberry32: small, and good enough to vary tests. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (below: number): number => Math.floor(next() * below)
  return {
    int,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[int(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    some: (items, count) => {
      const rest = [...items]
      return Array.from({ length: Math.min(count, rest.length) }, () =>
        rest.splice(int(rest.length), 1),
      ).flat()
    },
  }
}
