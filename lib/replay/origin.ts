import { parseAddress } from '../model/address.js'
import type { Flow } from '../model/flow.js'
import { unknownDestination } from '../model/mac.js'
import type { Uuid } from '../model/uuid.js'
import type { LocatorRow, McastMacRow, PhysicalPortRow, UcastMacRow } from '../schema/hardware-vtep.js'
import type { Meaning } from './meaning.js'
import type { Past } from './past.js'

/**
 * The rows that a flow of ours was made from as they stand: first the one that its cookie names,
 * then those that this one leads to, as far as the flow's text depends on them.
 */
export function originsOf(flow: Flow, rule: Meaning['rule'], past: Past): readonly Uuid[] {
  const own = past.ofCookie(flow.cookie)
  const logicalSwitch = past.logicalSwitch(metadataIn(flow) ?? '')
  const all = [own, logicalSwitch, ...further(flow, rule, { own, logicalSwitch }, past)]
  return [...new Set(all.filter((uuid) => uuid !== undefined))]
}

interface Found {
  readonly own: Uuid | undefined
  readonly logicalSwitch: Uuid | undefined
}

function further(
  { key }: Flow,
  rule: Meaning['rule'],
  { own, logicalSwitch }: Found,
  past: Past,
): readonly Uuid[] {
  switch (rule) {
    case 'pipeline':
    case 'binding':
      return []
    case 'peer':
    case 'vni': {
      const [, sender] = /,tun_(?:ipv6_)?src=([^,]+)/.exec(key) ?? []
      return sender === undefined ? [] : locatorsAt(sender, past)
    }
    case 'mac':
      return own === undefined ? [] : locatorsOf(own, past)
    case 'flood': {
      const groups = [...past.groups(logicalSwitch ?? '')].filter((uuid) => {
        const row = past.row(uuid) as McastMacRow | null
        return row?.MAC === unknownDestination && row.logical_switch === logicalSwitch
      })
      const ports = [...past.ofTable('Physical_Port')].filter((uuid) =>
        (past.row(uuid) as PhysicalPortRow | null)?.vlan_bindings.some(
          ([, bound]) => bound === logicalSwitch,
        ),
      )
      return [...groups.flatMap((uuid) => [uuid, ...locatorsOf(uuid, past)]), ...ports]
    }
  }
}

function metadataIn({ key, actions }: Flow): string | undefined {
  return (/,metadata=(0x[0-9a-f]+)/.exec(key) ?? /set_field:(0x[0-9a-f]+)->metadata/.exec(actions))?.[1]
}

/** Where a row of a MAC table points. */
function locatorsOf(uuid: Uuid, past: Past): readonly Uuid[] {
  const row = past.row(uuid) as Partial<UcastMacRow & McastMacRow> | null
  if (row?.locator !== undefined) return [row.locator]
  const set = row?.locator_set
  const locators = set === undefined ? null : (past.row(set) as { locators?: readonly Uuid[] } | null)
  return locators?.locators ?? []
}

function locatorsAt(address: string, past: Past): readonly Uuid[] {
  return [...past.ofTable('Physical_Locator')].filter(
    (uuid) => parseAddress((past.row(uuid) as LocatorRow | null)?.dst_ip ?? '') === address,
  )
}
