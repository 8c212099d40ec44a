/**
 * An OpenFlow flow as text in the form of `ovs-ofctl -O OpenFlow14 --no-stats --no-names dump-flows`,
 * so that a desired and an observed flow are the same flow exactly when their texts are equal.
 */
export interface Flow {
  /** `table=T,priority=P[,MATCH]`: what identifies a flow in its bridge, and a strict delete's argument. */
  readonly key: FlowKey
  /** 64 bits as `0x…` without leading zeros, as ovs-ofctl prints it. */
  readonly cookie: string
  readonly actions: string
  /** Timeouts and flags as ovs-ofctl(8) writes them, in the order of a dump, commas between; ours have none. */
  readonly extras?: string
}

export type FlowKey = string

/** The version whose bundles are atomic and whose text this is. */
export const openflowVersion = 'OpenFlow14'

export function flowKey(table: number, priority: number, match: string): FlowKey {
  return `table=${table},priority=${priority}${match === '' ? '' : `,${match}`}`
}

/** The number of a flow's table; NaN for a text that is no key. */
export function tableOf(key: FlowKey): number {
  return key.startsWith(tableStart) ? parseInt(key.slice(tableStart.length), 10) : NaN
}

const tableStart = 'table='

/** NaN for a text that is no key. */
export function priorityOf(key: FlowKey): number {
  return Number(/^table=\d+,priority=(\d+)/.exec(key)?.[1])
}

/** Orders keys of flows by the number of the table, then by text. */
export function byTable(a: FlowKey, b: FlowKey): number {
  return tableOf(a) - tableOf(b) || (a < b ? -1 : 1)
}

/** As ovs-ofctl(8) takes it, "Flow Syntax". */
export function flowText({ cookie, key, extras, actions }: Flow): string {
  return `cookie=${cookie},${key}${extras === undefined ? '' : `,${extras}`},actions=${actions}`
}

/** The lines of a bundle file. */
export function addLine(flow: Flow): string {
  return `flow add ${flowText(flow)}`
}

export function deleteLine({ key, cookie }: Pick<Flow, 'key' | 'cookie'>): string {
  return `flow delete_strict cookie=${cookie}/-1,${key}`
}

/** Words between commas that are no attribute, without what `ovs-ofctl` takes for the end of a word, a line or a comment. */
const addressed =
  /^table=\d{1,3},priority=\d{1,5}(?:,(?!(?:cookie|table|priority|actions)=)(?:[^\s,"#\0-\x1f\x7f]|"(?:[^"\\\0-\x1f\x7f]|\\[^\0-\x1f\x7f])*")+)*$/

/** Whether a strict delete with this key is about this flow alone, also where the key is a text from outside. */
export function isAddress(key: FlowKey): boolean {
  return addressed.test(key)
}

const defaultPriority = 32768

/** What may stand before the match, or alone where the match is empty. */
const attribute =
  /^(cookie|table|idle_timeout|hard_timeout|importance)=|^(send_flow_rem|check_overlap|reset_counts|no_packet_counts|no_byte_counts)$/

/** How a flow was to be added; of one that stands it says nothing (ovs-ofctl(8): counters are always kept). */
const passing = /^(check_overlap|reset_counts|no_packet_counts|no_byte_counts)$/

const inOrder = ['idle_timeout', 'hard_timeout', 'send_flow_rem', 'importance']

/** The extras of a flow from words of a line, however they stand there; undefined: there are none. */
export function extrasOf(words: readonly string[]): string | undefined {
  const kept = words.filter((word) => !passing.test(word))
  if (kept.length === 0) return undefined
  const place = (word: string): number => inOrder.indexOf(word.replace(/=.*/, ''))
  return kept.sort((a, b) => place(a) - place(b)).join(',')
}

/** One line of dump-flows; undefined where it is no flow (a reply header, an empty line). */
export function parseFlow(line: string): Flow | undefined {
  const cut = line.indexOf(' actions=')
  if (cut < 0) return undefined
  const actions = line.slice(cut + ' actions='.length)
  let cookie = '0x0'
  let table = '0'
  const others: string[] = []
  const parts = line.slice(0, cut).trim().split(', ')
  const words = (parts.pop() ?? '').split(' ')
  const last = words.pop() ?? ''
  const match = attribute.test(last) ? '' : last
  for (const part of [...parts, ...words, ...(match === '' ? [last] : [])]) {
    if (part.startsWith('cookie=')) cookie = part.slice('cookie='.length)
    else if (part.startsWith('table=')) table = part.slice('table='.length)
    else if (part !== '') others.push(part)
  }
  const key = `table=${table},${prioritised(match)}`
  const extras = extrasOf(others)
  return extras === undefined ? { key, cookie, actions } : { key, cookie, actions, extras }
}

function prioritised(match: string): string {
  if (match.startsWith('priority=')) return match
  return match === '' ? `priority=${defaultPriority}` : `priority=${defaultPriority},${match}`
}

export function isSameFlow(a: Flow, b: Flow): boolean {
  return a === b || (a.actions === b.actions && a.cookie === b.cookie && a.extras === b.extras)
}
