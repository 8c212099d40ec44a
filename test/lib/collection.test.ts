import fc from 'fast-check'
import t from 'tap'
import { changesBetween } from '../../lib/model/diff.js'
import {
  amend,
  type Collection,
  entriesOf,
  hashOf,
  lookup,
  none,
  sizeOf,
} from '../../lib/model/collection.js'

const numRuns = Number(process.env['LAW_RUNS'] ?? 100)

/** FNV-1a, as written in its definition: only to find keys whose hashes are equal in all bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const unit of text) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193)
  return hash >>> 0
}

/** 2⁵ keys that no digit tells apart: two texts of one hash, each with two that lead to one hash from there, and so on. */
function collidingKeys(): readonly string[] {
  let keys: readonly string[] = ['']
  while (keys.length < 32) {
    const [head = ''] = keys
    const pair = pairAfter(head)
    keys = keys.flatMap((start) => pair.map((end) => start + end))
  }
  return keys
}

function pairAfter(head: string): readonly string[] {
  const seen = new Map<number, string>()
  for (let i = 0; ; i++) {
    const [text, hash] = [i.toString(36), fnv1a(head + i.toString(36))]
    const other = seen.get(hash)
    if (other !== undefined) return [text, other]
    seen.set(hash, text)
  }
}

const colliding = collidingKeys()

/** Some keys in one leaf for ever, some of one `hashOf`, and many others. */
const key = fc.oneof(
  fc.constantFrom(...colliding),
  fc.nat(40).map((i) => `0${i}`),
  fc.nat(3000).map(String),
)
const changes = fc.array(fc.tuple(key, fc.option(fc.nat(3), { nil: undefined, freq: 2 })), {
  maxLength: 200,
  size: 'max',
})
const rounds = fc.array(changes, { minLength: 1, maxLength: 5 })

function amendedBy(
  model: Map<string, number>,
  made: readonly (readonly [string, number | undefined])[],
): void {
  for (const [key, value] of made)
    if (value === undefined) model.delete(key)
    else model.set(key, value)
}

/** Two collections and what they should hold, changed by turns. */
function* played(history: readonly (readonly (readonly [string, number | undefined])[])[]) {
  let a: Collection<number> = none
  let b: Collection<number> = none
  const [inA, inB] = [new Map<string, number>(), new Map<string, number>()]
  for (const [turn, made] of history.entries()) {
    if (turn % 3 < 2) amendedBy(inA, made)
    if (turn % 3 > 0) amendedBy(inB, made)
    if (turn % 3 < 2) a = amend(a, new Map(made))
    if (turn % 3 > 0) b = amend(b, made)
    yield { a, b, inA, inB }
  }
}

t.test('keys of one hash', (t) => {
  t.equal(new Set(colliding).size, 32)
  t.equal(new Set(colliding.map(fnv1a)).size, 1)
  t.end()
})

t.test('amended collections hold what a Map would, in a shape that only that decides', (t) => {
  fc.assert(
    fc.property(rounds, (history) => {
      for (const { a, b, inA, inB } of played(history)) {
        const entries = [...entriesOf(a)]
        const expected = [...inA].sort(([x], [y]) => (x < y ? -1 : 1))
        if (JSON.stringify([...entries].sort(([x], [y]) => (x < y ? -1 : 1))) !== JSON.stringify(expected))
          return false
        if (sizeOf(a) !== inA.size) return false
        for (const [key, value] of inA) if (lookup(a, key) !== value) return false
        if (lookup(a, 'never there') !== undefined) return false
        // made at once, and from what came in another order
        if (JSON.stringify(amend(none, expected)) !== JSON.stringify(a)) return false
        if (amend(a, expected) !== a) return false
        const came: string[] = []
        amend(b, expected, undefined, came)
        const news = expected.map(([key]) => key).filter((key) => !inB.has(key))
        if (JSON.stringify(came.sort()) !== JSON.stringify(news.sort())) return false
      }
      return true
    }),
    { numRuns },
  )
  t.end()
})

t.test('differences are those of Maps, in the order of hashes and keys', (t) => {
  fc.assert(
    fc.property(rounds, (history) => {
      for (const { a, b, inA, inB } of played(history)) {
        const expected = [...new Set([...inA.keys(), ...inB.keys()])]
          .filter((key) => inA.get(key) !== inB.get(key))
          .map((key) => ({ key, desired: inA.get(key), actual: inB.get(key) }))
          .sort((x, y) => hashOf(x.key) - hashOf(y.key) || (x.key < y.key ? -1 : 1))
        if (JSON.stringify(changesBetween(a, b, Object.is)) !== JSON.stringify(expected)) return false
      }
      return true
    }),
    { numRuns },
  )
  t.end()
})

t.test('what is not touched is shared', (t) => {
  const many = amend<number>(
    none,
    Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i]),
  )
  const other = amend(many, [['key 7', -1]])
  t.equal(lookup(many, 'key 7'), 7)
  let compared = 0
  const found = changesBetween(other, many, (x, y) => (compared++, x === y))
  t.strictSame(found, [{ key: 'key 7', desired: -1, actual: 7 }])
  t.ok(compared <= 32, `${compared} of 100,000 values were looked at`)
  t.end()
})
