import { unquoted } from '../forms/value.js'
import type { DatabaseContents } from './database.js'

/** Names and OpenFlow numbers of ports, from `ovs-ofctl show` or `dump-ports-desc` of a bridge. */
export function readPortNumbers(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, number, name = ''] = /^ (\d+)\(("(?:[^"\\]|\\.)*"|[^)"]+)\): addr:/.exec(line) ?? []
    if (number !== undefined) numbers.set(name.startsWith('"') ? unquoted(name) : name, Number(number))
  }
  return numbers
}

/** The same from the rows of Open_vSwitch. */
export function portNumbersOf({ contents }: DatabaseContents): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const { name, ofport } of Object.values(contents['Interface'] ?? {}))
    if (typeof name === 'string' && typeof ofport === 'number' && ofport > 0) numbers.set(name, ofport)
  return numbers
}

/** With the numbers put in that the rows lack. */
export function withPortNumbers(
  source: DatabaseContents,
  numbers: ReadonlyMap<string, number>,
): DatabaseContents {
  const interfaces = Object.entries(source.contents['Interface'] ?? {}).map(([uuid, row]) => {
    const ofport = typeof row['name'] === 'string' ? numbers.get(row['name']) : undefined
    return [
      uuid,
      ofport === undefined || typeof row['ofport'] === 'number' ? row : { ...row, ofport },
    ] as const
  })
  const isWhole = interfaces.every(([, row]) => typeof row['ofport'] === 'number')
  return {
    ...source,
    contents: { ...source.contents, Interface: Object.fromEntries(interfaces) },
    lacks: isWhole ? source.lacks.filter((column) => column !== 'Interface:ofport') : source.lacks,
  }
}
