import { cutTo } from '../../words/one-line.js'

/** A part of a flow's text that is none of the documented forms; the flow is kept as the text it is. */
export class Unclear extends Error {
  override readonly name = 'Unclear'
}

/** For messages: what was found, on one line and not too much of it. */
export function excerptOf(text: string): string {
  return JSON.stringify(cutTo(60, text))
}
