import type { FlowKey } from '../../model/flow.js'

/** What a flow names, as far as it can be told: logical switches by their metadata, VTEPs by their addresses. */
export interface Said {
  readonly switches: ReadonlySet<string>
  readonly macs: ReadonlySet<string>
  readonly vteps: ReadonlySet<string>
  /** IP addresses of stations. */
  readonly stations: ReadonlySet<string>
  readonly vnis: ReadonlySet<number>
  readonly ports: ReadonlySet<number>
  readonly vlans: ReadonlySet<number>
  readonly bindings: ReadonlySet<number>
  /** See `aclDigits`. */
  readonly acls: ReadonlySet<string>
}

/** Of a flow that is not ours, or is ours no more as we made it: by its text. */
export function saidIn(key: FlowKey, actions: string): Said {
  const matched = (field: string): string[] => found(key, new RegExp(`,${field}=([0-9a-fx.:]+)`, 'g'))
  const set = (field: string): string[] =>
    found(actions, new RegExp(`set_field:([0-9a-fx.:]+)->${field}`, 'g'))
  return {
    switches: new Set([...matched('metadata'), ...set('metadata')]),
    macs: new Set(matched('dl_dst')),
    vteps: new Set([...matched('tun_(?:ipv6_)?src'), ...set('tun_(?:ipv6_)?dst')]),
    stations: new Set(matched('(?:arp_[st]pa|nd_target)')),
    vnis: new Set(matched('tun_id').map(Number)),
    ports: new Set(matched('in_port').map(Number)),
    vlans: new Set(matched('dl_vlan').map(Number)),
    bindings: new Set(),
    acls: new Set(),
  }
}

function found(text: string, form: RegExp): string[] {
  return Array.from(text.matchAll(form), ([, value = '']) => value)
}
