import type { Address } from '../model/address.js'
import type { FlowId } from '../model/batch.js'
import type { Flow, FlowKey } from '../model/flow.js'
import type { Mac } from '../model/mac.js'
import { mapKey, readFlow } from '../pipeline/rules.js'
import { unchanged } from '../pipeline/values.js'
import { type Values } from '../pipeline/value-map.js'
import { extrasRedacted, otherActionsRedacted, otherKeyRedacted } from './other-flows.js'
import type { Pseudonyms } from './pseudonyms.js'

/** A flow with pseudonyms. One of ours stays a flow of the same rule. */
export function flowRedacted(names: Pseudonyms, flow: Flow): Flow {
  const known = readFlow(flow)?.map(valuesOf(names))
  if (known !== undefined) return known
  const { extras } = flow
  return {
    key: keyRedacted(names, flow.key),
    cookie: names.cookie(flow.cookie),
    actions: otherActionsRedacted(names, flow.actions),
    ...(extras === undefined ? {} : { extras: extrasRedacted(names, extras) }),
  }
}

function valuesOf(names: Pseudonyms): Values {
  return {
    ...unchanged,
    metadata: (text) => names.metadata(text),
    cookie: (text) => names.cookie(text),
    mac: (mac) => names.mac(mac) as Mac,
    address: (address) => names.address(address) as Address,
    acl: (digits) => names.digits(digits),
    ip: (address) => names.maskedIp(address),
    routed: (address) => names.routedIn(address),
    station: (address) => names.address(address) as Address,
  }
}

export function flowIdRedacted(names: Pseudonyms, { key, cookie }: FlowId): FlowId {
  return { key: keyRedacted(names, key), cookie: names.cookie(cookie) }
}

export function keyRedacted(names: Pseudonyms, key: FlowKey): FlowKey {
  return mapKey(key, valuesOf(names)) ?? otherKeyRedacted(names, key)
}
