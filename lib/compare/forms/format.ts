/** How ovs-fields(7) writes the values of a field. */
export type FieldFormat =
  | 'decimal'
  | 'hexadecimal'
  /** Hexadecimal, four digits at least. */
  | 'type'
  | 'Ethernet'
  | 'IPv4'
  | 'IPv6'
  | 'port'
  | 'ct_state'
  | 'tcp_flags'
  | 'tun_flags'
  | 'frag'

/** Bits of a field, and which of them count. */
export interface Masked {
  readonly value: bigint
  readonly mask: bigint
}
