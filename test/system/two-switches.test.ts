import t from 'tap'
import { belongingsOf } from '../support/belongings.js'
import { tunnelFrames } from '../support/capture.js'
import type { Daemon } from '../support/daemon.js'
import { whyNoNamespaces } from '../support/namespace.js'
import { startLab } from '../support/namespaces.js'
import { answersPing } from '../support/ping.js'
import { until } from '../support/until.js'

const REMOTE = '10.2.2.21'
const FAR = '192.168.0.20'
const BFD_VNI = 0

const one = {
  bridge: 'br0',
  port: 'p0',
  address: '10.2.2.1',
  host: '192.168.0.10',
  tunnelPort: 'vtep-26e65d5f',
}
const two = {
  bridge: 'br1',
  port: 'q0',
  address: '10.2.2.2',
  host: '192.168.0.11',
  tunnelPort: 'vtep-25e65bcc',
}

// One remote VTEP and one VNI for both: only the address says whose a frame is
t.test('two switches on one ovs-vswitchd', { skip: (await whyNoNamespaces()) ?? false }, async (t) => {
  const lab = await startLab(t, {
    hosts: {
      br0: { port: one.port, bridge: 'br0', address: one.host },
      br1: { port: two.port, bridge: 'br1', address: two.host },
    },
    // the routing's choice is the second switch's address
    tunnelIp: [two.address, one.address],
    remotes: { [REMOTE]: { vni: 33, address: FAR } },
  })
  const remote = lab.remote(REMOTE)
  await remote.run('bridge', 'fdb', 'append', '00:00:00:00:00:00', 'dev', 'vxlan0', 'dst', one.address)
  for (const { bridge, address } of [one, two])
    await lab.vtepctl('add-ps', bridge, '--', 'set', 'Physical_Switch', bridge, `tunnel_ips=${address}`)
  await lab.vtepctl('add-ls', 'ls0', '--', 'set', 'Logical_Switch', 'ls0', 'tunnel_key=33')
  await lab.vtepctl('add-mcast-remote', 'ls0', 'unknown-dst', REMOTE)

  const daemons = new Map<string, Daemon>()
  const start = async ({ bridge }: typeof one): Promise<void> => {
    daemons.set(bridge, await lab.startDaemon([bridge]))
  }
  const bind = async ({ bridge, port }: typeof one): Promise<void> => {
    await until('it reports its port', async () => (await lab.vtepctl('list-ports', bridge)) === port)
    await lab.vtepctl('bind-ls', bridge, port, '0', 'ls0')
  }
  const daemonOf = ({ bridge }: typeof one): Daemon => {
    const daemon = daemons.get(bridge)
    if (daemon === undefined) throw new Error(`nothing runs for ${bridge}`)
    return daemon
  }
  const forwards = ({ bridge }: typeof one): Promise<boolean> => answersPing(lab.host(bridge), FAR)
  const options = ({ tunnelPort }: typeof one): Promise<string> =>
    lab.vsctl('--bare', '--columns=options', 'find', 'Interface', `name=${tunnelPort}`)
  const isInSync = async (daemon: Daemon): Promise<boolean> =>
    (await daemon.control('status')).includes('in sync: yes')

  await start(one)
  await bind(one)
  await until('the first switch forwards', () => forwards(one))
  t.equal(await options(one), 'key=flow remote_ip=flow', 'alone it takes whatever comes')
  await start(two)
  await bind(two)
  await until('the second switch forwards', () => forwards(two))

  await t.test('both forward both ways, each from its own address', async (t) => {
    for (const it of [one, two])
      await until(
        'the tunnel port is tied to its address',
        async () => (await options(it)) === `key=flow local_ip=${it.address} remote_ip=flow`,
      )
    const wire = await lab.capture(remote, 'eth0')
    for (const it of [one, two]) {
      t.ok(await forwards(it))
      t.ok(await answersPing(remote, it.host))
      const mac = await lab.host(it.bridge).run('cat', '/sys/class/net/eth0/address')
      const frames = await tunnelFrames(wire)
      const from = frames.filter(({ inner }) => inner.src === mac).map(({ srcIp }) => srcIp)
      const to = frames.filter(({ inner }) => inner.dst === mac).map(({ dstIp }) => dstIp)
      t.strictSame([new Set(from), new Set(to)], [new Set([it.address]), new Set([it.address])])
    }
  })

  await t.test('both have a BFD session with the one remote', async (t) => {
    const wire = await lab.capture(remote, 'eth0')
    const tunnels = (await lab.vtepctl('--bare', '--columns=_uuid', 'list', 'Tunnel')).split(/\s+/)
    t.equal(tunnels.length, 2)
    for (const uuid of tunnels) await lab.vtepctl('set', 'Tunnel', uuid, 'bfd_params:enable=true')
    await until('BFD comes from both addresses', async () => {
      const frames = (await tunnelFrames(wire)).filter(({ vni }) => vni === BFD_VNI)
      const sources = new Set(frames.map(({ srcIp }) => srcIp))
      return [one, two].every(({ address }) => sources.has(address))
    })
  })

  const planned = (it: typeof one): number => daemonOf(it).output().split(' Planned ').length
  for (const [it, other] of [
    [two, one],
    [one, two],
  ] as const) {
    await t.test(`${it.bridge} restarts, leaves and returns; ${other.bridge} is not disturbed`, async (t) => {
      const belongings = () => belongingsOf(lab, other.bridge, 'ls0', other.address)
      const learned = `${await lab.host(other.bridge).run('cat', '/sys/class/net/eth0/address')} -> vxlan_over_ipv4`
      // then it asks for the address of the other, and what it says of its own is noted before anything is compared
      await lab.host(other.bridge).run('ip', 'neigh', 'flush', 'all')
      await until(
        'its host is learned, with its address, and there is nothing to do',
        async () =>
          (await forwards(other)) &&
          (await belongings()).includes(learned) &&
          (await belongings()).includes('table=18') &&
          (await isInSync(daemonOf(other))),
      )
      const [before, plans] = [await belongings(), planned(other)]
      const isUntouched = async (when: string): Promise<void> => {
        t.equal(await belongings(), before, when)
        t.ok(await forwards(other))
      }
      await daemonOf(it).stop()
      await start(it)
      await until('it has nothing to do', () => isInSync(daemonOf(it)))
      await isUntouched('after a restart')
      await daemonOf(it).control('exit', '--cleanup')
      await daemonOf(it).ended
      t.equal(await options(it), '', 'its port is gone')
      await isUntouched('after a cleanup')
      await start(it)
      await until('it forwards again', () => forwards(it))
      await isUntouched('after its return')
      t.equal(planned(other), plans, 'nothing was planned meanwhile')
    })
  }
})
