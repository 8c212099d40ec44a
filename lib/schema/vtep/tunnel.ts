import { mapOf, one } from '../column.js'
import { row, setting } from '../domain.js'
import { table } from '../table.js'

/** vtep(5), Tunnel. */
export const Tunnel = table({
  columns: {
    local: one(row('Physical_Locator')),
    remote: one(row('Physical_Locator')),
    bfd_config_local: mapOf(setting, setting),
    bfd_config_remote: mapOf(setting, setting),
    bfd_params: mapOf(setting, setting),
    bfd_status: mapOf(setting, setting),
  },
  noun: 'tunnel',
  isRoot: false,
  writer: 'switch',
  written: { bfd_config_remote: 'controller', bfd_params: 'controller' },
  since: { table: { version: '1.3.0', feature: 'rows of tunnels, and BFD' } },
  called: ({ local, remote }, call) =>
    `${call(local, 'Physical_Locator')} to ${call(remote, 'Physical_Locator')}`,
  knownBy: [['bfd_config_local']],
})
