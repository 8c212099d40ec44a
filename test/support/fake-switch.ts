import type { Command } from '../../lib/plan/command.js'
import type { OvsRowUpdate } from '../../lib/model/event.js'
import { type OtherPort, removalOf, rowsOf } from './other-port.js'

interface Port {
  readonly uuid: string
  /** OpenFlow ports of its interfaces. */
  readonly members: number[]
  type: string
  options: Map<string, string>
  bfd: Map<string, string>
  bfdStatus: [string, string][]
  externalIds: Map<string, string>
  ofportRequest: number | null
  /** Of a bond without LACP the member that carries its frames. */
  active: number | null
}

/**
 * A switch with one bridge in memory that executes the very commands we emit, argument vectors and
 * bundle text, and throws at whatever it does not understand completely.
 */
export class FakeSwitch {
  /** Key → `cookie actions`, of every owner. */
  readonly flows = new Map<string, string>([['table=0,priority=0', '0x0 NORMAL']])
  readonly #bridge: string
  #bridgeUuid = 'b0000000-0000-4000-8000-000000000000'
  readonly #ports = new Map<string, Port>()
  readonly #externalIds = new Map<string, string>()
  readonly #others = new Map<string, OtherPort>()
  /** Why a port could not be made, by its name. */
  readonly #errors = new Map<string, string>()
  /** OpenFlow ports without a link. */
  readonly #unlinked = new Set<number>()
  #failMode: string | null = null
  #count = 0
  #ofports = 0

  constructor(bridge: string) {
    this.#bridge = bridge
  }

  /** Adds a port as a person would; the updates are what a monitor would say. */
  addPort(name: string, type = 'system'): OvsRowUpdate[] {
    if (this.#ports.has(name)) return []
    this.#addPort(name, type, ++this.#ofports)
    return this.contents()
  }

  /** Adds a bond of `count` members, or lets the `active` one of them carry its frames; null: by LACP all do. */
  setBond(name: string, count: number, active: number | null): OvsRowUpdate[] {
    if (!this.#ports.has(name)) this.#addPort(name, 'system', ++this.#ofports)
    const port = this.#ports.get(name)
    while (port !== undefined && port.members.length < count) port.members.push(++this.#ofports)
    if (port !== undefined) port.active = active
    return this.contents()
  }

  /** fail_mode=secure, as the user's own choice. */
  secure(): void {
    this.#setFailMode('secure')
  }

  /** ovs-vswitchd is started again: it remembers no flow. */
  restart(): void {
    this.flows.clear()
    if (this.#failMode !== 'secure') this.flows.set('table=0,priority=0', '0x0 NORMAL')
  }

  /** Somebody sets fail_mode=standalone. */
  open(): void {
    this.#setFailMode('standalone')
  }

  /** Gives a port another OpenFlow port: -1, none, or with null one that none had before. */
  renumber(name: string, ofport: -1 | null): void {
    const port = this.#ports.get(name)
    if (port !== undefined) port.members[0] = ofport ?? ++this.#ofports
  }

  /** A port has no device, for this reason; null: it has one again, as `ofport`. */
  setError(name: string, error: string | null, ofport = -1): OvsRowUpdate[] {
    const port = this.#ports.get(name)
    if (port !== undefined) port.members[0] = ofport
    if (error === null) this.#errors.delete(name)
    else this.#errors.set(name, error)
    return this.contents()
  }

  /** The link of a port, of a bond of one member, goes down or comes up. */
  setLink(name: string, state: 'up' | 'down', member = 0): OvsRowUpdate[] {
    const ofport = this.#ports.get(name)?.members[member] ?? 0
    if (state === 'down') this.#unlinked.add(ofport)
    else this.#unlinked.delete(ofport)
    return this.contents()
  }

  /** Somebody clears the external_ids of a port, or without one those of the bridge. */
  unmark(name: string | null): void {
    const ids = name === null ? this.#externalIds : this.#ports.get(name)?.externalIds
    ids?.clear()
  }

  /** The bridge is deleted. */
  removeBridge(): OvsRowUpdate[] {
    return [{ table: 'Bridge', uuid: this.#bridgeUuid, row: null }]
  }

  /** The bridge is deleted and made anew at once, without its ports and settings. */
  recreate(): OvsRowUpdate[] {
    const gone = this.removeBridge()
    this.#bridgeUuid = `b${String(++this.#count).padStart(7, '1')}-0000-4000-8000-000000000000`
    this.#ports.clear()
    this.#externalIds.clear()
    this.#failMode = null
    this.flows.clear()
    this.flows.set('table=0,priority=0', '0x0 NORMAL')
    return [...gone, ...this.contents()]
  }

  /** Another bridge of the machine, without ports. */
  otherBridge(name: string, external_ids: readonly (readonly [string, string])[]): OvsRowUpdate[] {
    const uuid = `c${String(++this.#count).padStart(7, '0')}-0000-4000-8000-000000000000`
    return [{ table: 'Bridge', uuid, row: { ...plainBridge, name, external_ids } }]
  }

  /** Another bridge of the machine with one VXLAN port `name`; null: without it again. */
  otherPort(name: string, port: OtherPort | null): OvsRowUpdate[] {
    if (port !== null) this.#others.set(name, port)
    const isGone = port === null && this.#others.delete(name)
    return [...(isGone ? removalOf(name) : []), ...this.contents()]
  }

  /** Whether the tunnel ports have OpenFlow ports. */
  giveTunnel(isGiven: boolean): OvsRowUpdate[] {
    for (const port of this.#ports.values())
      if (port.ofportRequest !== null) port.members[0] = isGiven ? port.ofportRequest : -1
    return this.contents()
  }

  /** What the BFD session to `remote` says; the updates are what a monitor would say. */
  setReachable(remote: string, isReachable: boolean): OvsRowUpdate[] {
    for (const port of this.#ports.values()) {
      if (port.bfd.size === 0 || port.options.get('remote_ip') !== remote) continue
      const { forwarding = 'false', flap_count = '0' } = Object.fromEntries(port.bfdStatus)
      const isFlap = forwarding !== String(isReachable)
      port.bfdStatus = [
        ['flap_count', String(Number(flap_count) + Number(isFlap))],
        ['forwarding', String(isReachable)],
        ['state', isReachable ? 'up' : 'down'],
      ]
    }
    return this.contents()
  }

  deletePort(name: string): OvsRowUpdate[] {
    const port = this.#ports.get(name)
    if (port === undefined) return []
    this.#ports.delete(name)
    return [
      { table: 'Port', uuid: port.uuid, row: null },
      ...port.members.map((_, i): OvsRowUpdate => ({
        table: 'Interface',
        uuid: interfaceOf(port.uuid, i),
        row: null,
      })),
      ...this.contents(),
    ]
  }

  /** Executes a command; the updates are what changed in Open_vSwitch. */
  execute({ program, arguments: list, input }: Command): OvsRowUpdate[] {
    if (program === 'ovs-ofctl') return this.#bundle(list, input)
    if (program !== 'ovs-vsctl') throw new Error(`unknown program ${program}`)
    const gone: OvsRowUpdate[] = []
    const [timeout, ...rest] = list
    if (!/^--timeout=\d+$/.test(timeout ?? '')) throw new Error('no timeout')
    for (const command of commands(rest)) gone.push(...this.#configure(command))
    return [...gone, ...this.contents()]
  }

  /** All rows as they are. */
  contents(): OvsRowUpdate[] {
    return [
      { table: 'Bridge', uuid: this.#bridgeUuid, row: this.#bridgeRow() },
      ...[...this.#ports].flatMap(([name, port]): OvsRowUpdate[] => [
        {
          table: 'Port',
          uuid: port.uuid,
          row: {
            name,
            interfaces: port.members.map((_, i) => interfaceOf(port.uuid, i)),
            lacp: port.active === null ? 'active' : null,
            bond_active_slave: port.active === null ? null : macOf(port.members[port.active] ?? 0),
            external_ids: pairs(port.externalIds),
          },
        },
        ...port.members.map((ofport, i): OvsRowUpdate => ({
          table: 'Interface',
          uuid: interfaceOf(port.uuid, i),
          row: {
            name,
            type: port.type,
            options: pairs(port.options),
            ofport,
            mac_in_use: macOf(ofport),
            error: this.#errors.get(name) ?? null,
            link_state: this.#unlinked.has(port.members[i] ?? 0) ? 'down' : 'up',
            bfd: pairs(port.bfd),
            bfd_status: port.bfdStatus,
          },
        })),
      ]),
      ...[...this.#others].flatMap(([name, port]) => rowsOf(name, port)),
    ]
  }

  /** As `ovs-ofctl --no-stats dump-flows` prints them. */
  dump(): string {
    return [...this.flows]
      .map(([key, value]) => {
        const [, table, rest] = /^table=(\d+),(.*)$/.exec(key) ?? []
        const [cookie, ...actions] = value.split(' ')
        return ` cookie=${cookie}, table=${table}, ${rest} actions=${actions.join(' ')}`
      })
      .join('\n')
  }

  #bundle(list: readonly string[], input: string): OvsRowUpdate[] {
    const [o, version, verb, bridge, dash] = list
    if (
      o !== '-O' ||
      version !== 'OpenFlow14' ||
      verb !== 'bundle' ||
      bridge !== this.#bridge ||
      dash !== '-'
    )
      throw new Error(`not a bundle: ${list.join(' ')}`)
    if (!input.endsWith('\n')) throw new Error('the last line is cut')
    for (const line of input.slice(0, -1).split('\n')) this.#flowMod(line)
    return []
  }

  #flowMod(line: string): void {
    const added = /^flow add cookie=(0x[0-9a-f]+),(table=\d+,\S+?),actions=(\S+)$/.exec(line)
    const deleted = /^flow delete_strict cookie=(0x[0-9a-f]+)\/-1,(table=\d+,\S+)$/.exec(line)
    if (added !== null) this.flows.set(added[2] ?? '', `${added[1]} ${added[3]}`)
    else if (deleted === null) throw new Error(`not a flow: ${line}`)
    else if (this.flows.get(deleted[2] ?? '')?.startsWith(`${deleted[1]} `) === true)
      this.flows.delete(deleted[2] ?? '')
  }

  #configure([verb, ...list]: readonly string[]): OvsRowUpdate[] {
    if (verb === 'add-port') return this.#addOwnPort(list)
    if (verb === '--if-exists' && list[0] === 'del-port') return this.deletePort(list[2] ?? '')
    if (verb === 'set' && list[0] === 'Bridge') return this.#setBridge(list.slice(2))
    if (verb === 'clear' && list[0] === 'Bridge' && list[2] === 'fail_mode') return this.#setFailMode(null)
    if (verb === 'remove' && list[2] === 'external-ids') return this.#forget(list[3] ?? '')
    if (verb === 'set' && (list[0] === 'Port' || list[0] === 'Interface')) return this.#setPort(list)
    throw new Error(`not understood: ${verb} ${list.join(' ')}`)
  }

  #addOwnPort([bridge, name, ...rest]: readonly string[]): OvsRowUpdate[] {
    if (bridge !== this.#bridge || name === undefined || rest.length > 0 || this.#ports.has(name))
      throw new Error(`cannot add ${String(name)}`)
    this.#addPort(name, '', name.startsWith('vtep-') ? -1 : ++this.#ofports)
    return []
  }

  #setPort([, name, ...columns]: readonly string[]): OvsRowUpdate[] {
    const port = this.#ports.get(name ?? '')
    if (port === undefined) throw new Error(`no port ${String(name)}`)
    for (const column of columns) {
      const [key, value] = split(column)
      if (key === 'type') port.type = value
      else if (key === 'options') port.options = parsedMap(value)
      else if (key === 'bfd') port.bfd = parsedMap(value)
      else if (key.startsWith('external-ids:'))
        port.externalIds.set(key.slice(13), JSON.parse(value) as string)
      else if (key === 'ofport_request') port.members[0] = port.ofportRequest = Number(value)
      else throw new Error(`unknown column ${key}`)
    }
    return []
  }

  #setBridge(columns: readonly string[]): OvsRowUpdate[] {
    for (const column of columns) {
      const [key, value] = split(column)
      if (key === 'fail_mode') this.#setFailMode(value)
      else if (key.startsWith('external-ids:')) this.#externalIds.set(key.slice(13), value)
      else throw new Error(`unknown column ${key}`)
    }
    return []
  }

  #setFailMode(mode: string | null): OvsRowUpdate[] {
    if (mode === this.#failMode) return []
    this.#failMode = mode
    this.flows.clear()
    if (mode !== 'secure') this.flows.set('table=0,priority=0', '0x0 NORMAL')
    return []
  }

  #forget(key: string): OvsRowUpdate[] {
    this.#externalIds.delete(key)
    return []
  }

  #addPort(name: string, type: string, ofport: number): void {
    const uuid = `${(0xa0000000 + ++this.#count).toString(16)}-0000-4000-8000-000000000000`
    this.#ports.set(name, {
      uuid,
      members: [ofport],
      type,
      options: new Map(),
      bfd: new Map(),
      bfdStatus: [],
      externalIds: new Map(),
      ofportRequest: null,
      active: null,
    })
  }

  #bridgeRow() {
    const ports = [...this.#ports.values()].map(({ uuid }) => uuid).sort()
    const external_ids = pairs(this.#externalIds)
    return { ...plainBridge, name: this.#bridge, ports, fail_mode: this.#failMode, external_ids }
  }
}

/** A bridge that nobody has set anything of. */
const plainBridge = { ports: [], fail_mode: null, protocols: [], controller: [], other_config: [] }

function interfaceOf(portUuid: string, member = 0): string {
  return `${member + 1}${portUuid.slice(1)}`
}

function macOf(ofport: number): string {
  return `aa:55:aa:55:00:${ofport.toString(16).padStart(2, '0').slice(-2)}`
}

function pairs(map: ReadonlyMap<string, string>): [string, string][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}

function split(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 0) throw new Error(`no value: ${text}`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** `{key="value",…}` */
function parsedMap(text: string): Map<string, string> {
  const content = text.slice(1, -1).replace(/(^|,)([a-z_]+)=/g, '$1"$2":')
  return new Map(Object.entries(JSON.parse(`{${content}}`) as Record<string, string>))
}

function commands(list: readonly string[]): string[][] {
  const result: string[][] = []
  for (const argument of list) {
    if (argument === '--') result.push([])
    else result.at(-1)?.push(argument)
  }
  return result.filter((command) => command.length > 0)
}
