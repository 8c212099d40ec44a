import type { FlowKey } from '../../model/flow.js'
import { flowParts } from '../flow-parts.js'
import type { Names } from '../names.js'

const mostListed = 3

/** What flows are for, in names, by their keys alone: of some that are gone nothing else is known. */
export function flowsText(keys: readonly FlowKey[], names: Names): string {
  const words = [...new Set(keys.map((key) => flowText(key, names)))]
  const more = words.length - mostListed
  return [...words.slice(0, mostListed), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

function flowText(key: FlowKey, names: Names): string {
  const { mac, metadata, addresses, bindings, ports, vlans, vnis } = flowParts(key)
  const [logicalSwitch, address, vni] = [metadata[0], addresses[0], vnis[0]]
  const where = logicalSwitch === undefined ? '' : ` in ${names.logicalSwitch(logicalSwitch)}`
  if (mac !== null) return `${mac}${where}`
  if (vni !== undefined) return `VNI ${vni}${address === undefined ? '' : ` from ${address}`}`
  if (address !== undefined) return `frames from VTEP ${address}`
  const binding = bindings.find((one) => one > 0xffff)
  if (binding !== undefined) return `${names.binding(binding)}${where}`
  if (ports[0] !== undefined && ports[0] < 0xff00 && vlans[0] !== undefined)
    return names.binding(ports[0] * 0x10000 + vlans[0])
  return logicalSwitch === undefined ? 'the pipeline' : `floods${where}`
}
