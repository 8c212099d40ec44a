import { dialServer } from './controller-session.js'
import { startController, type Controller } from './controller.js'
import { insert, map, named, set, update, uuid } from './operations.js'
import type { Owner } from './ovs.js'
import type { Sandbox } from './sandbox.js'

/** A controller that also writes what vtep-ctl has no words for. */
export interface DirectController extends Controller {
  /** The operations in one transaction; resolves as `write` does. */
  transact: (operations: readonly object[]) => Promise<void>
  /**
   * Adds a row for MAC in the logical switch of this name, whatever other rows there are. Locators by address, or by
   * address and key (`10.2.2.3 501`), are made where there are none; a unicast row takes one.
   */
  addRow: (MAC: string, logicalSwitch: string, locators: readonly string[]) => Promise<void>
  /** Unbinds all ports of the switch, but that of the canary. */
  unbindAll: () => Promise<void>
  /** UUID of the logical switch of this name. */
  switchNamed: (name: string) => Promise<string>
  /** UUID of the locator, as addRow writes it; empty where there is none. */
  locatorAt: (text: string) => Promise<string>
}

/** As startController. */
export async function startDirectController(owner: Owner, sandbox: Sandbox): Promise<DirectController> {
  const controller = await startController(sandbox)
  const session = await dialServer(owner, sandbox, 'direct controller', {})
  const find = (table: string, ...conditions: readonly string[]) =>
    sandbox.vtepctl('--bare', '--columns=_uuid', 'find', table, ...conditions)
  const locatorAt = (text: string) => {
    const { dst_ip, tunnel_key = '[]' } = locatorRow(text)
    return find('Physical_Locator', `dst_ip=${dst_ip}`, `tunnel_key=${tunnel_key}`)
  }
  const switchNamed = (name: string) => find('Logical_Switch', `name=${name}`)
  const transact: DirectController['transact'] = async (operations) => {
    await session.transact(operations)
    await controller.write('')
  }
  return {
    ...controller,
    transact,
    switchNamed,
    locatorAt,
    addRow: async (MAC, name, texts) => {
      const logical_switch = uuid(await switchNamed(name))
      const known = await Promise.all(texts.map(locatorAt))
      const locators = known.map((id, i) => (id === '' ? named(`locator${i}`) : uuid(id)))
      const made = texts.map((text, i) => insert('Physical_Locator', locatorRow(text), `locator${i}`))
      await transact([
        ...made.filter((_, i) => known[i] === ''),
        ...(isUnicast(MAC)
          ? [insert('Ucast_Macs_Remote', { MAC, logical_switch, locator: locators[0] })]
          : [
              insert('Physical_Locator_Set', { locators: set(locators) }, 'all'),
              insert('Mcast_Macs_Remote', { MAC, logical_switch, locator_set: named('all') }),
            ]),
      ])
    },
    unbindAll: () =>
      transact([update('Physical_Port', [['name', '!=', 'canary']], { vlan_bindings: map([]) })]),
  }
}

function locatorRow(text: string): { encapsulation_type: string; dst_ip: string; tunnel_key?: number } {
  const [dst_ip = '', key] = text.split(' ')
  const plain = { encapsulation_type: 'vxlan_over_ipv4', dst_ip }
  return key === undefined ? plain : { ...plain, tunnel_key: Number(key) }
}

function isUnicast(MAC: string): boolean {
  return /^[0-9a-f][02468ace]:/.test(MAC)
}
