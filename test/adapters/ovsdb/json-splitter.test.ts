import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { ProtocolError } from '../../../adapters/ovsdb/errors.js'
import { JsonSplitter } from '../../../adapters/ovsdb/json-splitter.js'

const message = fc.oneof(
  fc.array(fc.jsonValue()),
  fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
)
const space = fc.constantFrom('', ' ', '\n', '\r\n\t')
const nasty = fc
  .string({ unit: fc.constantFrom('\\', '"', '{', '}', '[', ']', 'é', '😀', 'a') })
  .map((s) => [s])

function split(splitter: JsonSplitter, chunks: Iterable<Buffer>): unknown[] {
  return [...chunks].flatMap((chunk) => [...splitter.push(chunk)])
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
}

t.test('any messages, spaced and cut anyhow, come out as they went in', async () => {
  const law = fc.property(
    fc.array(fc.tuple(fc.oneof(message, nasty), space)),
    fc.array(fc.nat()),
    (messages, places) => {
      const text = messages.map(([value, after]) => JSON.stringify(value) + after).join('')
      const values = split(new JsonSplitter(), cut(Buffer.from(text), places))
      const expected = messages.map(([value]) => JSON.parse(JSON.stringify(value)) as unknown)
      return isDeepStrictEqual(values, expected)
    },
  )
  fc.assert(law, { numRuns: 500 })
})

t.test('any bytes end in values or a ProtocolError, the same however they are cut', async () => {
  const bytes = fc.oneof(
    fc.uint8Array().map((array) => Buffer.from(array)),
    fc
      .string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', ' ') })
      .map((s) => Buffer.from(s)),
  )
  const outcome = (chunks: readonly Buffer[]) => {
    const values: unknown[] = []
    const splitter = new JsonSplitter()
    try {
      for (const chunk of chunks) for (const value of splitter.push(chunk)) values.push(value)
    } catch (error) {
      values.push(error instanceof ProtocolError ? 'ProtocolError' : error)
    }
    return values
  }
  const law = fc.property(bytes, fc.array(fc.nat()), (all, places) => {
    const whole = outcome([all])
    return (
      whole.every((value) => !(value instanceof Error)) && isDeepStrictEqual(outcome(cut(all, places)), whole)
    )
  })
  fc.assert(law, { numRuns: 500 })
})

t.test('a reply of 20 MB, in the chunks of a socket', async (t) => {
  const rows = Array.from({ length: 80_000 }, (_, i) => ({ MAC: `"\\${i}`, text: 'x'.repeat(230) }))
  const bytes = Buffer.from(JSON.stringify({ rows }))
  t.ok(bytes.length > 20e6)
  const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) =>
    bytes.subarray(i * 65_536, (i + 1) * 65_536),
  )
  const [reply, ...others] = split(new JsonSplitter(), chunks) as { rows: object[] }[]
  t.equal(others.length, 0)
  t.equal(reply?.rows.length, rows.length)
  t.strictSame(reply?.rows.at(-1), rows.at(-1))
})

t.test('what was scanned is not looked at again, and joined once', async (t) => {
  const value = [{ text: 'a "quoted" \\ word'.repeat(50), list: [1, [2, [3]]] }]
  const bytes = Array.from(Buffer.from(JSON.stringify(value)), (byte) => Buffer.of(byte))
  const concat = Buffer.concat.bind(Buffer)
  const joins: number[] = []
  Buffer.concat = (parts, length) => {
    joins.push(parts.length)
    return concat(parts, length)
  }
  t.teardown(() => (Buffer.concat = concat))
  const splitter = new JsonSplitter()
  const values: unknown[] = []
  const originals = bytes.map((chunk) => chunk[0] ?? 0)
  for (const chunk of bytes.slice(0, -1)) {
    values.push(...splitter.push(chunk))
    chunk[0] = '}'.charCodeAt(0)
  }
  bytes.forEach((chunk, i) => (chunk[0] = originals[i] ?? 0))
  t.strictSame(values, [])
  t.strictSame([...splitter.push(bytes.at(-1) ?? Buffer.alloc(0))], [value])
  t.strictSame(joins, [bytes.length])
})

t.test('bad bytes are named, after the values before them', async (t) => {
  const cases: [Buffer | string, RegExp][] = [
    ['[1]HTTP/1.1 400 Bad Request', /"HTTP\/1.1 400 Bad Request" where a JSON object should begin/],
    ['[1] 7', /"7" where a JSON object/],
    ['[1]}', /"}" where a JSON object/],
    ['[1]{"a":}', /malformed JSON: Unexpected token/],
    ['[1]{"a":1]', /malformed JSON/],
    [Buffer.concat([Buffer.from('[1]["'), Buffer.of(0xc3, 0x28), Buffer.from('"]')]), /not UTF-8/],
    [`[1]${'['.repeat(11)}`, /more than 10 levels/],
    [`[1]["${'x'.repeat(100)}`, /longer than 64 bytes/],
  ]
  for (const [bytes, text] of cases) {
    const values: unknown[] = []
    const splitter = new JsonSplitter({ maxBytes: 64, maxDepth: 10 })
    t.throws(() => {
      for (const value of splitter.push(Buffer.from(bytes))) values.push(value)
    }, text)
    t.strictSame(values, [[1]])
  }
})
