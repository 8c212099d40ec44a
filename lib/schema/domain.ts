/** The atomic types of OVSDB (RFC 7047, 3.2) that the tables we read are declared with. */
export type Atom = 'string' | 'integer' | 'boolean' | 'uuid'

/**
 * What an atom of a column means. Whoever prints, hides or makes up values goes by it: `name` of a switch, port, router
 * or ACL, `keyword` one of few words that a specification gives, `text` anything that a person wrote.
 */
export type Meaning =
  | 'name'
  | 'text'
  | 'keyword'
  | 'mac'
  | 'address'
  | 'IP address'
  | 'IP mask'
  | 'IP prefix'
  | 'ethertype'
  | 'vni'
  | 'vlan'
  | 'port number'
  | 'count'
  | 'header field'
  | 'fault'
  | 'setting'
  | 'target'
  | 'row'

export interface Domain<A extends Atom = Atom> {
  readonly atom: A
  readonly means: Meaning
  /** Of a `row`: the table that it is in. */
  readonly table?: string
  /** Of a `keyword`: those that the schema allows. */
  readonly words?: readonly string[]
  /** Of a `header field`: the largest number that fits. The schema itself allows every integer. */
  readonly most?: number
  /** Of an `IP address`: the column of the same row that says which of its bits count. */
  readonly under?: string
}

export const nameDomain: Domain<'string'> = { atom: 'string', means: 'name' }
export const textDomain: Domain<'string'> = { atom: 'string', means: 'text' }
export const keywordDomain: Domain<'string'> = { atom: 'string', means: 'keyword' }
export const faultDomain: Domain<'string'> = { atom: 'string', means: 'fault' }
/** A key or a value of a map of settings; what a value means depends on its key. */
export const settingDomain: Domain<'string'> = { atom: 'string', means: 'setting' }
/** An Ethernet address as vtep(5) has them, or its word `unknown-dst`. */
export const macDomain: Domain<'string'> = { atom: 'string', means: 'mac' }
/** Where a connection goes to or comes from, as `tcp:ADDRESS:PORT` (ovsdb(7), "Connection Methods"). */
export const targetDomain: Domain<'string'> = { atom: 'string', means: 'target' }
/** The end point of a tunnel: an IPv4 or IPv6 address. */
export const addressDomain: Domain<'string'> = { atom: 'string', means: 'address' }
/** 0 to 16,777,215; the schema itself allows every integer. */
export const vniDomain: Domain<'integer'> = { atom: 'integer', means: 'vni' }
/** 0 to 4095. */
export const vlanDomain: Domain<'integer'> = { atom: 'integer', means: 'vlan' }
/** An OpenFlow port; -1: the port could not be made. */
export const portNumberDomain: Domain<'integer'> = { atom: 'integer', means: 'port number' }

/** Of packets or bytes. */
export const countDomain: Domain<'integer'> = { atom: 'integer', means: 'count' }

/** A reference to a row of `table`. */
export const rowDomain = (table: string): Domain<'uuid'> => ({ atom: 'uuid', means: 'row', table })

/** One of a few words. */
export const oneOfDomain = (...words: readonly string[]): Domain<'string'> => ({
  atom: 'string',
  means: 'keyword',
  words,
})
/** An address in packets, IPv4 or IPv6, of whatever kind; column `under` of its row says which bits count. */
export const ipDomain = (under: string): Domain<'string'> => ({ atom: 'string', means: 'IP address', under })
/** Which bits of an address count, written as an address. Any bits may. */
export const ipMaskDomain: Domain<'string'> = { atom: 'string', means: 'IP mask' }
/** Of a frame, as `0xAAAA`. */
export const ethertypeDomain: Domain<'string'> = { atom: 'string', means: 'ethertype' }
/** A number in a header of a packet, 0 to `most`. */
export const headerDomain = (most: number): Domain<'integer'> => ({
  atom: 'integer',
  means: 'header field',
  most,
})
/** What sorts entries; any integer. */
export const sequenceDomain: Domain<'integer'> = { atom: 'integer', means: 'count' }
/** Of a router: an IP address, with the length of its prefix as in `192.168.1.1/24` or without. */
export const prefixDomain: Domain<'string'> = { atom: 'string', means: 'IP prefix' }
