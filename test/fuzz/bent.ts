import type { Random } from '../support/differential/random.js'

/** What stands where something else should. */
const wrong: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x'.repeat(70_000),
  [],
  {},
  [[]],
  { T: 5 },
  { toString: 5, valueOf: null },
  'two\nlines\u0007\u202e',
  ['set', 5],
]

/** `value` with one part of it, at whatever depth, in the place of which stands something else, or nothing. */
export function bentValue(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.2)) return random.pick(wrong)
  const members: readonly (readonly [string, unknown])[] = Object.entries(value)
  const [name, member] = members.length === 0 ? ['', null] : random.pick(members)
  const rest = members.filter(([other]) => other !== name)
  const changed = random.chance(0.15) ? rest : [...rest, [name, bentValue(member, random)] as const]
  if (Array.isArray(value))
    return value.map((each: unknown, i) => (String(i) === name ? bentValue(each, random) : each))
  return Object.fromEntries(random.chance(0.2) ? [...changed, ['__proto__', {}], ['extra', 1]] : changed)
}

const pieces = [
  ...[
    '"',
    "'",
    '\\',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ',',
    ', ',
    '=',
    ':',
    ' ',
    '\n',
    '\r',
    '\t',
    '#',
    '\0',
    '\u001b[2J',
    '\ufeff',
  ],
  ...[
    'cookie=',
    'cookie=0x0/0,',
    'cookie=0x5654000000000000, ',
    'table=0',
    'priority=',
    ' actions=',
    'actions=drop,',
    'é',
    '\u202e',
  ],
  ...[
    '0x',
    '-1',
    '1e999',
    '99999999999999999999999999',
    `0x${'f'.repeat(400)}`,
    '"\\n"',
    '"\\u0000"',
    'null',
    '__proto__',
  ],
  ...[
    `${'['.repeat(9_000)}${']'.repeat(9_000)}`,
    'x'.repeat(65_536),
    '_uuid : ',
    'Bridge table\n',
    '    Bridge "a\\nb"\n',
  ],
].map((piece) => Buffer.from(piece))

const edits: readonly ((bytes: Buffer, at: number, random: Random) => Buffer)[] = [
  function flip(bytes, at, random) {
    const flipped = Buffer.from(bytes)
    if (bytes.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(8))
    return flipped
  },
  function cut(bytes, at, random) {
    return random.chance(0.3)
      ? bytes.subarray(0, at)
      : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.int(40))])
  },
  function insert(bytes, at, random) {
    return Buffer.concat([bytes.subarray(0, at), random.pick(pieces), bytes.subarray(at)])
  },
  function twice(bytes, at, random) {
    const end = at + random.int(400)
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
  },
  function number(bytes, at, random) {
    const digits = /\d+/g
    const text = bytes.toString('latin1')
    digits.lastIndex = at
    const found = digits.exec(text)
    if (found === null) return bytes
    const other = random.pick(['0', '-1', '65536', '4294967296', '18446744073709551615', '9'.repeat(400)])
    return Buffer.from(text.slice(0, found.index) + other + text.slice(digits.lastIndex), 'latin1')
  },
  function line(bytes, _, random) {
    const lines = bytes.toString('latin1').split('\n')
    const [from, to] = [random.int(lines.length), random.int(lines.length)]
    lines.splice(to, 0, random.chance(0.5) ? (lines[from] ?? '') : lines.splice(from, 1).join(''))
    return Buffer.from(lines.join('\n'), 'latin1')
  },
]

/** Bytes of a text in which one to four places were flipped, cut, doubled, moved, or took in what does not belong there. */
export function bentBytes(text: string | Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(text)
  for (let i = 0; i <= random.int(4); i++)
    bytes = random.pick(edits)(bytes, random.int(Math.max(1, bytes.length)), random)
  return bytes
}
