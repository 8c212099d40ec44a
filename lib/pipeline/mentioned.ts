import type { Flow, FlowKey } from '../model/flow.js'
import type { Address } from '../model/address.js'
import type { Mac } from '../model/mac.js'
import { type Said, saidIn } from '../compare/forms/said.js'
import { mapKey, readFlow } from './rules.js'
import { unchanged } from './values.js'
import { type Values } from './value-map.js'

/** What a text names, each once, in its order. */
export type Mentioned = Said

/** What the match of a flow names. */
export function inMatch(key: FlowKey): Mentioned {
  const noting = new Noting()
  return mapKey(key, noting.values) === null ? saidIn(key, '') : noting
}

/** What a flow names in match and actions. */
export function inFlow(flow: Pick<Flow, 'key' | 'cookie' | 'actions' | 'extras'>): Mentioned {
  const noting = new Noting()
  const reading = readFlow(flow)
  reading?.map(noting.values)
  return reading === null ? saidIn(flow.key, flow.actions) : noting
}

class Noting implements Mentioned {
  readonly switches = new Set<string>()
  readonly macs = new Set<Mac>()
  readonly vteps = new Set<Address>()
  readonly stations = new Set<Address>()
  readonly vnis = new Set<number>()
  readonly ports = new Set<number>()
  readonly vlans = new Set<number>()
  readonly bindings = new Set<number>()
  readonly acls = new Set<string>()

  readonly values: Values = {
    ...unchanged,
    metadata: noted(this.switches),
    mac: noted(this.macs),
    address: noted(this.vteps),
    station: noted(this.stations),
    vni: noted(this.vnis),
    port: noted(this.ports),
    vlan: noted(this.vlans),
    binding: noted(this.bindings),
    acl: noted(this.acls),
    ip: (masked) => {
      // one with a mask is no station
      if (!masked.includes('/')) this.stations.add(String(masked) as Address)
      return masked
    },
    routed: (masked) => {
      this.stations.add(String(masked) as Address)
      return masked
    },
  }
}

function noted<A>(all: Set<A>): (value: A) => A {
  return (value) => {
    all.add(value)
    return value
  }
}
