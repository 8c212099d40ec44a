import { parseAddress } from '../model/address.js'
import type { Flow } from '../model/flow.js'
import { aclDigits } from '../model/identity.js'
import { parseMac, unknownDestination } from '../model/mac.js'
import type { Uuid } from '../model/uuid.js'
import type { LocatorRow, McastMacRow, PhysicalPortRow, UcastMacRow } from '../schema/hardware-vtep.js'
import { inFlow } from '../pipeline/mentioned.js'
import type { FlowRows } from '../pipeline/rule.js'
import { readFlow } from '../pipeline/rules.js'
import type { Past } from './past.js'

/**
 * The rows that a flow of ours was made from as they stand: first the one that its cookie names,
 * then those that this one leads to, as far as the flow's text depends on them.
 */
export function originsOf(flow: Flow, past: Past): readonly Uuid[] {
  const [metadata = ''] = inFlow(flow).switches
  const own = [past.ofCookie(flow.cookie), past.logicalSwitch(metadata)]
  const further = readFlow(flow)?.rows(rowsIn(past)) ?? []
  return [...new Set([...own, ...further].filter((uuid) => uuid !== undefined))]
}

function rowsIn(past: Past): FlowRows {
  const at = (uuid: Uuid) => past.row(uuid)
  return {
    ofCookie: (cookie) => past.ofCookie(cookie),
    logicalSwitch: (metadata) => past.logicalSwitch(metadata),
    locatorsOf: (row) => locatorsOf(row, at),
    locatorsAt: (address) =>
      [...past.ofTable('Physical_Locator')].filter(
        (uuid) => parseAddress((at(uuid) as LocatorRow | null)?.dst_ip ?? '') === address,
      ),
    groups(metadata, mac) {
      const logicalSwitch = past.logicalSwitch(metadata)
      return [...past.groups(logicalSwitch ?? '')].filter((uuid) => {
        const row = at(uuid) as McastMacRow | null
        if (row === null || row.logical_switch !== logicalSwitch) return false
        return mac === null ? row.MAC === unknownDestination : parseMac(row.MAC) === mac
      })
    },
    ofAcl(digits) {
      const [acl] = [...past.ofTable('ACL')].filter((uuid) => aclDigits(uuid) === digits)
      const binding = [...past.ofTable('Physical_Port')].filter((uuid) =>
        (at(uuid) as PhysicalPortRow | null)?.acl_bindings.some(([, bound]) => bound === acl),
      )
      return acl === undefined ? [] : [acl, ...binding]
    },
    portsOf(metadata) {
      const logicalSwitch = past.logicalSwitch(metadata)
      return [...past.ofTable('Physical_Port')].filter((uuid) =>
        (at(uuid) as PhysicalPortRow | null)?.vlan_bindings.some(([, bound]) => bound === logicalSwitch),
      )
    },
  }
}

function locatorsOf(uuid: Uuid, at: (uuid: Uuid) => object | null): readonly Uuid[] {
  const row = at(uuid) as Partial<UcastMacRow & McastMacRow> | null
  if (row?.locator !== undefined) return [row.locator]
  const set = row?.locator_set
  const locators = set === undefined ? null : (at(set) as { locators?: readonly Uuid[] } | null)
  return locators?.locators ?? []
}
