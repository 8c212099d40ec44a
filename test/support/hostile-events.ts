import type { Event } from '../../lib/model/event.js'
import { eventShape } from '../../lib/model/event-shape.js'
import type { ShapeField, ShapeNode } from '../../lib/model/shape.js'

/** Would run in a shell, drive a terminal, or reorder what is seen: ends of here-documents, quotes, C0, C1 and bidi. */
export const hostile = [
  'x',
  'END',
  'touch canary-line',
  `'; touch canary-quote; '`,
  '$(touch canary-substitution)`touch canary-backquote`"; touch canary-double; "',
  // in quotes, for what is no sentence of a shell would keep it from running the rest of its line
  '"<img src=x onerror=alert(1)>,=cmd|1"',
  '\x1b]0;title\x07\x1b[2J\x9b31m\x85\u061c\u200e\u200f\u202e\u2066\u2028\u2029\ufeff\u{e0041}\ud800\r\tend',
].join('\n')

const uuid = '0badcafe-0002-4000-8000-00000000000b'

/** Sound texts of those fields that take no others. */
const sound: Readonly<Record<string, string>> = {
  'a UUID': uuid,
  'a MAC': '02:00:00:00:00:01',
  'a logical switch and a MAC': '0xbadcafe00024000/02:00:00:00:00:01',
  'a logical switch and an IP address': '0x1/192.168.0.1',
  "a flow's table, priority and match in one line": 'table=0,priority=1,in_port=1',
  'a part of a flow in one line': 'drop',
  'a cookie': '0x1',
  'a SHA-256': '0'.repeat(64),
}

/** An event of each type, and of each table and kind in it, with hostile text wherever a text is free. */
export function hostileEvents(): readonly Event[] {
  return samplesOf(eventShape) as Event[]
}

/** The same with hostile text in one field that is not free, as often as there are such. */
export function forgedEvents(): readonly unknown[] {
  return forged(eventShape)
}

function samplesOf(node: ShapeNode): readonly unknown[] {
  switch (node.is) {
    case 'text': {
      if (node.isSuch === null) return [hostile]
      const text = sound[node.what]
      if (text === undefined || !node.isSuch(text)) throw new Error(`no sound text that is ${node.what}`)
      return [text]
    }
    case 'number':
      return [[1, 0].find((value) => node.isSuch(value))]
    case 'boolean':
      return [true]
    case 'constant':
      return node.values
    case 'nullable':
      return samplesOf(node.of)
    case 'list':
      return [samplesOf(node.of)]
    case 'tuple':
      return [node.of.map((one) => samplesOf(one)[0])]
    case 'record':
      return recordsOf(node.fields, {})
    case 'variants':
      return [...node.of].flatMap(([name, one]) =>
        samplesOf(one).map((rest) => ({ [node.by]: name, ...(rest as object) })),
      )
    case 'words':
      return [['--timeout=10', '--', 'set', 'Bridge', hostile, `external-ids:x=${hostile}`]]
    case 'anything':
      return [{ [hostile]: hostile }]
  }
}

/** As many as the field with the most samples has. */
function recordsOf(fields: readonly ShapeField[], start: object): readonly object[] {
  const columns = fields.map(({ name, node }) => [name, samplesOf(node)] as const)
  const count = Math.max(1, ...columns.map(([, samples]) => samples.length))
  return Array.from({ length: count }, (_, i) => ({
    ...start,
    ...Object.fromEntries(columns.map(([name, samples]) => [name, samples[i % samples.length]])),
    // as columns of later programs are, and fields that nobody asked for
    more: hostile,
  }))
}

function forged(node: ShapeNode): readonly unknown[] {
  switch (node.is) {
    case 'text':
      return node.isSuch === null ? [] : [hostile]
    case 'number':
    case 'boolean':
    case 'constant':
      return [hostile]
    case 'words':
      return [[`--log-file=${hostile}`, '--', 'set'], hostile]
    case 'nullable':
      return forged(node.of)
    case 'list':
      return [hostile, ...forged(node.of).map((one) => [one])]
    case 'tuple':
      return node.of.flatMap((of, i) =>
        forged(of).map((one) => node.of.map((other, k) => (k === i ? one : samplesOf(other)[0]))),
      )
    case 'record': {
      const [whole] = recordsOf(node.fields, {})
      return node.fields.flatMap(({ name, node: field }) =>
        forged(field).map((one) => ({ ...whole, [name]: one })),
      )
    }
    case 'variants':
      return [...node.of].flatMap(([name, one]) =>
        forged(one).map((rest) => ({ [node.by]: name, ...(rest as object) })),
      )
    case 'anything':
      return []
  }
}
