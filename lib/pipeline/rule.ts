import { type Flow, type FlowKey, flowKey } from '../model/flow.js'
import { pipelineCookie } from '../model/identity.js'
import type { Mac } from '../model/mac.js'
import type { Address } from '../model/address.js'
import type { Uuid } from '../model/uuid.js'
import { type Form, printForm } from './form.js'
import { text } from './text.js'
import { cookie } from './values.js'
import { type Values } from './value-map.js'

/** What the numbers in flows are called. */
export interface FlowNames {
  logicalSwitch(metadata: string): string
  port(ofport: number): string
  binding(number: number): string
}

/** The rows of the moment that a flow was made in. */
export interface FlowRows {
  /** The row that a cookie was made of. */
  ofCookie(cookie: string): Uuid | undefined
  logicalSwitch(metadata: string): Uuid | undefined
  /** Where a row of a MAC table points. */
  locatorsOf(row: Uuid): readonly Uuid[]
  locatorsAt(address: Address): readonly Uuid[]
  /** Rows of Mcast_Macs_Remote for a MAC in a logical switch; null: for unknown-dst. */
  groups(metadata: string, mac: Mac | null): readonly Uuid[]
  /** Physical_Port rows that bind it. */
  portsOf(metadata: string): readonly Uuid[]
}

/**
 * A kind of flow of ours: the only place that writes the text of such flows, and the only place that reads it. `A`: the values of a
 * flow by their names; `M`: those of its match.
 */
export interface Rule<A extends M, M = object> {
  readonly name: string
  readonly table: number
  /** All that its flows can have. */
  readonly priorities: readonly number[]
  print(args: A): Flow
  key(match: M): FlowKey
  /** Null: the flow is of another rule, or somebody changed it. */
  read(flow: Flow): A | null
  /** Whether a flow of this rule has the key. */
  hasKey(key: FlowKey): boolean
  /** Null: `hasKey` is false. */
  readKey(key: FlowKey): M | null
  says(args: A, names: FlowNames): string
  /** Rows that such a flow was made from, beside the one of its cookie and its logical switch. */
  rows(args: A, rows: FlowRows): readonly Uuid[]
  /** With each value replaced. */
  map(args: A, values: Values): A
  mapMatch(match: M, values: Values): M
  /** How its flows look, for a reader. */
  readonly shown: { readonly match: string; readonly actions: string }
}

/** What a rule is declared by. A name that stands in two of the texts is one value. */
export interface Declaration<M, N, C, E> {
  readonly name: string
  readonly table: number
  readonly priority: number | { readonly all: readonly number[]; readonly of: (match: M) => number }
  readonly match: Form<M>
  readonly actions: Form<N>
  readonly cookie: Form<C>
  /** None unless given. */
  readonly extras?: Form<E>
  says(args: M & N & C & E, names: FlowNames): string
  /** None unless given. */
  rows?(args: M & N & C & E, rows: FlowRows): readonly Uuid[]
}

/** Of flows that belong to the pipeline itself. */
export const pipelineOwn = text`${pipelineCookie}`

/** Of flows that were made for a row. */
export const rowOwn = text`${{ cookie }}`

export function rule<M, N, C, E = object>(declaration: Declaration<M, N, C, E>): Rule<M & N & C & E, M> {
  const { name, table, priority, match, actions, cookie, extras } = declaration
  type All = M & N & C & E
  const priorities = typeof priority === 'number' ? [priority] : priority.all
  const priorityOf = typeof priority === 'number' ? () => priority : priority.of
  const starts = new Map(priorities.map((each) => [each, flowKey(table, each, '')]))
  const keys = new RegExp(`^table=${table},priority=(${priorities.join('|')})(?:,(.+))?$`)
  const forms = [
    match,
    actions,
    cookie,
    ...(extras === undefined ? [] : [extras]),
  ] as readonly Form<unknown>[]

  const key = (values: M): FlowKey => {
    const pieces = [starts.get(priorityOf(values)) ?? '', ',']
    match.put(values, pieces)
    return pieces.length === 2 ? (pieces[0] ?? '') : pieces.join('')
  }
  const readKey = (text: FlowKey): M | null => {
    const [, number, rest = ''] = keys.exec(text) ?? []
    const values = number === undefined ? null : match.read(rest)
    return values !== null && priorityOf(values) === Number(number) ? values : null
  }
  const whole = new RegExp(
    `^table=${table},priority=(?:${priorities.join('|')})${match.source === '' ? '' : `,${match.source}`}$`,
  )
  return {
    name,
    table,
    priorities,
    key,
    hasKey: (text) => whole.test(text) && readKey(text) !== null,
    readKey,
    print: (args) => ({
      key: key(args),
      cookie: printForm(cookie, args),
      ...(extras === undefined ? {} : extrasOf(printForm(extras, args))),
      actions: printForm(actions, args),
    }),
    read(flow) {
      const texts = [flow.actions, flow.cookie, ...(extras === undefined ? [] : [flow.extras ?? ''])]
      if (extras === undefined && flow.extras !== undefined) return null
      const values = readKey(flow.key)
      return values === null ? null : (together(values, texts, forms.slice(1)) as All | null)
    },
    says: (args, names) => declaration.says(args, names),
    rows: (args, rows) => declaration.rows?.(args, rows) ?? [],
    map: (args, values) => Object.assign({}, ...forms.map((form) => form.map(args, values))) as All,
    mapMatch: (args, values) => match.map(args, values),
    shown: { match: match.shown(''), actions: actions.shown('') },
  }
}

function extrasOf(extras: string): Pick<Flow, 'extras'> {
  return extras === '' ? {} : { extras }
}

/** Null where a text is none of its form, or two texts disagree. */
function together(first: unknown, texts: readonly string[], forms: readonly Form<unknown>[]): object | null {
  const all: Record<string, unknown> = { ...(first as object) }
  for (const [i, form] of forms.entries()) {
    const values = form.read(texts[i] ?? '')
    if (values === null) return null
    for (const [name, value] of Object.entries(values as object)) {
      if (name in all && all[name] !== value) return null
      all[name] = value
    }
  }
  return all
}
