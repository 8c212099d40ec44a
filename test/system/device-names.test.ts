import t from 'tap'
import { startLab } from '../support/namespaces.js'
import { whyNoNamespaces } from '../support/namespace.js'
import { answersPing } from '../support/ping.js'
import { until } from '../support/until.js'

/** What Linux takes for a device: 15 bytes, no slash, colon or white space. */
const bridge = `"{=,}'[#]ü桥`
const ports = [`'p=",\\{}[]ü桥`, '$(id);`id`*&|'] as const

t.test('real devices with odd names', { skip: (await whyNoNamespaces()) ?? false }, async (t) => {
  const lab = await startLab(t, {
    bridge,
    hosts: {
      a: { port: ports[0], address: '192.168.0.10' },
      b: { port: ports[1], address: '192.168.0.11' },
    },
    tunnelIp: '10.2.2.1',
    remotes: { '10.2.2.2': { vni: 33, address: '192.168.0.20' } },
  })
  const controllerRuns = (...lines: readonly (readonly string[])[]) =>
    lab.vtepctl(...lines.flatMap((line) => ['--', ...line]))
  await controllerRuns(['add-ps', bridge], ['set', 'Physical_Switch', bridge, 'tunnel_ips=10.2.2.1'])
  const daemon = await lab.startDaemon(['--', bridge])
  await until('the ports are in the database', async () => {
    const listed = (await lab.vtepctl('list-ports', bridge)).split('\n')
    return ports.every((port) => listed.includes(port))
  })
  await controllerRuns(
    ['add-ls', 'ls0'],
    ['set', 'Logical_Switch', 'ls0', 'tunnel_key=33'],
    ...ports.map((port) => ['bind-ls', bridge, port, '0', 'ls0']),
    ['add-mcast-remote', 'ls0', 'unknown-dst', '10.2.2.2'],
  )
  await until('one host reaches the other', () => answersPing(lab.host('a'), '192.168.0.11'))
  await until('and the one behind the tunnel', () => answersPing(lab.host('b'), '192.168.0.20'))
  t.ok(await answersPing(lab.remote('10.2.2.2'), '192.168.0.10'))

  await daemon.control('exit', '--cleanup')
  t.equal(await daemon.ended, 0)
  t.strictSame((await lab.vsctl('list-ports', bridge)).split('\n').sort(), [...ports].sort())
})
