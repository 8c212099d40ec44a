import { extrasOf, type Flow, type FlowKey, flowKey, parseFlow } from '../../model/flow.js'
import { normalActions } from './actions.js'
import { parseMatch, printMatch } from './match.js'
import { split } from './split.js'
import { excerptOf, Unclear } from './unclear.js'
import { parseInteger, type PortNumbers } from './value.js'

/** A line of a dump: its flow in our form, and why that is not known to be so. */
export interface FlowLine {
  readonly flow: Flow
  /** What of the line is none of the forms we know: the flow is the text as it is. null: all is understood. */
  readonly unclear: string | null
}

/** Flows in our form, those that derive made say, by key. */
export type KnownFlows = (key: FlowKey) => Flow | undefined

/**
 * A line of `ovs-ofctl dump-flows` or of a file of flows, in any form that Open vSwitch 2.13 to 4.0 prints or takes:
 * whatever the OpenFlow version, with statistics and names or without. Flows of one meaning give one text. undefined
 * where the line is no flow. A line that says what a flow of `known` says is not parsed, which is much
 * quicker.
 */
export function readFlowLine(
  line: string,
  ports: PortNumbers,
  known: KnownFlows = () => undefined,
): FlowLine | undefined {
  const flow = saidBy(line, known)
  return flow === undefined ? parsed(line, ports) : { flow, unclear: null }
}

/** What ovs-ofctl puts around a match in our form; its numbers are compared as text, so 007 is none of ours. */
const plain =
  /^ ?(?:cookie=(0x[\da-f]+), )?(?:duration=[\d.]+s, )?(?:table=(\d+), )?(?:n_packets=\d+, n_bytes=\d+, )?(?:idle_age=\d+, )?(?:hard_age=\d+, )?(priority=\d[^ ]*) actions=(.*)$/

/** The known flow whose text the line has, letter by letter, so that parsing it could give nothing else. */
function saidBy(line: string, known: KnownFlows): Flow | undefined {
  const [, cookie = '0x0', table = '0', match, actions] = plain.exec(line) ?? []
  const flow = match === undefined ? undefined : known(`table=${table},${match}`)
  const isSame = flow?.cookie === cookie && flow.actions === actions && flow.extras === undefined
  return isSame ? flow : undefined
}

function parsed(line: string, ports: PortNumbers): FlowLine | undefined {
  const text = line.trim()
  const cut = /(^|[ ,])actions=/.exec(text)
  if (cut === null || text.startsWith('#')) return undefined
  const head = text.slice(0, cut.index)
  const actions = text.slice(cut.index + cut[0].length)
  try {
    return { flow: normalFlow(head, actions, ports), unclear: null }
  } catch (error) {
    if (!(error instanceof Unclear)) throw error
    const flow = parseFlow(` ${uncounted(head)} actions=${actions}`)
    return flow && { flow, unclear: error.message }
  }
}

/** The head of a line of a dump without what is counted, as far as that is told without reading the match. */
function uncounted(head: string): string {
  return head
    .split(', ')
    .filter((part) => !counter.test(part))
    .join(', ')
}

function normalFlow(head: string, actionText: string, ports: PortNumbers): Flow {
  const { words, attributes } = sorted(split(head, ', '))
  const match = parseMatch(words, ports)
  const { table, priority, cookie } = attributes
  const extras = extrasOf(attributes.extras)
  const tci = match.get('vlan_tci')
  const actions = normalActions(actionText, {
    ports,
    isTagged: tci !== undefined && (tci.value & 0x1000n) !== 0n,
    protocol: match.get('nw_proto')?.value,
  })
  const key = flowKey(table, priority, printMatch(match))
  return extras === undefined ? { key, cookie, actions } : { key, cookie, actions, extras }
}

const counter = /^(?:duration|n_packets|n_bytes|n_offload_packets|n_offload_bytes|idle_age|hard_age)=[^, ]*$/

/** What chooses flows, and what is counted, is no part of one. */
const ignored = /^(?:out_port|out_group)=|^cookie=.*\/.*$/

const flag = /^(send_flow_rem|check_overlap|reset_counts|no_packet_counts|no_byte_counts)$/
const timeout = /^(idle_timeout|hard_timeout|importance)$/

interface Attributes {
  table: number
  priority: number
  cookie: string
  extras: string[]
}

function sorted(parts: readonly string[]): { words: string[]; attributes: Attributes } {
  const words: string[] = []
  const attributes: Attributes = { table: 0, priority: 32768, cookie: '0x0', extras: [] }
  for (const part of parts) {
    const [name = '', value = ''] = part.split('=')
    if (counter.test(part) || ignored.test(part)) continue
    if (name === 'table' || name === 'table_id') attributes.table = small(value, 255)
    else if (name === 'priority') attributes.priority = small(value, 65535)
    else if (name === 'cookie') attributes.cookie = `0x${integer(value).toString(16)}`
    else if (flag.test(part)) attributes.extras.push(part)
    else if (timeout.test(name)) {
      const number = small(value, 65535)
      if (number !== 0) attributes.extras.push(`${name}=${number}`)
    } else words.push(part)
  }
  return { words, attributes }
}

function small(text: string, most: number): number {
  const value = integer(text)
  if (value > BigInt(most)) throw new Unclear(`not a number up to ${most}: ${excerptOf(text)}`)
  return Number(value)
}

function integer(text: string): bigint {
  const value = parseInteger(text)
  if (value === undefined || value > 0xffffffffffffffffn)
    throw new Unclear(`not a number: ${excerptOf(text)}`)
  return value
}
