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
  /** By its metadata. */
  router(metadata: string): string
  port(ofport: number): string
  binding(number: number): string
  /** An ACL, see `aclDigits`. */
  acl(digits: string): string
  /** The entry of an ACL that a cookie was made of: its sequence. Null: it is none. */
  aclEntry(cookie: string): number | null
  /** Where an ACL is bound. */
  aclPlaces(digits: string): string
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
  /** The ACL row, and the Physical_Port rows that bind it. */
  ofAcl(digits: string): readonly Uuid[]
}

/** Where the row of a MAC table points that a flow was made of. */
export function locatorsOfRow({ cookie }: { readonly cookie: string }, rows: FlowRows): readonly Uuid[] {
  const row = rows.ofCookie(cookie)
  return row === undefined ? [] : rows.locatorsOf(row)
}

/**
 * A kind of flow of ours: the only place that writes the text of such flows, and the only place that reads it. `A`: the values of a
 * flow by their names; `M`: those of its match.
 */
export interface Rule<A extends M, M = object> {
  readonly name: string
  readonly table: number
  /** All that its flows can have; none: each has one of its own, a value called `priority`. */
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
  /** `own`: each flow says its own. */
  readonly priority: number | 'own' | { readonly all: readonly number[]; readonly of: (match: M) => number }
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

/** What the values of a match say beside its text. */
interface Prioritised {
  readonly priority: number
}

/** The match of flows with a priority of their own, which is a value though the text does not say it. */
export function graded<M>(match: Form<M>): Form<M & Prioritised> {
  return match as Form<M & Prioritised>
}

type Priority<M> = Declaration<M, unknown, unknown, unknown>['priority']

/** The start of a key, and how it is read. */
interface Start<M> {
  readonly priorities: readonly number[]
  /** Source of a regular expression. */
  readonly source: string
  text(values: M): string
  /** The values of a key whose match says `values`; null: its priority is another's. */
  values(values: M, priority: number): M | null
}

function startOf<M>(table: number, priority: Priority<M>): Start<M> {
  if (priority === 'own')
    return {
      priorities: [],
      source: '[1-9]\\d{0,4}',
      text: (values) => flowKey(table, (values as M & Prioritised).priority, ''),
      values: (values, number) => {
        const said = (values as M & Partial<Prioritised>).priority
        return said === undefined || said === number ? { ...values, priority: number } : null
      },
    }
  const all = typeof priority === 'number' ? [priority] : priority.all
  const of = typeof priority === 'number' ? () => priority : priority.of
  const starts = new Map(all.map((each) => [each, flowKey(table, each, '')]))
  return {
    priorities: all,
    source: all.join('|'),
    text: (values) => starts.get(of(values)) ?? '',
    values: (values, number) => (of(values) === number ? values : null),
  }
}

export function rule<M, N, C, E = object>(declaration: Declaration<M, N, C, E>): Rule<M & N & C & E, M> {
  const { name, table, priority, match, actions, cookie, extras } = declaration
  type All = M & N & C & E
  const start = startOf(table, priority)
  const keys = new RegExp(`^table=${table},priority=(${start.source})(?:,(.+))?$`)
  const forms = [
    match,
    actions,
    cookie,
    ...(extras === undefined ? [] : [extras]),
  ] as readonly Form<unknown>[]

  const key = (values: M): FlowKey => {
    const pieces = [start.text(values), ',']
    match.put(values, pieces)
    return pieces.length === 2 ? (pieces[0] ?? '') : pieces.join('')
  }
  const readKey = (text: FlowKey): M | null => {
    const [, number, rest = ''] = keys.exec(text) ?? []
    const values = number === undefined ? null : match.read(rest)
    return values === null ? null : start.values(values, Number(number))
  }
  const whole = new RegExp(
    `^table=${table},priority=(?:${start.source})${match.source === '' ? '' : `,${match.source}`}$`,
  )
  const kept = (args: M): object =>
    start.priorities.length === 0 ? { priority: (args as M & Prioritised).priority } : {}
  return {
    name,
    table,
    priorities: start.priorities,
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
    map: (args, values) => Object.assign(kept(args), ...forms.map((form) => form.map(args, values))) as All,
    mapMatch: (args, values) => Object.assign(kept(args), match.map(args, values)),
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
