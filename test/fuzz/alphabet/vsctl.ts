import { isIPv4 } from 'node:net'
import { address, type Check, type Complaint, decimal, excerpt, first, form, mac, ofport } from './words.js'

const ourPort = form(/^(vtep|bfd)-[0-9a-f]{8}$/)
const bridgeColumn = form(
  /^(fail_mode=(secure|standalone)|external-ids:vtep_former_fail_mode=(none|secure|standalone))$/,
)
const bfdValues: Readonly<Record<string, Check>> = {
  bfd_dst_ip: isIPv4,
  bfd_src_ip: isIPv4,
  bfd_local_dst_mac: mac,
  bfd_remote_dst_mac: mac,
  decay_min_rx: decimal(999_999_999),
  min_rx: decimal(999_999_999),
  min_tx: decimal(999_999_999),
}
const truth = form(/^(true|false)$/)
const options: Readonly<Record<string, Check>> = {
  key: form(/^flow$/),
  remote_ip: (word) => word === 'flow' || address(word),
  local_ip: address,
}

/** Of the arguments of ovs-vsctl. */
export function vsctl(list: readonly string[], bridge: string): Complaint {
  if (list[0] !== '--timeout=10' || list[1] !== '--') return `arguments: ${excerpt(list.join(' '))}`
  const commands: string[][] = []
  for (const word of list.slice(1))
    if (word === '--') commands.push([])
    else commands.at(-1)?.push(word)
  return first(commands, (words) => (isVsctl(words, bridge) ? null : `ovs-vsctl ${excerpt(words.join(' '))}`))
}

function isVsctl([verb, ...words]: readonly string[], bridge: string): boolean {
  const [a = '', b = '', ...columns] = words
  switch (verb) {
    case 'add-port':
      return a === bridge && ourPort(b) && columns.length === 0
    case '--if-exists':
      return a === 'del-port' && b === bridge && columns.length === 1 && ourPort(columns[0] ?? '')
    case 'clear':
      return words.join(' ') === `Bridge ${bridge} fail_mode`
    case 'remove':
      return words.join(' ') === `Bridge ${bridge} external-ids vtep_former_fail_mode`
    case 'set':
      return a === 'Bridge'
        ? b === bridge && columns.every(bridgeColumn)
        : (a === 'Port' || a === 'Interface') && ourPort(b) && columns.every((word) => isColumn(word, bridge))
    case undefined:
    default:
      return false
  }
}

function isColumn(word: string, bridge: string): boolean {
  const at = word.indexOf('=')
  const [name, value] = [word.slice(0, at), word.slice(at + 1)]
  const text = /^"([^"\\]*)"$/.exec(value)?.[1]
  if (name === 'external-ids:vtep_physical_switch') return text === bridge
  if (name === 'external-ids:vtep_tunnel_ip') return text === '' || (text !== undefined && address(text))
  if (name === 'external-ids:vtep_bfd') return text !== undefined && address(text)
  if (name === 'ofport_request') return ofport(value)
  if (name === 'type') return value === 'vxlan'
  if (name === 'options') return isMap(value, (key) => options[key])
  return name === 'bfd' && isMap(value, (key) => bfdValues[key] ?? truth)
}

function isMap(text: string, checkOf: (key: string) => Check | undefined): boolean {
  if (!/^\{([a-z_]+="[^"\\]*"(,(?=[a-z])|(?=\})))+\}$/.test(text)) return false
  return [...text.matchAll(/([a-z_]+)="([^"\\]*)"/g)].every(
    ([, key = '', value = '']) => checkOf(key)?.(value) === true,
  )
}
