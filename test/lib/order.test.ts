import fc from 'fast-check'
import t from 'tap'
import { changesBetween } from '../../lib/model/diff.js'
import { amend, hashOf, none } from '../../lib/model/collection.js'

const keys = fc.uniqueArray(
  fc.oneof(
    fc.integer({ min: 0, max: 5000 }).map((i) => `table=20,priority=100,metadata=0x1,dl_dst=${i}`),
    fc.string(),
  ),
  { maxLength: 400 },
)

const inOrder = (a: string, b: string) => hashOf(a) - hashOf(b) || (a < b ? -1 : 1)

t.test('changes stand in an order that the keys decide, whatever the collections went through', (t) => {
  fc.assert(
    fc.property(keys, keys, keys, (one, other, gone) => {
      const withAll = (list: readonly string[]) =>
        amend<number>(
          none,
          list.map((key) => [key, 1]),
        )
      // of two with the same entries one has been larger
      const grown = amend(
        amend(
          withAll(one),
          gone.map((key) => [key, 2]),
        ),
        gone.map((key) => [key, one.includes(key) ? 1 : undefined]),
      )
      const actual = withAll(other)
      for (const desired of [withAll(one), grown]) {
        const changes = changesBetween(desired, actual, (a, b) => a === b).map(({ key }) => key)
        if (changes.join('\n') !== changes.toSorted(inOrder).join('\n')) return false
        if (
          changes.length !==
          one.length + other.length - 2 * one.filter((key) => other.includes(key)).length
        )
          return false
      }
      return true
    }),
    { numRuns: 500 },
  )
  t.end()
})
