import type { SceneView } from '../../lib/replay/page/api.js'
import type { Focus, Kind } from './place.js'
import { counted } from '../../lib/counted.js'

/** Something that is drawn as a box; what is folded is one box for many. */
export interface Box {
  readonly kind: Kind
  readonly id: string
  readonly title: string
  readonly words: string
  readonly tone: 'plain' | 'good' | 'bad'
  readonly isLit: boolean
  /** What it stands for besides itself: boxes folded into it. */
  readonly folded: number
  /** From the top of its column, in boxes. */
  readonly row: number
}

export interface Edge {
  readonly from: string
  readonly to: string
  readonly words: string
  readonly isLit: boolean
  readonly tone: Box['tone']
}

/** Three columns and what joins them; boxes by `keyOf`. */
export interface Drawing {
  readonly columns: Readonly<Record<Kind, readonly Box[]>>
  readonly edges: readonly Edge[]
}

export function keyOf({ kind, id }: Pick<Box, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}

type Whole = Omit<Box, 'row' | 'folded'>
/** The id of what is folded in a column. */
export const foldId = '\u2026'

/**
 * What is drawn of a scene: all that belongs to `focus` where there is one, and in each column at most as many boxes as
 * `most` says, those first that are lit, in trouble or the focus itself; the rest is folded into one.
 */
export function drawingOf(
  scene: SceneView,
  focus: Focus | null,
  most: Readonly<Record<Kind, number>>,
): Drawing {
  const all = boxesOf(scene)
  const links = linksOf(scene)
  const isKnown = focus !== null && all[focus.kind].some(({ id }) => id === focus.id)
  const wanted = isKnown ? reachable(keyOf(focus), links) : null
  const place = new Map<string, string>()
  const fold = (kind: Kind): readonly Box[] => {
    const list = all[kind].filter((box) => wanted === null || wanted.has(keyOf(box)))
    const isFocus = (box: Whole): boolean => isKnown && keyOf(box) === keyOf(focus)
    const shown = new Set(
      list.length <= most[kind] + 1
        ? list
        : list.toSorted((a, b) => weight(b, isFocus(b)) - weight(a, isFocus(a))).slice(0, most[kind]),
    )
    const left = list.filter((box) => !shown.has(box))
    for (const box of left) place.set(keyOf(box), keyOf({ kind, id: foldId }))
    for (const box of shown) place.set(keyOf(box), keyOf(box))
    const boxes = list.filter((box) => shown.has(box)).map((box, row) => ({ ...box, row, folded: 0 }))
    return left.length === 0 ? boxes : [...boxes, foldedBox(kind, left, boxes.length)]
  }
  const columns = { port: fold('port'), switch: fold('switch'), remote: fold('remote') }
  return { columns, edges: edgesOf(links, place, scene) }
}

function weight({ isLit, tone }: Whole, isFocus: boolean): number {
  return (isFocus ? 4 : 0) + (isLit ? 2 : 0) + (tone === 'bad' ? 1 : 0)
}

function foldedBox(kind: Kind, left: readonly Whole[], row: number): Box {
  const bad = left.filter(({ tone }) => tone === 'bad').length
  return {
    kind,
    id: foldId,
    title: `${left.length} more`,
    words: bad === 0 ? 'show some' : `${bad} in trouble`,
    tone: bad === 0 ? 'plain' : 'bad',
    isLit: left.some(({ isLit }) => isLit),
    folded: left.length,
    row,
  }
}

function boxesOf({ ports, switches, remotes, lit }: SceneView): Readonly<Record<Kind, readonly Whole[]>> {
  const [litPorts, litSwitches, litRemotes] = [
    new Set(lit.ports),
    new Set(lit.switches),
    new Set(lit.remotes),
  ]
  return {
    port: ports.map(({ name, faults, bindings }) => ({
      kind: 'port',
      id: name,
      title: name,
      words: faults.length > 0 ? faults.join(', ') : counted(bindings.length, 'binding'),
      tone: faults.length > 0 ? 'bad' : 'plain',
      isLit: litPorts.has(name),
    })),
    switch: switches.map(({ uuid, name, vni, local, remote }) => ({
      kind: 'switch',
      id: uuid,
      title: name,
      words: `${vni === null ? 'no VNI' : `VNI ${vni}`} · ${local} here, ${remote} away`,
      tone: 'plain',
      isLit: litSwitches.has(uuid),
    })),
    remote: remotes.map(({ ip, bfd, macs }) => ({
      kind: 'remote',
      id: ip,
      title: ip,
      words: `${bfdText(bfd)}${counted(macs, 'MAC')}`,
      tone: bfd['state'] === 'up' ? 'good' : bfd['state'] === undefined ? 'plain' : 'bad',
      isLit: litRemotes.has(ip),
    })),
  }
}

function bfdText({ state, enabled }: Readonly<Record<string, string>>): string {
  if (state !== undefined) return `BFD ${state} · `
  return enabled === 'false' ? 'no BFD · ' : ''
}

interface Link {
  readonly from: string
  readonly to: string
  readonly words: string
}

function linksOf({ ports, switches }: SceneView): readonly Link[] {
  const bindings = ports.flatMap(({ name, bindings: list }) =>
    list.flatMap(({ vlan, to }) =>
      to === null
        ? []
        : [{ from: `port:${name}`, to: `switch:${to}`, words: vlan === 0 ? '' : String(vlan) }],
    ),
  )
  const tunnels = switches.flatMap(({ uuid, at }) =>
    at.map(({ ip, macs }) => ({ from: `switch:${uuid}`, to: `remote:${ip}`, words: String(macs) })),
  )
  return [...bindings, ...tunnels]
}

/** What is joined with it, and of a port or a remote what its switches are joined with. */
function reachable(key: string, links: readonly Link[]): ReadonlySet<string> {
  const near = (keys: ReadonlySet<string>): Set<string> =>
    new Set([
      ...keys,
      ...links.flatMap(({ from, to }) => (keys.has(from) ? [to] : keys.has(to) ? [from] : [])),
    ])
  const first = near(new Set([key]))
  if (key.startsWith('switch:')) return first
  const switches = new Set([...first].filter((one) => one.startsWith('switch:')))
  const others = [...near(switches)].filter((one) => one.split(':')[0] !== key.split(':')[0])
  return new Set([key, ...others])
}

function edgesOf(
  links: readonly Link[],
  place: ReadonlyMap<string, string>,
  { lit, remotes }: SceneView,
): readonly Edge[] {
  const isLit = new Set([
    ...lit.ports.map((id) => `port:${id}`),
    ...lit.switches.map((id) => `switch:${id}`),
    ...lit.remotes.map((id) => `remote:${id}`),
  ])
  const down = new Set(
    remotes
      .filter(({ bfd }) => bfd['state'] !== undefined && bfd['state'] !== 'up')
      .map(({ ip }) => `remote:${ip}`),
  )
  const edges = new Map<string, Edge>()
  for (const link of links) {
    const [from, to] = [place.get(link.from), place.get(link.to)]
    if (from === undefined || to === undefined) continue
    const key = `${from} ${to}`
    const known = edges.get(key)
    edges.set(key, {
      from,
      to,
      words:
        known === undefined || known.words === link.words
          ? link.words
          : `${known.words}, ${link.words}`.slice(0, 12),
      isLit: known?.isLit === true || (isLit.has(link.from) && isLit.has(link.to)),
      tone: down.has(link.to) ? 'bad' : 'plain',
    })
  }
  return [...edges.values()]
}
