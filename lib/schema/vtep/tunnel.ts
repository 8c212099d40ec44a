import { mapOf, one } from '../column.js'
import { rowDomain, settingDomain } from '../domain.js'
import { declareTable } from '../table.js'

/** vtep(5), Tunnel. */
export const Tunnel = declareTable({
  columns: {
    local: one(rowDomain('Physical_Locator')),
    remote: one(rowDomain('Physical_Locator')),
    bfd_config_local: mapOf(settingDomain, settingDomain),
    bfd_config_remote: mapOf(settingDomain, settingDomain),
    bfd_params: mapOf(settingDomain, settingDomain),
    bfd_status: mapOf(settingDomain, settingDomain),
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
