/**
 * Settings of Open vSwitch that could change what becomes of a frame, each set the other way than usual, one after another
 * on a switch that forwards: ovs-vswitchd.conf.db(5), ovs-ofctl(8) "mod-port". docs/operating.md tells what each does.
 */
import t from 'tap'
import { startController } from '../support/controller.js'
import { BROADCAST, tagged, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const C = '02:00:00:00:00:0c'
const REMOTE = '02:00:00:00:0e:01'

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1', 'p2'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2'],
})
await sandbox.addPhysicalSwitch()
const daemon = await sandbox.startDaemon()
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33 replication_mode=source_node
  bind-ls br0 p0 0 ls0
  bind-ls br0 p1 100 ls0
  bind-ls br0 p2 0 ls0
  add-mcast-remote ls0 unknown-dst 10.2.2.2
  add-ucast-remote ls0 ${REMOTE} 10.2.2.2
`)
const { vsctl, appctl } = sandbox
const tunnel = (await vsctl('--bare', '--columns=name', 'find', 'Interface', 'type=vxlan')).trim()

const global = (setting: string) => [
  `set Open_vSwitch . other_config:${setting}`,
  undo('Open_vSwitch .', setting),
]
const bridge = (setting: string) => [`set Bridge br0 other_config:${setting}`, undo('Bridge br0', setting)]
const port = (setting: string) => [`set Port p2 other_config:${setting}`, undo('Port p2', setting)]
const undo = (row: string, setting: string) => `remove ${row} other_config ${setting.split('=')[0] ?? ''}`

/** Commands of ovs-vsctl to set it and to take it back; the frames go the usual ways in between. */
const settings: readonly (readonly string[])[] = [
  ...[
    'flow-limit=0',
    'max-idle=1',
    'max-revalidator=1',
    'min-revalidate-pps=0',
    'hw-offload=true',
    'n-handler-threads=1',
    'n-revalidator-threads=1',
    'emc-insert-inv-prob=0',
    'smc-enable=true',
    'userspace-tso-enable=false',
    'stats-update-interval=60000',
    'enable-statistics=true',
    'bundle-idle-timeout=1',
    'offload-rebalance=true',
  ].map(global),
  ...[
    'disable-in-band=true',
    'disable-in-band=false',
    'forward-bpdu=true',
    'mac-aging-time=15',
    'mac-table-size=10',
    'mcast-snooping-disable-flood-unregistered=true',
    'dp-desc=x',
    'in-band-queue=1',
    'controller-queue-size=1',
  ].map(bridge),
  ['set Bridge br0 mcast_snooping_enable=true', 'set Bridge br0 mcast_snooping_enable=false'],
  ['set Bridge br0 flood_vlans=100', 'clear Bridge br0 flood_vlans'],
  ['set Bridge br0 fail_mode=standalone', ''],
  ['clear Bridge br0 fail_mode', ''],
  ['set-controller br0 tcp:127.0.0.1:1', 'del-controller br0'],
  ['set-manager tcp:127.0.0.1:1', 'del-manager'],
  ['set-manager ptcp:0:127.0.0.1', 'del-manager'],
  ['set Port p2 tag=7', 'clear Port p2 tag'],
  ['set Port p2 trunks=7', 'clear Port p2 trunks'],
  ['set Port p1 tag=100 vlan_mode=access', 'clear Port p1 tag vlan_mode'],
  ['set Port p1 tag=7 vlan_mode=native-untagged', 'clear Port p1 tag vlan_mode'],
  ['set Port p1 tag=7 vlan_mode=dot1q-tunnel', 'clear Port p1 tag vlan_mode'],
  [
    'set Port p2 protected=true -- set Port p0 protected=true',
    'set Port p2 protected=false -- set Port p0 protected=false',
  ],
  ['set Port p2 lacp=active', 'clear Port p2 lacp'],
  ['set Port p2 bond_fake_iface=true', 'set Port p2 bond_fake_iface=false'],
  ...['stp-enable=false', 'rstp-enable=false', 'qinq-ethtype=802.1q', 'priority-tags=always'].map(port),
  ['set Interface p2 mtu_request=9000', 'clear Interface p2 mtu_request'],
  ['set Interface p2 lldp:enable=true', 'remove Interface p2 lldp enable'],
  ['set Interface p2 bfd:enable=true', 'clear Interface p2 bfd'],
  ['set Interface p2 cfm_mpid=1', 'clear Interface p2 cfm_mpid'],
  ['set Interface p2 ingress_policing_rate=0', 'set Interface p2 ingress_policing_rate=0'],
  ['set Interface p2 ofport_request=77', 'clear Interface p2 ofport_request'],
  // what is changed of our own port is put back; more of it in a short time would be a quarrel
  ...['tos=inherit', 'df_default=false', 'dst_port=4790'].map((option) => [
    `set Interface ${tunnel} options:${option}`,
    `--if-exists remove Interface ${tunnel} options ${option.split('=')[0] ?? ''}`,
  ]),
  [`set Interface ${tunnel} mtu_request=1400`, `clear Interface ${tunnel} mtu_request`],
  [`set Port ${tunnel} tag=9`, `clear Port ${tunnel} tag`],
  [`set Interface ${tunnel} ofport_request=99`, `clear Interface ${tunnel} ofport_request`],
  [
    `-- --id=@m create Mirror name=m0 select_all=true -- set Bridge br0 mirrors=@m`,
    'clear Bridge br0 mirrors',
  ],
  [
    '-- --id=@n create NetFlow targets="127.0.0.1:1" -- set Bridge br0 netflow=@n',
    'clear Bridge br0 netflow',
  ],
  [
    '-- --id=@s create sFlow targets="127.0.0.1:1" sampling=1 agent=lo -- set Bridge br0 sflow=@s',
    'clear Bridge br0 sflow',
  ],
  [
    '-- --id=@i create IPFIX targets="127.0.0.1:1" sampling=1 -- set Bridge br0 ipfix=@i',
    'clear Bridge br0 ipfix',
  ],
  [
    '-- --id=@f create Flow_Table flow_limit=1 overflow_policy=evict -- set Bridge br0 flow_tables:20=@f',
    'clear Bridge br0 flow_tables',
  ],
  [
    '-- --id=@f create Flow_Table flow_limit=1 -- set Bridge br0 flow_tables:20=@f',
    'clear Bridge br0 flow_tables',
  ],
  [
    '-- --id=@f create Flow_Table prefixes=ip_dst -- set Bridge br0 flow_tables:20=@f',
    'clear Bridge br0 flow_tables',
  ],
]

/** Where frames of every kind come out. */
async function exits(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { exitsOf, exitsOfVxlan } = sandbox
  return {
    flood: await exitsOf('p0', uniqueFrame(A, BROADCAST)),
    'to an untagged port': await exitsOf('p1', tagged(uniqueFrame(B, A), 100)),
    'to a tagged port': await exitsOf('p0', uniqueFrame(A, B)),
    'from a third port': await exitsOf('p2', uniqueFrame(C, A)),
    'to a third port': await exitsOf('p0', uniqueFrame(A, C)),
    'to a tunnel': await exitsOf('p2', uniqueFrame(C, REMOTE)),
    'from a tunnel': await exitsOfVxlan('10.2.2.2', 33, uniqueFrame(REMOTE, C)),
    'flood from a tunnel': await exitsOfVxlan('10.2.2.2', 33, uniqueFrame(REMOTE, BROADCAST)),
  }
}

const usual = {
  flood: ['10.2.2.2 vni 33', 'p1 vlan 100', 'p2'],
  'to an untagged port': ['p0'],
  'to a tagged port': ['p1 vlan 100'],
  'from a third port': ['p0'],
  'to a third port': ['p2'],
  'to a tunnel': ['10.2.2.2 vni 33'],
  'from a tunnel': ['p2'],
  'flood from a tunnel': ['p0', 'p1 vlan 100', 'p2'],
}

/** What the daemon is told of a setting it has told the switch by then, and what was kept for frames before is gone. */
async function settled(): Promise<void> {
  await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  await appctl('ovs-vswitchd', 'revalidator/purge')
}

for (const [set = '', takeBack = ''] of settings)
  await t.test(set, async (t) => {
    await vsctl(...set.split(' '))
    await settled()
    let seen: Awaited<ReturnType<typeof exits>> = {}
    // a port that is made anew, or has another number, is followed at once, but not before a frame can come
    await until(`frames go the usual ways with ${set}`, async () => {
      seen = await exits()
      return JSON.stringify(seen) === JSON.stringify(usual)
    })
    t.strictSame(seen, usual)
    if (takeBack !== '') await vsctl(...takeBack.split(' '))
    await settled()
  })
