import { parseAddress } from './address.js'
import { type Claim, claimKeyParts } from './claim.js'
import { batchShape, flowKeyShape, flowShape, laneShape } from './batch-shape.js'
import type { ConfigBatch } from './batch.js'
import type { DatabaseDeclaration } from '../schema/column.js'
import type { Departure, Departures } from './departure.js'
import type { Settings } from './settings.js'
import type { Limits } from './limits.js'
import { type Mac, parseMac } from './mac.js'
import { ovsTables } from '../schema/open-vswitch.js'
import type { Quarantined, Search } from './quarantine.js'
import { rowShape, uuidShape } from './row-shape.js'
import {
  anyText,
  anything,
  constant,
  faultIn,
  type Fields,
  isBoolean,
  listOf,
  mayBeMissing,
  type Missing,
  nullable,
  numberShape,
  pairOf,
  record,
  recordOf,
  type Shape,
  textShape,
} from './shape.js'
import type { Snapshot } from './snapshot.js'
import type { Drift, Knowledge, LaneState, Planned, Repeated, State } from './state.js'
import { vtepTables } from '../schema/hardware-vtep.js'

/** Beyond it no Date is. */
export const latestMs = 8.64e15

export const countShape = numberShape(
  'a whole number from 0 on',
  (value) => Number.isSafeInteger(value) && value >= 0,
)
export const timeShape = numberShape(
  'a time in ms since 1970-01-01 UTC',
  (value) => Number.isSafeInteger(value) && value >= 0 && value <= latestMs,
)
export const bindingShape = numberShape(
  'a binding',
  (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 48,
)
/** See `learnedKey`. */
export const learnedKeyShape = textShape('a logical switch and a MAC', (key) =>
  /^0x[0-9a-f]{1,16}\/[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(key),
)

/** See `claimKey`. */
export const claimKeyShape = textShape('a logical switch and an IP address', (key) => {
  const { metadata, address } = claimKeyParts(key)
  return /^0x[0-9a-f]{1,16}$/.test(metadata) && parseAddress(address) === address
})
const macShape = textShape<Mac>('a MAC', (mac) => parseMac(mac) === mac)
export const claimShape = record<Claim>({ mac: macShape, binding: bindingShape })

const most = nullable(countShape)
export const settingsShape = record<Settings>({
  physicalSwitch: anyText,
  macAgingSeconds: countShape,
  limits: mayBeMissing(record<Limits>({ macs: most, learned: most, learnedPerPort: most, tunnels: most })),
  acceptsAnyPeer: mayBeMissing(constant(true)),
  suppressesArp: mayBeMissing(constant(true)),
  pipeline: mayBeMissing(countShape),
})

const knowledge: Shape<Knowledge> = constant('unknown', 'current', 'lost')
const lane = record<LaneState>({
  inFlight: nullable(batchShape),
  failed: nullable(batchShape),
  setAside: mayBeMissing(batchShape as Shape<ConfigBatch>),
  repeated: nullable(record<Repeated>({ batch: batchShape, count: countShape, atMs: timeShape })),
  search: nullable(record<Search>({ largest: countShape, suspects: listOf(anyText) })),
})
const drift = record<Drift>({
  seq: countShape,
  atMs: timeShape,
  changed: countShape,
  gone: countShape,
  example: flowKeyShape,
})
const planned = record<Planned>({ seq: countShape, atMs: timeShape, lane: laneShape, batch: batchShape })
const quarantined = record<Quarantined>({
  key: anyText,
  content: anyText,
  lane: laneShape,
  reason: anyText,
  isDue: isBoolean,
  isContested: mayBeMissing(constant(true)),
})

const departures = record<Departures>({
  pending: listOf(
    record<Departure>({
      logicalSwitch: uuidShape,
      mac: macShape,
      binding: bindingShape,
    }),
  ),
  recent: listOf(record<Departures['recent'][number]>({ key: learnedKeyShape, atMs: timeShape })),
})

type Keyed = 'vtep' | 'ovs' | 'seen' | 'flows' | 'learned' | 'claims'

/** All of a state that is small; the collections are read by themselves. */
const rest: Fields<Omit<State, Keyed>> = {
  seq: countShape,
  settings: nullable(settingsShape),
  phase: constant('stopped', 'running', 'leaving'),
  announcedAddresses: listOf(anyText),
  foreign: listOf(flowShape),
  displaced: listOf(flowShape),
  formerFailMode: mayBeMissing(anyText),
  replaced: listOf(flowShape),
  knowledge: record<State['knowledge']>({ vtep: knowledge, ovs: knowledge, flows: knowledge }),
  isDoubted: isBoolean,
  drift: nullable(drift),
  lanes: record<State['lanes']>({ switch: lane, vtep: lane }),
  departures: mayBeMissing(departures),
  quarantined: listOf(quarantined),
  planned: nullable(planned),
}

function pairs(key: Shape<string>, value: Shape<unknown>): Shape<readonly (readonly [string, never])[]> {
  return listOf(pairOf(key, value)) as Shape<readonly (readonly [string, never])[]>
}

const seen = pairs(uuidShape, countShape)
const flows = pairs(flowKeyShape, flowShape)
const learned = pairs(learnedKeyShape, bindingShape)
const claims = pairs(claimKeyShape, claimShape)

function tables(declared: DatabaseDeclaration): Shape<never> {
  return recordOf(
    Object.entries(declared).map(([name, columns]) => [
      name,
      mayBeMissing(pairs(uuidShape, rowShape(columns))),
    ]),
  )
}

/** Of `snapshotOf`. */
export const snapshotShape = record<Snapshot>({
  ...rest,
  vtep: nullable(tables(vtepTables)),
  ovs: nullable(tables(ovsTables)),
  seen,
  flows: nullable(flows),
  learned: nullable(learned),
  claims: mayBeMissing(claims),
})

const isKnown = nullable(anything)
/** Of the first text of `piecesOf`, which says of collections only whether they are known. */
export const headShape = recordOf<State>([
  ...Object.entries<Shape<unknown> | Missing<unknown>>(rest),
  ['vtep', isKnown],
  ['ovs', isKnown],
  ['seen', isKnown],
  ['flows', isKnown],
  ['learned', isKnown],
  ['claims', mayBeMissing(anything)],
])

const places = new Map<unknown, Shape<unknown>>([
  ['seen', seen],
  ['flows', flows],
  ['learned', learned],
  ['claims', claims],
  ...placesOf('vtep/', vtepTables),
  ...placesOf('ovs/', ovsTables),
])

function placesOf(prefix: string, declared: DatabaseDeclaration): [string, Shape<unknown>][] {
  return Object.entries(declared).map(([name, columns]) => [
    prefix + name,
    pairs(uuidShape, rowShape(columns)),
  ])
}

const anyPiece = pairOf(anyText, listOf<unknown>(anything))

/** Where a text of `piecesOf` is not one: the field and what it should be. Null: it is; a place that is not known counts for nothing. */
export function faultOfPiece(piece: unknown): string | null {
  const fault = faultIn(anyPiece, piece)
  if (fault !== null || !Array.isArray(piece)) return fault
  const shape = places.get(piece[0])
  return shape === undefined ? null : faultIn(shape, piece[1])
}
