import { unquoted } from '../forms/value.js'
import type { Uuid } from '../../model/uuid.js'
import { type DatabaseContents, located, type SourceRow, SourceError } from './database.js'

/** Names and OpenFlow numbers of ports, from `ovs-ofctl show` or `dump-ports-desc` of a bridge. Throws SourceError with the line. */
export function readPortNumbers(text: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  if (!isPorts(text)) throw new SourceError('line 1: no output of "ovs-ofctl show"')
  for (const [i, line] of text.split('\n').entries()) {
    const [, number, name = ''] = /^ (\d+)\(("(?:[^"\\]|\\.)*"|[^)"]+)\): addr:/.exec(line) ?? []
    if (number === undefined) continue
    numbers.set(name.startsWith('"') ? located(`line ${i + 1}`, () => unquoted(name)) : name, Number(number))
  }
  return numbers
}

/** Whether a text is what readPortNumbers reads. */
export function isPorts(text: string): boolean {
  return /^(OFPT_FEATURES_REPLY|OFPST_PORT_DESC reply)/m.test(text)
}

/** The same from the rows of Open_vSwitch. */
export function portNumbersOf({ contents }: DatabaseContents): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const { name, ofport } of contents['Interface']?.values() ?? [])
    if (typeof name === 'string' && typeof ofport === 'number' && ofport > 0) numbers.set(name, ofport)
  return numbers
}

/** With the numbers put in that the rows lack. */
export function withPortNumbers(
  source: DatabaseContents,
  numbers: ReadonlyMap<string, number>,
): DatabaseContents {
  const interfaces = [...(source.contents['Interface'] ?? [])].map(
    ([uuid, row]): readonly [Uuid, SourceRow] => {
      const ofport = typeof row['name'] === 'string' ? numbers.get(row['name']) : undefined
      const isSaid = ofport === undefined || typeof row['ofport'] === 'number'
      return [uuid, isSaid ? row : ({ ...row, ofport } as unknown as SourceRow)]
    },
  )
  return { ...source, contents: { ...source.contents, Interface: new Map(interfaces) } }
}
