/** What the text of one of our flows names; a binding is a port and a VLAN, see `bindingOf`. */
export interface FlowParts {
  readonly metadata: readonly string[]
  readonly addresses: readonly string[]
  readonly ports: readonly number[]
  readonly vlans: readonly number[]
  readonly bindings: readonly number[]
  readonly vnis: readonly number[]
  readonly mac: string | null
}

/** `text`: the key, and the actions where they are known. */
export function flowParts(text: string): FlowParts {
  const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found)
  const numbers = (pattern: RegExp): number[] => all(pattern).map(Number)
  return {
    metadata: [...all(/[,]metadata=(0x[0-9a-f]+)/g), ...all(/set_field:(0x[0-9a-f]+)->metadata/g)],
    addresses: [
      ...all(/set_field:([0-9a-f.:]+)->tun_(?:ipv6_)?dst/g),
      ...all(/tun_(?:ipv6_)?src=([0-9a-f.:]+)/g),
    ],
    ports: [...numbers(/in_port=(\d+)/g), ...numbers(/output:(\d+)/g)],
    vlans: numbers(/dl_vlan=(\d+)/g),
    bindings: [...numbers(/[,]reg[01]=(0x[0-9a-f]+)/g), ...numbers(/set_field:(0x[0-9a-f]+)->reg[01]/g)],
    vnis: [...numbers(/tun_id=(0x[0-9a-f]+)/g), ...numbers(/set_field:(0x[0-9a-f]+)->tun_id/g)],
    mac: /dl_dst=([0-9a-f:]{17})(?:,|$|\s)/.exec(text)?.[1] ?? null,
  }
}
