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

t.test('what is too large for a value is cut, however the bytes are', async (t) => {
  const limits = { maxBytes: 2 ** 20, maxDepth: 100, maxStringBytes: 40, maxAtomBytes: 20, maxElements: 3 }
  const odd = fc.string({
    unit: fc.constantFrom('\\', '"', ']', '[', ',', 'é', '😀', 'a', '\n'),
    maxLength: 60,
  })
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      odd,
      fc.integer(),
      fc.array(tie('value'), { maxLength: 6 }),
      fc.record({ a: tie('value'), b: tie('value') }),
    ),
  }))
  const spelled = (text: string, isEscaped: boolean): string => {
    const json = JSON.stringify(text)
    return isEscaped
      ? json.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : json
  }
  const text = (held: unknown, isEscaped: boolean): string => {
    if (typeof held === 'string') return spelled(held, isEscaped)
    if (Array.isArray(held)) return `[${held.map((one) => text(one, isEscaped)).join(',')}]`
    if (typeof held !== 'object' || held === null) return String(held)
    return `{${Object.entries(held)
      .map(([key, one]) => `"${key}":${text(one, isEscaped)}`)
      .join(',')}}`
  }
  const isCutFrom = (cut: unknown, whole: unknown, isEscaped: boolean, isLimited: boolean): boolean => {
    if (typeof whole === 'string') {
      const bytes = Buffer.byteLength(spelled(whole, isEscaped)) - 2
      const most = isLimited ? limits.maxAtomBytes : limits.maxStringBytes
      if (bytes <= most) return cut === whole
      const [, beginning] = new RegExp(`^(.*)… \\(${bytes} bytes\\)$`, 's').exec(String(cut)) ?? []
      if (beginning === undefined || !whole.startsWith(beginning)) return false
      const kept = Buffer.byteLength(spelled(beginning, isEscaped)) - 2
      return kept <= most && kept > most - 12
    }
    if (Array.isArray(whole)) {
      const [held, of] = [cut as unknown[], whole as unknown[]]
      const most = isLimited ? limits.maxElements + 1 : Infinity
      if (held.length !== Math.min(of.length, most)) return false
      return held.every((one, i) => isCutFrom(one, of[i], isEscaped, isLimited || Array.isArray(one)))
    }
    if (typeof whole !== 'object' || whole === null) return cut === whole
    const held = cut as Record<string, unknown>
    return Object.entries(whole).every(([key, one]) => isCutFrom(held[key], one, isEscaped, false))
  }
  let cuts = 0
  const law = fc.property(fc.array(value), fc.boolean(), fc.array(fc.nat()), (whole, isEscaped, places) => {
    const values = split(new JsonSplitter(limits), cut(Buffer.from(text(whole, isEscaped)), places))
    if (!isDeepStrictEqual(values, [whole])) cuts++
    return values.length === 1 && isCutFrom(values[0], whole, isEscaped, false)
  })
  fc.assert(law, { numRuns: 2000 })
  t.ok(cuts > 100, `${cuts} were cut`)
})

t.test('what is passed over is not held', async (t) => {
  const limits = { maxBytes: 4096, maxDepth: 10, maxStringBytes: 40, maxAtomBytes: 20, maxElements: 3 }
  const splitter = new JsonSplitter(limits)
  const piece = (text: string): Buffer => Buffer.from(text.repeat(65_536 / text.length))
  const chunks = [
    Buffer.from('{"name":"'),
    ...Array.from({ length: 16 }, () => piece('é\\"\\u00e9..')),
    Buffer.from('","set":["set",[0'),
    ...Array.from({ length: 16 }, () => piece(',["x]",{}]')),
    Buffer.from(']],"end":1}'),
  ]
  const [value] = split(splitter, chunks) as { name: string; set: [string, unknown[]]; end: number }[]
  t.match(value, { set: ['set', [0, ['x]', {}], ['x]', {}], ['x]', {}]]], end: 1 })
  t.match(value?.name, /^(é"é\.\.)+.*… \(\d+ bytes\)$/)
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

t.test('many rows with long texts, each legal, do not make a message too long', (t) => {
  const limits = {
    maxBytes: 40_000,
    maxDepth: 10,
    maxStringBytes: 1000,
    tight: { fromBytes: 5000, stringBytes: 50 },
  }
  const rows = Array.from({ length: 200 }, (_, i) => ({
    uuid: `${i}`.padStart(36, '0'),
    name: 'é'.repeat(450),
  }))
  const bytes = Buffer.from(JSON.stringify({ rows }))
  t.throws(
    () => split(new JsonSplitter({ ...limits, tight: { fromBytes: Infinity, stringBytes: 50 } }), [bytes]),
    /longer than 40000/,
  )
  for (const size of [1, 7, 4096, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      Buffer.from(bytes.subarray(i * size, (i + 1) * size)),
    )
    const [message] = split(new JsonSplitter(limits), chunks) as [{ rows: typeof rows }]
    t.strictSame(
      message.rows.map(({ uuid }) => uuid),
      rows.map(({ uuid }) => uuid),
    )
    t.equal(message.rows[0]?.name, rows[0]?.name, 'the first ones are whole')
    t.match(message.rows.at(-1)?.name, /^é{24,25}… \(900 bytes\)$/)
  }
  t.end()
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
