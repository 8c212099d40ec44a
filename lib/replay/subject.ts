import { cookieOf, metadataOf } from '../model/identity.js'
import { type Flow, parseFlow } from '../model/flow.js'
import { parseMac } from '../model/mac.js'
import type { Mention } from './mentions.js'

/** How subjects are written, for help texts. */
export const subjectForms =
  'a line of dump-flows, a cookie (0x… or cookie=0x…), a MAC, a VNI (a number), a row UUID or its first 8 digits, a name'

/**
 * What a question is about. It is told the mentions of a history in their order, for what was once about it stays so:
 * a row that is gone says no more whose it was, a flow does not name the row it was made for.
 */
export class Subject {
  readonly #isNamed: (mention: Mention) => boolean
  readonly #keys = new Set<string>()
  readonly #cookies = new Set<string>()
  /** UUID and `metadata=…` of logical switches. */
  readonly #switches = new Map<string, string>()

  /** See `subjectForms`; every text is a name at least. */
  constructor(text: string) {
    this.#isNamed = testOf(text.trim())
  }

  isAbout(mention: Mention): boolean {
    const key = `${mention.what} ${mention.key}`
    const isAbout = this.#keys.has(key) || this.#isNamed(mention) || this.#belongs(mention)
    if (!isAbout) return false
    this.#keys.add(key)
    if (mention.what === 'row' && this.#isNamed(mention)) {
      this.#cookies.add(cookieOf(mention.key))
      if (mention.table === 'Logical_Switch') this.#switches.set(mention.key, metadataOf(mention.key))
    }
    return true
  }

  /** A row made for a logical switch that it is about, a flow made for a row. */
  #belongs({ what, key, value }: Mention): boolean {
    if (what === 'flow' && value !== null) {
      if (this.#cookies.has(value.cookie)) return true
      const text = `${key} ${value.actions}`
      return [...this.#switches.values()].some((metadata) => text.includes(metadata))
    }
    if (what === 'learned') return [...this.#switches.values()].some((own) => key.startsWith(`${own}/`))
    const row = value as { logical_switch?: unknown; vlan_bindings?: readonly (readonly unknown[])[] } | null
    if (row === null) return false
    const named = [row.logical_switch, ...(row.vlan_bindings ?? []).map(([, uuid]) => uuid)]
    return named.some((uuid) => typeof uuid === 'string' && this.#switches.has(uuid))
  }
}

function testOf(text: string): (mention: Mention) => boolean {
  const flow = parseFlow(` ${text}`) ?? (text.startsWith('table=') ? keyOnly(text) : undefined)
  if (flow !== undefined) return ({ what, key }) => what === 'flow' && key === flow.key
  const mac = parseMac(text)
  if (mac !== undefined) return (mention) => isAboutMac(mention, mac)
  const [, cookie] = /^(?:cookie=)?(0x[0-9a-f]+)(?:\/-1)?,?$/i.exec(text) ?? []
  if (cookie !== undefined) return (mention) => hasCookie(mention, cookie.toLowerCase())
  if (/^[0-9a-f]{8}(-[0-9a-f-]*)?$/i.test(text)) {
    const start = text.toLowerCase()
    return ({ what, key }) => what === 'row' && key.startsWith(start)
  }
  if (/^(vni[: ]?)?\d{1,8}$/i.test(text)) {
    const vni = Number(/\d+/.exec(text)?.[0])
    return (mention) => hasVni(mention, vni)
  }
  return ({ what, value }) => what === 'row' && (value as { name?: unknown } | null)?.name === text
}

function keyOnly(text: string): Flow | undefined {
  return /^table=\d+,priority=\d+/.test(text) ? { key: text, cookie: '', actions: '' } : undefined
}

function isAboutMac({ what, key, value }: Mention, mac: string): boolean {
  if (what === 'flow') return key.includes(`dl_dst=${mac}`)
  if (what === 'learned') return key.endsWith(`/${mac}`)
  const own = (value as { MAC?: unknown } | null)?.MAC
  return typeof own === 'string' && parseMac(own) === mac
}

function hasCookie({ what, key, value }: Mention, cookie: string): boolean {
  if (what === 'flow') return value?.cookie === cookie
  return what === 'row' && cookieOf(key) === cookie
}

function hasVni({ what, key, value }: Mention, vni: number): boolean {
  const id = `tun_id=0x${vni.toString(16)}`
  if (what === 'flow') return key.endsWith(id) || key.includes(`${id},`)
  return what === 'row' && (value as { tunnel_key?: unknown } | null)?.tunnel_key === vni
}
