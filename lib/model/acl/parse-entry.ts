import type { AclEntryRow } from '../../schema/hardware-vtep.js'
import { parseMac } from '../mac.js'
import type { Uuid } from '../uuid.js'
import type { AclEntry, Flags } from './entry.js'
import { quoted } from '../quoted.js'
import { ethertypeIn, InvalidEntry, number } from './fields.js'
import { addressesIn } from './addresses.js'
import { kindsOf } from './kinds.js'
import { lastPort, type PortRange } from './port-range.js'

/** The entry that a row asks for, or why there is none: its columns do not go together, or one is out of range. */
export function parseEntry(uuid: Uuid, row: AclEntryRow): AclEntry | string {
  try {
    return entryOf(uuid, row)
  } catch (error) {
    if (error instanceof InvalidEntry) return error.message
    throw error
  }
}

function entryOf(uuid: Uuid, row: AclEntryRow): AclEntry {
  const sourcePorts = portsOf(row, 'source')
  const destPorts = portsOf(row, 'dest')
  const flags = flagsOf(row)
  const icmpType = number(row, 'icmp_type', 0xff)
  const icmpCode = number(row, 'icmp_code', 0xff)
  const { family, source, dest } = addressesIn(row)
  const asked = {
    ethertype: ethertypeIn(row),
    family,
    protocol: number(row, 'protocol', 0xff),
    hasPorts: sourcePorts !== null || destPorts !== null,
    hasFlags: flags !== null,
    hasIcmp: icmpType !== null || icmpCode !== null,
  }
  return {
    uuid,
    sequence: row.sequence,
    direction: oneOf(row, 'direction', ['ingress', 'egress']),
    isPermitted: oneOf(row, 'action', ['permit', 'deny']) === 'permit',
    sourceMac: macOf(row, 'source_mac'),
    destMac: macOf(row, 'dest_mac'),
    kinds: kindsOf(asked),
    source,
    dest,
    sourcePorts,
    destPorts,
    flags,
    icmpType,
    icmpCode,
  }
}

function oneOf<W extends string>(row: AclEntryRow, column: 'direction' | 'action', words: readonly W[]): W {
  const word = words.find((one) => one === row[column])
  if (word === undefined) throw new InvalidEntry(`${column} is neither ${words.join(' nor ')}`)
  return word
}

function macOf(row: AclEntryRow, column: 'source_mac' | 'dest_mac') {
  const text = row[column]
  if (text === null) return null
  const mac = parseMac(text)
  if (mac === undefined) throw new InvalidEntry(`${column} is not an Ethernet address: ${quoted(text)}`)
  return mac
}

/** An end that is not said is the first port, or the last. */
function portsOf(row: AclEntryRow, end: 'source' | 'dest'): PortRange | null {
  const min = number(row, `${end}_port_min`, lastPort)
  const max = number(row, `${end}_port_max`, lastPort)
  if (min === null && max === null) return null
  const range = { min: min ?? 0, max: max ?? lastPort }
  if (range.min > range.max)
    throw new InvalidEntry(`${end}_port_min ${range.min} is above ${end}_port_max ${range.max}`)
  return range
}

/** The flags that TCP has room for (RFC 9293, 3.1), with those that were reserved. */
const everyFlag = 0xfff

/** Without a mask all of them are compared. */
function flagsOf(row: AclEntryRow): Flags | null {
  const value = number(row, 'tcp_flags', everyFlag)
  const mask = number(row, 'tcp_flags_mask', everyFlag)
  if (value === null && mask !== null) throw new InvalidEntry('tcp_flags_mask without tcp_flags')
  return value === null ? null : { value: value & (mask ?? everyFlag), mask: mask ?? everyFlag }
}
