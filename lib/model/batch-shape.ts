import { isOneLine } from '../words/one-line.js'
import type { Batch, ConfigBatch, FlowBatch, FlowId, Lane, Operation, RowBatch } from './batch.js'
import type { Flow } from './flow.js'
import type { Part } from './batch.js'
import {
  anyText,
  constant,
  isBoolean,
  listOf,
  mayBeMissing,
  nullable,
  record,
  recordOf,
  type Shape,
  textShape,
  variants,
  words,
} from './shape.js'

export const laneShape: Shape<Lane> = constant('switch', 'vtep')

/** Parts of a flow stand in lines that `ovs-ofctl` reads one by one. */
const flowText = textShape('a part of a flow in one line', isOneLine)
export const flowKeyShape = textShape(
  "a flow's table, priority and match in one line",
  (key) => /^table=\d{1,3},priority=\d{1,5}(?:,|$)/.test(key) && isOneLine(key),
)
const cookieShape = textShape('a cookie', (cookie) => /^0x[0-9a-f]{1,16}$/.test(cookie))

export const flowShape = record<Flow>({
  key: flowKeyShape,
  cookie: cookieShape,
  actions: flowText,
  extras: mayBeMissing(flowText),
})

const flowId = record<FlowId>({ key: flowKeyShape, cookie: cookieShape })
const flowBatch = record<Omit<FlowBatch, 'kind'>>({
  bridge: anyText,
  remove: listOf<FlowId>(flowId),
  add: listOf(flowShape),
})

/** Options of ovs-vsctl itself stand before its commands: of those a batch has one, for others name files, databases and logs. */
const vsctlWords = words('arguments of ovs-vsctl as they are planned', ([first = '', second, ...more]) =>
  first.startsWith('-') ? /^--timeout=\d+$/.test(first) && second === '--' && more.length > 0 : first !== '',
)

export const partShape = record<Part>({ key: anyText, content: anyText })

const operation = recordOf<Operation>([['op', anyText]])

export const batchShape = variants<Batch>('kind', {
  config: record<Omit<ConfigBatch, 'kind'>>({
    arguments: vsctlWords,
    isFlushing: isBoolean,
    restoration: nullable(variants<FlowBatch>('kind', { flows: flowBatch })),
  }),
  flows: flowBatch,
  rows: record<Omit<RowBatch, 'kind'>>({
    operations: listOf(operation),
    reports: listOf(partShape),
  }),
} satisfies Readonly<Record<Batch['kind'], Shape<object>>>)
