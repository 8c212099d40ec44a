import { parseIp, printIp } from '../model/acl/ip.js'
import { parseAddress } from '../model/address.js'
import { claimKeyParts } from '../model/claim.js'
import { aclDigits, cookieOf, metadataOf, ofportOf, vlanOf } from '../model/identity.js'
import { parseMac } from '../model/mac.js'
import { parsePrefix, printSubnet } from '../model/routing/prefix.js'
import type { Uuid } from '../model/uuid.js'
import { inFlow, inMatch, type Mentioned } from '../pipeline/mentioned.js'
import type { Mention } from './mentions.js'
import { formsOf, type SubjectForm } from './subject-form.js'

/** Columns by which rows of any table belong to a subject. */
interface Columns {
  readonly name?: string
  readonly MAC?: string
  readonly dst_ip?: string
  readonly ipaddr?: string
  readonly tunnel_ips?: readonly string[]
  readonly tunnel_key?: number | null
  readonly logical_switch?: Uuid
  readonly locator?: Uuid
  readonly locator_set?: Uuid
  readonly locators?: readonly Uuid[]
  readonly local?: Uuid
  readonly remote?: Uuid
  readonly vlan_bindings?: readonly (readonly [number, Uuid])[]
  readonly options?: readonly (readonly [string, string])[]
  readonly ofport?: number | null
  readonly acl_name?: string
  readonly acl_entries?: readonly Uuid[]
  readonly acl_bindings?: readonly (readonly [number, Uuid])[]
  readonly source_mac?: string | null
  readonly dest_mac?: string | null
  readonly source_ip?: string | null
  readonly dest_ip?: string | null
  readonly switch_binding?: readonly (readonly [string, Uuid])[]
  readonly static_routes?: readonly (readonly [string, string])[]
}

/**
 * What a question is about. It is told the mentions of a history in their order, for what was once about it stays so:
 * a row that is gone says no more whose it was, a flow does not name the row it was made for.
 */
export class Subject {
  readonly text: string
  readonly #forms: readonly SubjectForm[]
  /** What was ever about it. */
  readonly #keys = new Set<string>()
  /** Of rows that it names itself. */
  readonly #cookies = new Set<string>()
  readonly #switches = new Set<Uuid>()
  readonly #metadata = new Set<string>()
  /** Locators that it names, and the sets of them. */
  readonly #locators = new Set<Uuid>()
  /** OpenFlow ports by the interfaces that it names, and whether one of those is a port of the emulated switch. */
  readonly #ofports = new Map<Uuid, number>()
  #isOwnPort = false
  /** ACLs that it names, as rows and as flows have them, and the entries of these. */
  readonly #acls = new Set<Uuid>()
  readonly #aclDigits = new Set<string>()
  readonly #aclEntries = new Set<Uuid>()

  /** See `subjectForms`; every text is a name at least. */
  constructor(text: string) {
    this.text = text
    this.#forms = formsOf(text)
  }

  /** Whether anything was about it so far. */
  get isKnown(): boolean {
    return this.#keys.size > 0
  }

  /** Those of the mentions of one entry that are about it, in their order. */
  among(mentions: readonly Mention[]): readonly Mention[] {
    if (mentions.length === 0) return []
    // rows of one entry refer to each other in any order
    let before = -1
    while (before < this.#seeds()) before = this.#links(mentions)
    return mentions.filter((mention) => this.#isAbout(mention))
  }

  /** Whether it is about this as it stands; what merely was about it, or is in the place of what was, is not. */
  isAboutNow(mention: Mention): boolean {
    return this.#isNamed(mention) || this.#belongs(mention)
  }

  /** Whether the row itself says the word, whatever its table. */
  isNamedBy(row: object): boolean {
    return this.#forms.some((form) => rowNames(form, row))
  }

  #seeds(): number {
    return this.#cookies.size + this.#switches.size + this.#locators.size + this.#ofports.size
  }

  /** Learns what these rows lead to; gives how much was known before. */
  #links(mentions: readonly Mention[]): number {
    const before = this.#seeds()
    for (const mention of mentions)
      if (mention.what === 'row' && mention.value !== null) this.#link(mention, mention.value)
    return before
  }

  #link(mention: Mention & { what: 'row' }, row: Columns): void {
    const { table, key } = mention
    // a port that has a VLAN is not all about it, nor a router about each of its routes
    const isWhole = ({ is }: SubjectForm) =>
      is !== 'vlan' && !(is === 'address' && table === 'Logical_Router')
    const isNamed = this.#forms.some((form) => isWhole(form) && names(form, mention))
    if (isNamed) {
      this.#cookies.add(cookieOf(key))
      if (table === 'Logical_Switch') {
        this.#switches.add(key)
        this.#metadata.add(metadataOf(key))
      }
      if (table === 'Physical_Locator') this.#locators.add(key)
      if (table === 'Interface' && typeof row.ofport === 'number') this.#ofports.set(key, row.ofport)
      if (table === 'ACL') {
        this.#acls.add(key)
        this.#aclDigits.add(aclDigits(key))
        for (const entry of row.acl_entries ?? []) {
          this.#aclEntries.add(entry)
          this.#cookies.add(cookieOf(entry))
        }
      }
      // other bridges have ports of the same numbers
      if (table === 'Physical_Port') this.#isOwnPort = true
    }
    const isSetOfIts = row.locators?.some((uuid) => this.#locators.has(uuid)) === true
    if (table === 'Physical_Locator_Set' && (isNamed || isSetOfIts)) this.#locators.add(key)
  }

  #isAbout(mention: Mention): boolean {
    const key = `${mention.what} ${mention.key}`
    if (!this.#keys.has(key) && !this.isAboutNow(mention)) return false
    this.#keys.add(key)
    return true
  }

  #isNamed(mention: Mention): boolean {
    return this.#forms.some((form) => names(form, mention))
  }

  /** A row made for a logical switch, locator or port that it names, a flow made for a row. */
  #belongs(mention: Mention): boolean {
    if (mention.what === 'flow') return this.#isFlowOfIts(mention)
    if (mention.what === 'learned') {
      if (this.#metadata.has(mention.key.slice(0, mention.key.indexOf('/')))) return true
      return mention.value !== null && this.#isPortOfIts(ofportOf(mention.value))
    }
    if (mention.what === 'claim') return this.#metadata.has(claimKeyParts(mention.key).metadata)
    const row: Columns | null = mention.value
    if (row === null) return false
    const switches = [row.logical_switch, ...(row.vlan_bindings ?? []).map(([, uuid]) => uuid)]
    if (switches.some((uuid) => uuid !== undefined && this.#switches.has(uuid))) return true
    if (this.#aclEntries.has(mention.key)) return true
    if (row.acl_bindings?.some(([, acl]) => this.#acls.has(acl)) === true) return true
    const locators = [row.locator, row.locator_set, row.local, row.remote, ...(row.locators ?? [])]
    return locators.some((uuid) => uuid !== undefined && this.#locators.has(uuid))
  }

  #isFlowOfIts(mention: Mention & { what: 'flow' }): boolean {
    if (mention.value !== null && this.#cookies.has(mention.value.cookie)) return true
    if (this.#metadata.size === 0 && this.#ofports.size === 0 && this.#acls.size === 0) return false
    const parts = mentionedBy(mention)
    if ([...parts.acls].some((one) => this.#aclDigits.has(one))) return true
    if ([...parts.switches].some((one) => this.#metadata.has(one))) return true
    const ports = [...parts.ports, ...Array.from(parts.bindings, (binding) => ofportOf(binding))]
    return ports.some((port) => this.#isPortOfIts(port))
  }

  #isPortOfIts(ofport: number): boolean {
    return this.#isOwnPort && [...this.#ofports.values()].includes(ofport)
  }
}

/** Whether the mention itself says the word. */
function names(form: SubjectForm, mention: Mention): boolean {
  const { what, key, value } = mention
  if (what === 'flow') return flowNames(form, mention)
  if (what === 'learned') {
    if (form.is === 'mac') return key.endsWith(`/${form.mac}`)
    return form.is === 'vlan' && typeof value === 'number' && vlanOf(value) === form.vlan
  }
  if (what === 'claim') {
    if (form.is === 'mac') return mention.value?.mac === form.mac
    return form.is === 'address' && claimKeyParts(key).address === form.address
  }
  if (form.is === 'row') return key.startsWith(form.start)
  if (form.is === 'cookie') return cookieOf(key) === form.cookie
  return value !== null && typeof value === 'object' && rowNames(form, value)
}

function rowNames(form: SubjectForm, row: Columns): boolean {
  switch (form.is) {
    case 'mac':
      return [row.MAC, row.source_mac, row.dest_mac].some(
        (one) => one != null && (parseMac(one) ?? one) === form.mac,
      )
    case 'address': {
      const ends = (row.options ?? []).flatMap(([name, value]) =>
        name === 'remote_ip' || name === 'local_ip' ? [value] : [],
      )
      const all = [row.dst_ip, row.ipaddr, row.source_ip, row.dest_ip, ...(row.tunnel_ips ?? []), ...ends]
      return (
        all.some((one) => one != null && (parseAddress(one) ?? one) === form.address) ||
        routerNames(form.address, row)
      )
    }
    case 'vni':
      return row.tunnel_key === form.vni
    case 'vlan':
      return row.vlan_bindings?.some(([vlan]) => vlan === form.vlan) === true
    case 'name':
      return row.name === form.name || row.acl_name === form.name
    case 'flow':
    case 'cookie':
    case 'row':
      return false
  }
}

/** Whether a router has the address, its subnet, or a route to it or by way of it. */
function routerNames(address: string, { switch_binding = [], static_routes = [] }: Columns): boolean {
  const isIt = (text: string) => {
    const prefix = parsePrefix(text)
    if (prefix === undefined) return (parseAddress(text) ?? text) === address
    return printIp(prefix.ip) === address || printSubnet(prefix) === address
  }
  return switch_binding.some(([key]) => isIt(key)) || static_routes.some((pair) => pair.some(isIt))
}

/** To look for a piece of text is cheaper than to take the text apart. */
function flowNames(form: SubjectForm, mention: Mention & { what: 'flow' }): boolean {
  const { key, value } = mention
  switch (form.is) {
    case 'flow':
      return key === form.key
    case 'cookie':
      return value?.cookie === form.cookie
    case 'mac':
      return key.includes(form.mac) && inMatch(key).macs.has(form.mac)
    case 'address':
      return (
        [form.address, hexStart(form.address)].some((text) => hasText(mention, text)) &&
        hasAddress(mentionedBy(mention), form.address)
      )
    case 'vni':
      return hasText(mention, form.vni.toString(16)) && mentionedBy(mention).vnis.has(form.vni)
    case 'vlan': {
      const { bindings, vlans } = mentionedBy(mention)
      return vlans.has(form.vlan) || [...bindings].some((one) => vlanOf(one) === form.vlan)
    }
    case 'row':
    case 'name':
      return false
  }
}

/** How the number begins that registers have for an address: that of a neighbour of a router. */
function hexStart(address: string): string {
  const { family, bits } = parseIp(address) ?? { family: 4, bits: 0n }
  return `0x${(family === 4 ? bits : bits >> 96n).toString(16)}`
}

function hasAddress({ vteps, stations }: Mentioned, address: string): boolean {
  return vteps.has(address) || stations.has(address)
}

function hasText({ key, value }: Mention & { what: 'flow' }, text: string): boolean {
  return key.includes(text) || value?.actions.includes(text) === true
}

/** Of one that is gone only the key is known. */
function mentionedBy({ key, value }: Mention & { what: 'flow' }): Mentioned {
  return value === null ? inMatch(key) : inFlow(value)
}
