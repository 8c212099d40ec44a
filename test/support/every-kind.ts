import { bindingFlows } from '../../lib/pipeline/binding.js'
import { pipelineFlows } from '../../lib/pipeline/always.js'
import { floodFlows, groupFlows } from '../../lib/pipeline/replication.js'
import { remoteMacFlow } from '../../lib/pipeline/rules/remote-mac.js'
import { anySenderFlow, pairFlow } from '../../lib/pipeline/rules/sender.js'
import type { Target } from '../../lib/pipeline/target.js'
import { type Address, parseAddress } from '../../lib/model/address.js'
import type { Flow } from '../../lib/model/flow.js'
import { bindingOf } from '../../lib/model/identity.js'
import { parseMac } from '../../lib/model/mac.js'

const logicalSwitch = '00c0ffee-0001-4000-8000-00000000000a'
const row = '0badcafe-0002-4000-8000-00000000000b'

/** At least one flow of every kind that the pipeline can make, with values at both ends of their ranges. */
export function everyKind(): Flow[] {
  const bindings = [0, 1, 4094].map((vlan, i) => {
    const ofports = [[1], [2], [3, 65279]][i] ?? []
    return { number: bindingOf(ofports[0] ?? 0, vlan), ofports, vlan, port: row, logicalSwitch }
  })
  const many = Array.from({ length: 1200 }, (_, i) => to(`10.9.${i >> 8}.${i & 255}`, 0xffffff))
  const targets = [to('fd00::2', 33), to('fd00::3', 34, 60001), ...many]
  const replication = { logicalSwitch, bindings, targets, tunnelPort: 60000 }
  return [
    ...pipelineFlows([60000, 60001], true),
    ...bindings.flatMap((binding, i) => bindingFlows(binding, 65535, i === 0 ? null : 1000 * i)),
    ...floodFlows(replication).flows,
    ...groupFlows(replication, mac('01:00:5e:00:00:05')).flows,
    ...[to('10.2.2.2', 501), to('fd00::2', 501)].flatMap((target) => [
      pairFlow(target.address, target.vni, logicalSwitch),
      remoteMacFlow(logicalSwitch, mac(`00:00:00:00:00:0${target.address.length}`), target, row),
    ]),
    remoteMacFlow(logicalSwitch, mac('11:22:33:44:55:66'), to('10.2.2.2', 0, 60001), row),
    ...[0, 1, 9, 10, 0xffffff].map((vni) => anySenderFlow(vni, logicalSwitch)),
  ]
}

function to(text: string, vni: number, via: number | null = null): Target {
  return { address: address(text), vni, via }
}

function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

function mac(text: string) {
  const parsed = parseMac(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}
