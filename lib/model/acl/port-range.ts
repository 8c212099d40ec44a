/** Ports of TCP, UDP or SCTP, both ends included. */
export interface PortRange {
  readonly min: number
  readonly max: number
}

/** Ports that agree with `value` in the bits of `mask`. */
export interface MaskedPort {
  readonly value: number
  readonly mask: number
}

export const lastPort = 0xffff

export function isEveryPort({ min, max }: PortRange): boolean {
  return min === 0 && max === lastPort
}

/** The fewest prefixes that hold the ports of a range and no other: 30 at most, none for all ports. Ascending. */
export function masksOf(range: PortRange): readonly MaskedPort[] {
  if (isEveryPort(range)) return []
  const masks: MaskedPort[] = []
  for (let value = range.min; value <= range.max;) {
    let size = 1
    while (value % (size * 2) === 0 && value + size * 2 - 1 <= range.max) size *= 2
    masks.push({ value, mask: lastPort + 1 - size })
    value += size
  }
  return masks
}

/** The range that a mask which is a prefix stands for. */
export function portsIn({ value, mask }: MaskedPort): PortRange {
  return { min: value, max: value + lastPort - mask }
}
