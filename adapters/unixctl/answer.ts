import { parseArgs } from 'node:util'

/** What a command says: a text, or something that has a text and a JSON value; which one is asked for is made. */
export type Answer = string | { readonly text: () => string; readonly json: () => unknown }

/** In which form a connection wants its answers. */
export type AnswerFormat = 'text' | 'json'

/** What `set-options` sets for one connection; `ovs-appctl --format json` of Open vSwitch 3.4 and newer sends it first. */
export class AnswerSettings {
  #format: AnswerFormat = 'text'

  get format(): AnswerFormat {
    return this.#format
  }

  /** Throws an Error that says what can't be set. */
  set(args: readonly string[]): string {
    const options = { format: { type: 'string', short: 'f' } } as const
    const { format } = parseArgs({ args: [...args], options }).values
    const wanted = format?.toLowerCase()
    if (wanted !== 'text' && wanted !== 'json')
      throw new Error(`option format has invalid value ${format ?? ''}`)
    this.#format = wanted
    return ''
  }
}

/**
 * The result in a JSON-RPC reply. A text ends in a newline, unless empty, for ovs-appctl prints it as it comes; as JSON it
 * stands in the object that Open vSwitch puts it in.
 */
export function printed(answer: Answer, format: AnswerFormat): unknown {
  if (format === 'text') return lines(typeof answer === 'string' ? answer : answer.text())
  return typeof answer === 'string' ? { reply: lines(answer), 'reply-format': 'plain' } : answer.json()
}

/** `text` ending in a newline, unless empty. */
export function lines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
