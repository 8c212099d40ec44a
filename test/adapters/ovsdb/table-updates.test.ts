import t from 'tap'
import {
  readContents,
  readContents2,
  readUpdates,
  readUpdates2,
} from '../../../adapters/ovsdb/table-updates.js'

const a = '00000000-0000-4000-8000-00000000000a'
const row = { c: 1 }

t.test('the three formats become one', async (t) => {
  const of2 = (update: unknown) => readUpdates2({ T: { [a]: update } })['T']?.[a]
  t.strictSame(of2({ initial: row }), { insert: row })
  t.strictSame(of2({ insert: row }), { insert: row })
  t.strictSame(of2({ modify: row }), { modify: row })
  t.strictSame(of2({ delete: null }), { delete: true })
  const of1 = (update: unknown) => readUpdates({ T: { [a]: update } })['T']?.[a]
  t.strictSame(of1({ new: row }), { insert: row })
  t.strictSame(of1({ old: { c: 0 }, new: row }), { replace: row })
  t.strictSame(of1({ old: row }), { delete: true })
})

t.test('what is none of them is refused', async (t) => {
  const bad: [unknown, RegExp][] = [
    [5, /table updates is not an object: 5/],
    [{ T: [] }, /updates of T is not an object/],
    [{ T: { x: { initial: row } } }, /not a UUID in T: "x"/],
    [JSON.parse('{"T":{"__proto__":{"initial":{}}}}'), /not a UUID in T: "__proto__"/],
    [{ T: { [a]: null } }, /update of T .* is not an object: null/],
    [{ T: { [a]: {} } }, /not a row update: {}/],
  ]
  for (const [value, text] of bad) {
    t.throws(() => readUpdates2(value), text)
    t.throws(() => readUpdates(value), text)
  }
  t.throws(() => readUpdates2({ T: { [a]: { modify: 5 } } }), /modified row is not an object: 5/)
  t.throws(() => readUpdates({ T: { [a]: { new: 5 } } }), /new row is not an object: 5/)
})

t.test('contents are nothing but insertions', async (t) => {
  for (const update of [{ initial: row }, { insert: row }])
    t.strictSame(readContents2({ T: { [a]: update }, U: {} }), { T: { [a]: row }, U: {} })
  t.strictSame(readContents({ T: { [a]: { new: row } } }), { T: { [a]: row } })
  for (const update of [{ delete: null }, { modify: row }])
    t.throws(() => readContents2({ T: { [a]: update } }), /initial contents with a change/)
  for (const update of [{ old: row }, { old: row, new: row }])
    t.throws(() => readContents({ T: { [a]: update } }), /initial contents with a change/)
})
