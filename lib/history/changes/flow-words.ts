import type { FlowKey } from '../../model/flow.js'
import { inMatch } from '../../pipeline/mentioned.js'
import type { FlowNames } from '../../pipeline/rule.js'

const mostListed = 3

/** What flows are for, in names, by their keys alone: of some that are gone nothing else is known. */
export function flowsText(keys: readonly FlowKey[], names: FlowNames): string {
  const words = [...new Set(keys.map((key) => flowInWords(key, names)))]
  const more = words.length - mostListed
  return [...words.slice(0, mostListed), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

/** Of one flow. */
export function flowInWords(key: FlowKey, names: FlowNames): string {
  const mentioned = inMatch(key)
  const [[logicalSwitch], [address], [vni]] = [mentioned.switches, mentioned.vteps, mentioned.vnis]
  const [[mac], [binding]] = [mentioned.macs, mentioned.bindings]
  const [[port], [vlan]] = [mentioned.ports, mentioned.vlans]
  const where = logicalSwitch === undefined ? '' : ` in ${names.logicalSwitch(logicalSwitch)}`
  if (mac !== undefined) return `${mac}${where}`
  if (vni !== undefined) return `VNI ${vni}${address === undefined ? '' : ` from ${address}`}`
  if (address !== undefined) return `frames from VTEP ${address}`
  if (binding !== undefined) return `${names.binding(binding)}${where}`
  if (port !== undefined && vlan !== undefined) return names.binding(port * 0x10000 + vlan)
  return logicalSwitch === undefined ? 'the pipeline' : `floods${where}`
}
