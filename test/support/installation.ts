import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The Open vSwitch and OVN that tests run on: what was installed below OVS_PREFIX, or by packages. Nothing else says where
 * programs and schemas are, so those of two builds do not mix.
 */
const { OVS_PREFIX: prefix = '' } = process.env
const root = prefix === '' ? '/usr' : prefix

if (prefix !== '') {
  if (!existsSync(daemonFile('ovs-vswitchd')))
    throw new Error(`OVS_PREFIX=${prefix}: no sbin/ovs-vswitchd there`)
  const { PATH = '' } = process.env
  const first = [join(prefix, 'bin'), join(prefix, 'sbin')].join(delimiter)
  // a test's own processes may load this once more
  if (!PATH.startsWith(first)) process.env['PATH'] = [first, PATH].join(delimiter)
  process.env['OVS_PKGDATADIR'] = dataFile('openvswitch', '')
  process.env['PYTHONPATH'] = dataFile('openvswitch', 'python')
}

/** One of the commands that are for everybody: ovs-vsctl, ovn-controller … */
export function programFile(name: string): string {
  return join(root, 'bin', name)
}

/** ovsdb-server or ovs-vswitchd. */
export function daemonFile(name: string): string {
  return join(root, 'sbin', name)
}

/** `vtep`, `vswitch`, `ovn-nb` or `ovn-sb`. */
export function schemaFile(name: string): string {
  return dataFile(name.startsWith('ovn') ? 'ovn' : 'openvswitch', `${name}.ovsschema`)
}

/** What starts the Python ovs-vtep. */
export const pythonVtep = ['/usr/bin/python3', dataFile('openvswitch', 'scripts/ovs-vtep')] as const

function dataFile(whose: 'openvswitch' | 'ovn', name: string): string {
  return join(root, 'share', whose, name)
}
