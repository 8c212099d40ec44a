import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { words } from '../support/controller.js'
import { ask, cures, type Place } from '../support/doctor.js'
import { createNamespace, whyNoNamespaces } from '../support/namespace.js'
import { startOvs } from '../support/ovs.js'

const whyNot = await whyNoNamespaces()
await t.test('the network of the machine', { skip: whyNot ?? false }, async (t) => {
  const home = await createNamespace(t, 'doctor')
  const inside = ['ip', 'netns', 'exec', home.name]
  const ovs = await startOvs(t, ['--disable-system'], inside)
  for (const bridge of ['br0', 'underlay'])
    await ovs.vsctl('add-br', bridge, '--', 'set', 'Bridge', bridge, 'datapath_type=netdev')
  await home.ip('link', 'set', 'underlay', 'up')
  await home.ip('address', 'add', '192.0.2.7/24', 'dev', 'underlay')
  await ovs.vtepctl('add-ps', 'br0')
  const lab: Place = { directory: ovs.directory, env: ovs.env }
  const cured = (what: Parameters<typeof cures>[2]): Promise<void> =>
    cures(t, lab, what, inside, 'br0', inside)
  await cured({
    check: 'tunnel IP',
    text: /^tunnel_ips: there is none, nothing can be announced$/,
    command: /^vtep-ctl set Physical_Switch br0 tunnel_ips=192\.0\.2\.7$/,
  })
  await ovs.vtepctl('set', 'Physical_Switch', 'br0', 'tunnel_ips=10.2.2.1')
  await cured({
    check: 'tunnel IP',
    text: /10\.2\.2\.1 is no address/,
    command: /^ip address add 10\.2\.2\.1\/32 dev underlay$/,
  })
  await ovs.vtepctl(
    ...words(
      'add-ls ls0\nadd-ucast-remote ls0 02:00:00:00:00:01 10.9.9.9\nadd-ucast-remote ls0 02:00:00:00:00:02 192.0.2.9',
    ),
  )
  await cured({
    check: 'routes',
    text: /^no route to 10\.9\.9\.9: Network is unreachable$/,
    command: /^ip route add 10\.9\.9\.9 dev underlay$/,
  })

  const listener =
    'import socket,time; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(("",4789)); print("bound",flush=True); time.sleep(600)'
  const other = spawn('ip', [...inside.slice(1), 'python3', '-c', listener], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => void other.kill())
  await once(other.stdout, 'data')
  await cured({
    check: 'UDP port',
    text: new RegExp(`^4789 is used by python3, pid ${other.pid}$`),
    command: new RegExp(`^kill ${other.pid}$`),
  })
  await home.ip('link', 'add', 'vxlan9', 'type', 'vxlan', 'id', '9', 'dstport', '4789', 'dev', 'underlay')
  await cured({ check: 'UDP port', text: /device vxlan9/, command: /^ip link delete vxlan9$/ })
  t.match(await ask(ovs.env, inside), { status: 0 }, 'all is well')
})
