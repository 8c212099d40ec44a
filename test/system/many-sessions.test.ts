import t from 'tap'
import type { Status } from '../../lib/words/status.js'
import { words } from '../support/controller.js'
import { dialServer } from '../support/controller-session.js'
import { uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

/** `VTEPS=3600 node dist/test/system/many-sessions.test.js` for what once ended the daemon. */
const count = Number(process.env['VTEPS'] ?? 1200)

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
await sandbox.addPhysicalSwitch()
const daemon = await sandbox.startDaemon(['br0'])
const controller = await dialServer(t, sandbox, 'sessions', {
  Tunnel: [{ columns: ['bfd_params'] }],
  Logical_Switch: [{ columns: ['name'] }],
})
const statusOf = async (): Promise<Status> => JSON.parse(await daemon.control('status', '--json')) as Status
const sessions = async (): Promise<number> =>
  (await sandbox.vsctl('list-ports', 'br0')).split('\n').filter((name) => name.startsWith('bfd-')).length
const everyTunnel = (mutator: 'insert' | 'delete', value: unknown) =>
  controller.transact([
    { op: 'mutate', table: 'Tunnel', where: [], mutations: [['bfd_params', mutator, value]] },
  ])

await t.test('BFD with all VTEPs is enabled at once, and disabled', async (t) => {
  await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
  await sandbox.vtepctl(
    ...words(`
      add-ls ls0
      set Logical_Switch ls0 tunnel_key=33
      bind-ls br0 p0 0 ls0
    `),
  )
  await controller.told()
  const [logicalSwitch] = controller.rows('Logical_Switch')
  const numbered = Array.from({ length: count }, (_, i) => [i >> 8, i & 255] as const)
  await controller.transact(
    numbered.flatMap(([high, low], i) => [
      {
        op: 'insert',
        table: 'Physical_Locator',
        row: { encapsulation_type: 'vxlan_over_ipv4', dst_ip: `10.9.${high}.${low}` },
        'uuid-name': `l${i}`,
      },
      {
        op: 'insert',
        table: 'Ucast_Macs_Remote',
        row: {
          MAC: `02:00:00:01:${[high, low].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`,
          logical_switch: ['uuid', logicalSwitch?.uuid],
          locator: ['named-uuid', `l${i}`],
        },
      },
    ]),
  )
  await until('each VTEP has its row', () => Promise.resolve(controller.rows('Tunnel').length === count))
  await everyTunnel('insert', ['map', [['enable', 'true']]])
  await until('each has its session', async () => (await sessions()) === count)
  await until('in sync', async () => (await statusOf()).isInSync)
  t.notMatch(daemon.output(), /EMER|\bFailed\b/)
  const mac = '02:00:00:00:0e:01'
  await sandbox.vtepctl('add-ucast-remote', 'ls0', mac, '10.2.2.3')
  await until('in sync', async () => (await statusOf()).isInSync)
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame('02:00:00:00:00:0a', mac)), ['10.2.2.3 vni 33'])
  await everyTunnel('delete', ['set', ['enable']])
  await until('no session is left', async () => (await sessions()) === 0)
  t.strictSame(await daemon.stop(), 0)
})
