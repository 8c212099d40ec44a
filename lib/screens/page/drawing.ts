import { kinds, type Kind, type Tone, type Focus } from './kinds.js'
import { counted } from '../../words/counted.js'
import { keyOf, type Link, type DrawnThing, type Things } from './things.js'
import { shortNames } from './short-names.js'

/** By what many logical switches are grouped. */
export const groupings = ['state', 'port', 'remote'] as const
export type Grouping = (typeof groupings)[number]

export interface DrawingWish {
  readonly focus: Focus | null
  readonly find: string
  readonly by: Grouping
  /** Boxes of a column. */
  readonly most: number
}

/** A thing, or many in one box. */
export interface Box {
  readonly kind: Kind
  readonly id: string
  readonly title: string
  /** The title as far as there is room for it. */
  readonly short: string
  readonly words: string
  readonly tone: Tone
  readonly isLit: boolean
  readonly isFound: boolean
  /** How many things it stands for; 1: itself. */
  readonly count: number
}

export interface Edge {
  readonly from: string
  readonly to: string
  readonly words: string
  readonly isLit: boolean
  readonly tone: Tone
}

/** Three columns of few boxes, and what joins them. */
export interface Drawing {
  readonly columns: Readonly<Record<Kind, readonly Box[]>>
  readonly edges: readonly Edge[]
  /** Edges that are not drawn, for there would be too many. */
  readonly edgesLeftOut: number
  readonly totals: Readonly<Record<Kind, number>>
  /** Things that have what is to be found. */
  readonly found: number
}

const groupStart = 'group:'
const restId = `${groupStart}rest`
/** Columns with so few things show them all. */
const fewest = 12
const mostGroups = 8
const mostEdges = 60

/** What is drawn: what the entry touched, what is at fault or looked for each for itself, the rest in groups. */
export function drawingOf({ all, links }: Things, wish: DrawingWish): Drawing {
  const wanted = wantedBy(wish, all, links)
  const find = wish.find.trim().toLowerCase()
  const isFound = ({ title, id, words }: DrawnThing): boolean =>
    find !== '' && `${title} ${id} ${words}`.toLowerCase().includes(find)
  const place = new Map<string, string>()
  const column = (kind: Kind): readonly Box[] => {
    const list = all[kind].filter((thing) => wanted === null || wanted.has(keyOf(thing)))
    return columnOf(list, wish, isFound, place)
  }
  const columns = { port: column('port'), switch: column('switch'), remote: column('remote') }
  const edges = edgesOf(links, place, columns)
  const [port, switches, remote] = kinds.map((kind) => all[kind].length)
  return {
    columns,
    edges: edges.slice(0, mostEdges),
    edgesLeftOut: Math.max(0, edges.length - mostEdges),
    totals: { port: port ?? 0, switch: switches ?? 0, remote: remote ?? 0 },
    found: find === '' ? 0 : kinds.reduce((sum, kind) => sum + all[kind].filter(isFound).length, 0),
  }
}

/** What belongs to the focus; null: there is none, or it is gone. */
function wantedBy(
  { focus, by }: DrawingWish,
  all: Things['all'],
  links: readonly Link[],
): ReadonlySet<string> | null {
  if (focus === null) return null
  const group = focus.id.startsWith(groupStart) ? focus.id.slice(groupStart.length) : null
  const members = all[focus.kind].filter((thing) =>
    group === null ? thing.id === focus.id : thing.groups[by] === group,
  )
  return members.length === 0 ? null : reachable(new Set(members.map(keyOf)), focus.kind, links)
}

/** What is joined with it, and of ports and remotes what their switches are joined with. */
function reachable(own: ReadonlySet<string>, kind: Kind, links: readonly Link[]): ReadonlySet<string> {
  const near = (keys: ReadonlySet<string>): Set<string> => {
    const found = new Set(keys)
    for (const { from, to } of links) {
      if (keys.has(from)) found.add(to)
      else if (keys.has(to)) found.add(from)
    }
    return found
  }
  const first = near(own)
  if (kind === 'switch') return first
  const switches = new Set([...first].filter((one) => one.startsWith('switch:')))
  const others = [...near(switches)].filter((one) => !one.startsWith(`${kind}:`))
  return new Set([...own, ...others])
}

function columnOf(
  list: readonly DrawnThing[],
  { focus, by, most }: DrawingWish,
  isFound: (thing: DrawnThing) => boolean,
  place: Map<string, string>,
): readonly Box[] {
  const weight = (thing: DrawnThing): number =>
    (focus !== null && keyOf(focus) === keyOf(thing) ? 8 : 0) +
    (isFound(thing) ? 4 : 0) +
    (thing.isLit ? 2 : 0) +
    (thing.tone === 'bad' ? 1 : 0)
  const isInGroup = focus?.id.startsWith(groupStart) === true && list[0]?.kind === focus.kind
  const chosen =
    list.length <= fewest
      ? list
      : list
          .toSorted((a, b) => weight(b) - weight(a))
          .filter((thing, i) => i < most && (isInGroup || weight(thing) > 0))
  const shown = new Set(chosen)
  const names = shortNames(chosen.map(({ title }) => title))
  const single = list
    .filter((thing) => shown.has(thing))
    .map((thing): Box => {
      place.set(keyOf(thing), keyOf(thing))
      const { kind, id, title, words, tone, isLit } = thing
      return {
        kind,
        id,
        title,
        words,
        tone,
        isLit,
        short: names.get(title) ?? title,
        isFound: isFound(thing),
        count: 1,
      }
    })
  const left = list.filter((thing) => !shown.has(thing))
  return [...single, ...(isInGroup ? restBox(left, place, isFound) : groupBoxes(left, by, place, isFound))]
}

function groupBoxes(
  left: readonly DrawnThing[],
  by: Grouping,
  place: Map<string, string>,
  isFound: (thing: DrawnThing) => boolean,
): readonly Box[] {
  const groups = new Map<string, DrawnThing[]>()
  for (const thing of left) {
    const list = groups.get(thing.groups[by])
    if (list === undefined) groups.set(thing.groups[by], [thing])
    else list.push(thing)
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.length - a.length)
  const boxes = sorted
    .slice(0, mostGroups)
    .map(([name, things]) => groupBox(`${groupStart}${name}`, name, things, place, isFound))
  const rest = sorted.slice(mostGroups).flatMap(([, things]) => things)
  return [...boxes, ...restBox(rest, place, isFound)]
}

function restBox(
  things: readonly DrawnThing[],
  place: Map<string, string>,
  isFound: (thing: DrawnThing) => boolean,
): readonly Box[] {
  return things.length === 0 ? [] : [groupBox(restId, 'others', things, place, isFound)]
}

const nouns: Readonly<Record<Kind, string>> = { port: 'port', switch: 'logical switch', remote: 'VTEP' }

function groupBox(
  id: string,
  name: string,
  things: readonly DrawnThing[],
  place: Map<string, string>,
  isFound: (thing: DrawnThing) => boolean,
): Box {
  const kind = things[0]?.kind ?? 'switch'
  for (const thing of things) place.set(keyOf(thing), keyOf({ kind, id }))
  const bad = things.filter(({ tone }) => tone === 'bad').length
  const found = things.filter(isFound).length
  const noun = nouns[kind]
  const words = [
    ...(bad > 0 ? [`${bad} in trouble`] : []),
    ...(found > 0 ? [`${found} found`] : []),
    ...(bad + found === 0 ? [id === restId ? 'type to find one' : name] : []),
  ].join(', ')
  const title = `${things.length} ${things.length === 1 ? noun : noun === 'logical switch' ? 'logical switches' : `${noun}s`}`
  return {
    kind,
    id,
    title,
    short: id === restId ? `${things.length} more` : title,
    words,
    tone: bad > 0 ? 'bad' : 'plain',
    isLit: things.some(({ isLit }) => isLit),
    isFound: found > 0,
    count: things.length,
  }
}

/** One for each pair of boxes, the telling ones first. */
function edgesOf(
  links: readonly Link[],
  place: ReadonlyMap<string, string>,
  columns: Drawing['columns'],
): readonly Edge[] {
  const boxes = new Map(kinds.flatMap((kind) => columns[kind].map((box) => [keyOf(box), box] as const)))
  const pairs = new Map<string, { from: Box; to: Box; words: string; count: number }>()
  for (const link of links) {
    const [from, to] = [boxes.get(place.get(link.from) ?? ''), boxes.get(place.get(link.to) ?? '')]
    if (from === undefined || to === undefined) continue
    const key = `${keyOf(from)} ${keyOf(to)}`
    const known = pairs.get(key)
    if (known === undefined) pairs.set(key, { from, to, words: link.words, count: 1 })
    else known.count++
  }
  const edges = [...pairs.values()].map(({ from, to, words, count }) => {
    const isLit = from.isLit && to.isLit
    const tone: Tone = to.tone === 'bad' && to.count === 1 ? 'bad' : 'plain'
    const weight =
      (isLit ? 4 : 0) + (tone === 'bad' ? 2 : 0) + (from.count === 1 ? 1 : 0) + (to.count === 1 ? 1 : 0)
    const text = count === 1 ? words : counted(count, from.kind === 'port' ? 'binding' : 'way')
    return { edge: { from: keyOf(from), to: keyOf(to), words: text, isLit, tone }, weight }
  })
  return edges.sort((a, b) => b.weight - a.weight).map(({ edge }) => edge)
}
