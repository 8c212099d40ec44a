import { excerptOf, Unclear } from '../forms/unclear.js'
import { unquoted } from '../forms/value.js'
import { isUuid } from '../../model/uuid.js'

/**
 * A column's value as `ovs-vsctl list` and `show` print it, `ATOM`, `[ATOM, …]` or `{KEY=VALUE, …}`, in OVSDB's JSON. What is not
 * quoted and no number, UUID, true or false is a string. Throws Unclear.
 */
export function parseDatum(text: string): unknown {
  if (text.startsWith('[')) return ['set', items(text, ']', (word) => atom(word))]
  if (!text.startsWith('{')) return whole(text)
  return ['map', items(text, '}', (key, value) => [atom(key), atom(value)])]
}

const word = '"(?:[^"\\\\]|\\\\.)*"|[^\\s,=\\[\\]{}"]+'
const anAtom = new RegExp(`^(?:${word})$`)
const closed = {
  ']': new RegExp(` *(${word}) *(,|\\]$)`, 'y'),
  '}': new RegExp(` *(${word})=(${word}) *(,|\\}$)`, 'y'),
}

function whole(text: string): unknown {
  if (!anAtom.test(text)) throw new Unclear(`not a value: ${excerptOf(text)}`)
  return atom(text)
}

function items<T>(text: string, end: ']' | '}', read: (first: string, second: string) => T): T[] {
  const found: T[] = []
  if (text.length === 2 && text.endsWith(end)) return found
  const item = closed[end]
  item.lastIndex = 1
  for (let mark = ','; mark === ',';) {
    const [, first, ...rest] = item.exec(text) ?? []
    if (first === undefined) throw new Unclear(`not a ${end === ']' ? 'set' : 'map'}: ${excerptOf(text)}`)
    found.push(read(first, rest[0] ?? ''))
    mark = rest.at(-1) ?? end
  }
  return found
}

function atom(text: string): unknown {
  if (text.startsWith('"')) return unquoted(text)
  if (isUuid(text)) return ['uuid', text]
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : text
}
