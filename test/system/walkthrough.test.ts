import t from 'tap'
import { type Capture, tunnelFrames } from '../support/capture.js'
import type { Frame } from '../support/frame.js'
import { whyNoNamespaces, type Namespace } from '../support/namespace.js'
import { startLab } from '../support/namespaces.js'
import { answersPing, sendPing } from '../support/ping.js'
import { localMacs } from '../support/local-macs.js'
import { until } from '../support/until.js'

const SEED_MAC = '11:22:33:44:55:66'
const NOBODY = '02:00:00:00:00:ee'

const isSent =
  (mac: string) =>
  ({ src }: Frame): boolean =>
    src === mac

async function tunnelled(capture: Capture): Promise<readonly Frame[]> {
  return (await tunnelFrames(capture)).map(({ inner }) => inner)
}

// The steps of "How to Use the VTEP Emulator", with hosts for its virtual machines
t.test('the walkthrough', { skip: (await whyNoNamespaces()) ?? false }, async (t) => {
  const lab = await startLab(t, {
    hosts: {
      vm1: { port: 'p0', address: '192.168.0.10' },
      vm2: { port: 'p1', address: '192.168.0.11', vlan: 10 },
      other: { port: 'p1', address: '192.168.0.12', vlan: 7 },
    },
    tunnelIp: '10.2.2.1',
    remotes: {
      '10.2.2.2': { vni: 33, address: '192.168.0.20' },
      '10.2.2.3': { vni: 33, address: '192.168.0.30' },
    },
  })
  const [vm1, vm2, other] = [lab.host('vm1'), lab.host('vm2'), lab.host('other')]
  const replicator = lab.remote('10.2.2.2')
  const unicastPeer = lab.remote('10.2.2.3')
  const replicatorWire = await lab.capture(replicator, 'eth0')
  const peerWire = await lab.capture(unicastPeer, 'eth0')
  const mac = (namespace: Namespace, device = 'eth0'): Promise<string> =>
    namespace.run('cat', `/sys/class/net/${device}/address`)
  const [vm1Mac, vm2Mac, otherMac] = [await mac(vm1), await mac(vm2), await mac(other)]

  await t.test('startup', async () => {
    await lab.vtepctl('add-ps', 'br0')
    await lab.vtepctl('set', 'Physical_Switch', 'br0', 'tunnel_ips=10.2.2.1')
    await lab.startDaemon()
    await lab.vtepctl('set-manager', 'tcp:127.0.0.1:6632')
    await until(
      'the ports are in the database',
      async () => (await lab.vtepctl('list-ports', 'br0')).split('\n').sort().join() === 'p0,p1',
    )
  })

  await t.test('a logical switch, a port, a tunnel for unknown destinations', async (t) => {
    await lab.vtepctl('add-ls', 'ls0')
    await lab.vtepctl('bind-ls', 'br0', 'p0', '0', 'ls0')
    await lab.vtepctl('set', 'Logical_Switch', 'ls0', 'tunnel_key=33')
    await lab.vtepctl('add-mcast-remote', 'ls0', 'unknown-dst', '10.2.2.2')
    await until('VM1 reaches the host behind 10.2.2.2', () => answersPing(vm1, '192.168.0.20'))
    t.ok(await answersPing(replicator, '192.168.0.10'), 'and is reached from there')
    await until('the MAC of VM1 is reported', async () =>
      (await localMacs(lab.vtepctl, 'ls0')).includes(vm1Mac),
    )
  })

  // not from the start: until the daemon runs, the bridge is an ordinary one
  const vm1Wire = await lab.capture(vm1, 'eth0')
  const vm2Wire = await lab.capture(vm2, 'eth0')

  await t.test('a unicast destination out of a different tunnel', async (t) => {
    const peerMac = await mac(unicastPeer, 'vxlan0')
    await lab.vtepctl('add-ucast-remote', 'ls0', SEED_MAC, '10.2.2.3')
    await lab.vtepctl('add-ucast-remote', 'ls0', peerMac, '10.2.2.3')
    await vm1.ip('neighbour', 'replace', '192.168.0.30', 'lladdr', peerMac, 'dev', 'eth0', 'nud', 'permanent')
    await until('VM1 reaches the host behind 10.2.2.3', () => answersPing(vm1, '192.168.0.30'))
    t.ok(await answersPing(unicastPeer, '192.168.0.10'))

    await sendPing(vm1, '192.168.0.66', SEED_MAC)
    const isForSeed = ({ dst }: Frame): boolean => dst === SEED_MAC
    await until("the seed's MAC went to 10.2.2.3", async () => (await tunnelled(peerWire)).some(isForSeed))
    t.notOk((await tunnelled(replicatorWire)).some(isForSeed))
  })

  await t.test('an unbound port is isolated', async (t) => {
    await sendPing(vm2, '192.168.0.10', vm1Mac)
    await sendPing(vm2, '192.168.0.99', NOBODY)
    t.ok(await answersPing(vm1, '192.168.0.20'), 'sent afterwards, and arrived')
    t.notOk((await vm1Wire.frames()).some(isSent(vm2Mac)), 'VM1 hears nothing of VM2')
    t.notOk((await tunnelled(replicatorWire)).some(isSent(vm2Mac)), 'nor do the tunnels')
    await sendPing(vm1, '192.168.0.99', NOBODY)
    t.ok(await answersPing(vm1, '192.168.0.20'))
    t.notOk((await vm2Wire.frames()).some(isSent(vm1Mac)), 'nor VM2 of VM1')
  })

  await t.test('a VLAN of the second port joins, its other VLANs do not', async (t) => {
    await lab.vtepctl('bind-ls', 'br0', 'p1', '10', 'ls0')
    await until('VM1 reaches VM2', () => answersPing(vm1, '192.168.0.11'))
    await until('VM2 reaches the host behind 10.2.2.2', () => answersPing(vm2, '192.168.0.20'))

    await sendPing(other, '192.168.0.10', vm1Mac)
    await sendPing(other, '192.168.0.99', NOBODY)
    t.ok(await answersPing(vm2, '192.168.0.10'), 'sent afterwards through the same port, and arrived')
    t.notOk((await vm1Wire.frames()).some(isSent(otherMac)))
    t.notOk((await tunnelled(replicatorWire)).some(isSent(otherMac)))
  })

  await t.test('everything in the tunnels carried VNI 33', async (t) => {
    const all = [...(await tunnelFrames(replicatorWire)), ...(await tunnelFrames(peerWire))]
    const ours = all.filter(({ srcIp }) => srcIp === '10.2.2.1')
    t.not(ours.length, 0)
    t.strictSame([...new Set(ours.map(({ vni }) => vni))], [33])
  })
})
