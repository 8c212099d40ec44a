import { didYouMean } from '../words/closest.js'
import { eventTypes } from '../model/event-shape.js'
import { ovsTables } from '../schema/open-vswitch.js'
import { vtepTables } from '../schema/hardware-vtep.js'
import type { Subject } from './subject.js'
import { formsOf } from './subject-form.js'
import { claimKeyParts } from '../model/claim.js'
import type { Mention } from './mentions.js'
import { passage } from './passage.js'
import { PositionError } from './position.js'
import type { Recording } from './recording.js'

/** A word of a question that nothing is called by; the message suggests what may have been meant. */
export class UnknownWordError extends Error {
  override readonly name = 'UnknownWordError'
}

/** The kind of event of that name, in either case. Throws UnknownWordError. */
export function knownKind(word: string): string {
  return knownAs('kind of entry', word, eventTypes)
}

/** The table of that name, in either case. Throws UnknownWordError. */
export function knownTable(word: string): string {
  return knownAs('table', word, [...Object.keys(vtepTables), ...Object.keys(ovsTables)])
}

function knownAs(what: string, word: string, words: readonly string[]): string {
  const found = words.find((one) => one.toLowerCase() === word.toLowerCase())
  if (found !== undefined) return found
  const suggestion = didYouMean(word, words)
  const all = suggestion === '' ? `: ${words.join(', ')}` : suggestion
  throw new UnknownWordError(`${JSON.stringify(word)} is no ${what}${all}`)
}

/** What is said of a subject that nothing recorded names. One pass over the history, for what it may have been. */
export function unknownSubject(text: string, recording: Recording): UnknownWordError | PositionError {
  if (recording.last === 0) return new PositionError('nothing is recorded')
  const words = new Set<string>()
  for (const { mentions } of passage(recording))
    for (const mention of mentions) for (const word of wordsIn(mention)) words.add(word)
  const suggestion = didYouMean(text, words)
  const isName = formsOf(text).every(({ is }) => is === 'name' || is === 'row')
  const what = isName ? 'has this name' : 'is about it'
  return new UnknownWordError(`${JSON.stringify(text)}: nothing that is recorded ${what}${suggestion}`)
}

/** Whether anything recorded is about it; the subject may have heard some of it already. */
export function isSaid(recording: Recording, subject: Subject): boolean {
  if (subject.isKnown) return true
  for (const { mentions } of passage(recording)) if (subject.among(mentions).length > 0) return true
  return false
}

/** What subjects are written with. */
function* wordsIn({ what, key, value }: Mention): Generator<string> {
  if (what === 'claim') yield claimKeyParts(key).address
  if (what === 'learned') yield key.slice(key.indexOf('/') + 1)
  if (what !== 'row' || value === null) return
  const { name, MAC, dst_ip, ipaddr, tunnel_ips, tunnel_key } = value as {
    readonly [column in 'name' | 'MAC' | 'dst_ip' | 'ipaddr']?: string
  } & { readonly tunnel_ips?: readonly string[]; readonly tunnel_key?: number | null }
  for (const word of [name, MAC, dst_ip, ipaddr, ...(tunnel_ips ?? [])]) if (word !== undefined) yield word
  if (typeof tunnel_key === 'number') yield String(tunnel_key)
}
