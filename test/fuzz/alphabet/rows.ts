import { address, type Check, type Complaint, excerpt, first, form, mac } from './words.js'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What may be written into which column. */
const columns: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  Ucast_Macs_Local: {
    MAC: isText(mac),
    logical_switch: isReference,
    locator: isReference,
    ipaddr: isText((word) => word === '' || address(word)),
  },
  Mcast_Macs_Local: {
    MAC: isText(form(/^unknown-dst$/)),
    logical_switch: isReference,
    locator_set: isReference,
  },
  Physical_Locator_Set: { locators: isReference },
  Physical_Locator: { encapsulation_type: isText(form(/^vxlan_over_ipv4$/)), dst_ip: isText(address) },
  Physical_Port: { name: isText(form(/^p\d$/)), port_fault_status: isFaults },
  Physical_Switch: { description: isText(form(/^OVS VTEP Emulator$/)), switch_fault_status: isFaults },
  Logical_Binding_Stats: {},
  ACL: { acl_fault_status: isFaults },
  ACL_entry: { acle_fault_status: isFaults },
  Logical_Router: { LR_fault_status: isFaults },
  Arp_Sources_Local: { src_mac: isText(mac), locator: isReference },
  Tunnel: { local: isReference, remote: isReference, bfd_config_local: isAnyMap, bfd_status: isAnyMap },
}

function isText(check: Check): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && check(value)
}

function isReference(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[1] !== 'string') return false
  return value[0] === 'uuid' ? uuid.test(value[1]) : value[0] === 'named-uuid' && /^row\d+$/.test(value[1])
}

function isFaults(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value[0] === 'set' &&
    (value[1] as readonly unknown[]).every(isText(form(/^[a-zA-Z_]+$/)))
  )
}

/** bfd_config_local keeps what the controller wrote there. */
function isAnyMap(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value[0] === 'map'
}

/** Of the arguments of ovsdb-client. */
export function transaction([verb, text = '']: readonly string[]): Complaint {
  if (verb !== 'transact') return 'not a transaction'
  const [database, ...operations] = JSON.parse(text) as [string, ...Readonly<Record<string, unknown>>[]]
  if (database !== 'hardware_vtep') return 'another database'
  return first(operations, (operation) =>
    isOperation(operation) ? null : `operation ${excerpt(JSON.stringify(operation))}`,
  )
}

function isOperation({
  op,
  table: name,
  where = [],
  row = {},
  mutations = [],
}: Readonly<Record<string, unknown>>): boolean {
  const known = typeof name === 'string' && Object.hasOwn(columns, name) ? columns[name] : undefined
  if (known === undefined || !['insert', 'delete', 'update', 'mutate'].includes(String(op))) return false
  const isRow = Object.entries(row as object).every(([column, value]) => known[column]?.(value) === true)
  const isWhere = (where as readonly unknown[][]).every(
    ([column, , value]) => (column === '_uuid' && isReference(value)) || column === 'description',
  )
  const isMutation = (mutations as readonly unknown[][]).every(([column]) =>
    ['ports', 'tunnels', 'vlan_stats'].includes(String(column)),
  )
  return isRow && isWhere && isMutation
}
