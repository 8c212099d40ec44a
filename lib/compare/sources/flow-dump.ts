import { type KnownFlows, readFlowLine } from '../forms/flow-line.js'
import { excerptOf } from '../forms/unclear.js'
import type { PortNumbers } from '../forms/value.js'
import type { Flow } from '../../model/flow.js'
import { SourceError } from './database.js'

/** The flows of one bridge, in the order of the text. */
export interface FlowDump {
  readonly flows: readonly Flow[]
  /** Lines, from 1 on, whose flow is kept as the text that it is, each with the reason. */
  readonly unclear: readonly { readonly line: number; readonly reason: string }[]
  /** Whether the last line has its end; else the text may be cut off within a flow that can be read all the same. */
  readonly isEnded: boolean
}

/**
 * The output of `ovs-ofctl dump-flows BRIDGE`, whatever its options, or of `ovs-appctl bridge/dump-flows BRIDGE`, or a
 * file of flows. `known` makes it quick, see readFlowLine. Throws SourceError with the line: where it is no flow, is cut
 * off, says a flow once more, as the dumps of two bridges in one file do, or where no line says a cookie (then nobody can
 * tell whose flows they are).
 */
export function readFlowDump(text: string, ports: PortNumbers, known?: KnownFlows): FlowDump {
  const flows: Flow[] = []
  const unclear: { line: number; reason: string }[] = []
  const lines = new Map<string, number>()
  const cookieless: number[] = []
  text.split('\n').forEach((content, i) => {
    const line = i + 1
    if (besides.test(content)) return
    const found = readFlowLine(content, ports, known)
    if (found === undefined) throw new SourceError(`line ${line}: ${complaint(content)}`)
    if (isCounted.test(content)) cookieless.push(line)
    if (isHidden(content)) return
    const { key } = found.flow
    const before = lines.get(key)
    if (before !== undefined)
      throw new SourceError(`line ${line}: the flow of line ${before} once more; a file is of one bridge`)
    lines.set(key, line)
    flows.push(found.flow)
    if (found.unclear !== null) unclear.push({ line, reason: found.unclear })
  })
  const [first] = cookieless
  if (first !== undefined && !/^ ?cookie=/m.test(text))
    throw new SourceError(
      `line ${first}: flows without cookies, as of "ovs-appctl bridge/dump-flows" before Open vSwitch 3.2; "ovs-ofctl dump-flows" is needed`,
    )
  return { flows, unclear, isEnded: text === '' || text.endsWith('\n') }
}

/**
 * Of the dumps of all bridges in one file, as ovs-bugtool has them, each behind the command that made it, the last one of `bridge`
 * (ovs-bugtool dumps twice, behind a date each time), with empty lines for all else so that line numbers stay; another text
 * as it is. Throws SourceError where `bridge` is not among them.
 */
export function sectionOf(text: string, bridge: string): string {
  const lines = text.split('\n')
  const bridges = lines.map((line) => heading.exec(line)?.[1])
  if (bridges.every((one) => one === undefined)) return text
  const start = bridges.lastIndexOf(bridge)
  if (start < 0) {
    const others = [...new Set(bridges)].filter((one) => one !== undefined)
    throw new SourceError(`line 1: flows of ${others.join(', ')}, but not of ${bridge}`)
  }
  const isEnd = (line: string, i: number): boolean =>
    i > start && (bridges[i] !== undefined || date.test(line))
  const found = lines.findIndex(isEnd)
  const end = found < 0 ? lines.length : found
  return lines.map((line, i) => (i > start && i < end ? line : '')).join('\n')
}

const heading = /^ovs-ofctl dump-flows (?:-O ?\S+ )?(\S+) *$/
/** As date(1) prints it. */
const date = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d .*\d{4}$/

/** Nothing, a comment, the head of a reply, or of one part of several, or what Open vSwitch's programs log. */
const besides =
  /^\s*$|^\s*#|^(NXST|OFPST)_FLOW reply \(.*\):(?: flags=\[more\])?\s*$|^\d{4}-\d\d-\d\dT[\d:.]+Z\|\d+\|/

function complaint(content: string): string {
  const isCutOff =
    /^\s*(cookie|duration|table|table_id|priority)=/.test(content) && !content.includes('actions=')
  return `${isCutOff ? 'a flow that is cut off, without actions' : 'not a flow'}: ${excerptOf(content.trim())}`
}

/** With statistics ovs-ofctl prints every cookie, and `bridge/dump-flows`, since Open vSwitch 3.2, all but that of zeros. */
const isCounted = /^\s*(?:table_id=\d+, )?(?:duration|n_packets)=/

/** What ovs-vswitchd has for itself, which `bridge/dump-flows` alone prints: a table, and priorities that nobody can ask for. */
function isHidden(content: string): boolean {
  const [, table] = /^\s*(?:cookie=0x[\da-f]+, )?table_id=(\d+), duration=/.exec(content) ?? []
  const [, priority] = /^[^(]* priority=(\d+)/.exec(content) ?? []
  return table === '254' || Number(priority) > 65535
}
