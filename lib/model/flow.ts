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
}

export type FlowKey = string

export function flowKey(table: number, priority: number, match: string): FlowKey {
  return `table=${table},priority=${priority}${match === '' ? '' : `,${match}`}`
}

/** The lines of a bundle file, ovs-ofctl(8) "Flow Syntax". */
export function addLine(flow: Flow): string {
  return `flow add cookie=${flow.cookie},${flow.key},actions=${flow.actions}`
}

export function deleteLine({ key, cookie }: Pick<Flow, 'key' | 'cookie'>): string {
  return `flow delete_strict cookie=${cookie}/-1,${key}`
}

const defaultPriority = 32768

/** One line of dump-flows; undefined where it is no flow (a reply header, an empty line). */
export function parseFlow(line: string): Flow | undefined {
  const cut = line.indexOf(' actions=')
  if (cut < 0) return undefined
  const parts = line.slice(0, cut).trim().split(', ')
  let cookie = '0x0'
  let table = '0'
  const rest: string[] = []
  for (const part of parts) {
    if (part.startsWith('cookie=')) cookie = part.slice('cookie='.length)
    else if (part.startsWith('table=')) table = part.slice('table='.length)
    else if (part !== '') rest.push(part)
  }
  const match = rest.join(',')
  const prioritised = match.startsWith('priority=') ? match : joined(`priority=${defaultPriority}`, match)
  return { key: `table=${table},${prioritised}`, cookie, actions: line.slice(cut + ' actions='.length) }
}

function joined(priority: string, match: string): string {
  return match === '' ? priority : `${priority},${match}`
}

export function isSameFlow(a: Flow, b: Flow): boolean {
  return a.actions === b.actions && a.cookie === b.cookie
}
