import t from 'tap'
import { becomes } from '../support/becomes.js'
import { BROADCAST, tagged, uniqueFrame } from '../support/frame.js'
import { localMacs } from '../support/local-macs.js'
import { whyNoOvn } from '../support/ovn.js'
import { startOvnLab, VM1 } from '../support/ovn-lab.js'
import { until } from '../support/until.js'

type Exits = Promise<readonly string[]>

const HOST_A = '02:00:00:00:00:0a'
const HOST_B = '02:00:00:00:00:0b'
const VM3 = { mac: '02:00:00:00:01:03', ip: '192.168.0.3' }
const OTHER_GATEWAY_IP = '10.2.2.9'

t.test('what else is in the database that OVN and we share', { skip: whyNoOvn() ?? false }, async (t) => {
  const lab = await startOvnLab(t)
  const { gateway, ovn, vtep, exitsOf } = lab
  const { vtepctl } = gateway
  const fromHostA = (): Exits => exitsOf('p0', uniqueFrame(HOST_A, BROADCAST))
  const fromHostB = (): Exits => exitsOf('p1', tagged(uniqueFrame(HOST_B, BROADCAST), 100))
  const fromVm1 = (): Exits => exitsOf('vm1', uniqueFrame(VM1.mac, BROADCAST))
  const tunnelKey = (name: string): Promise<string> => vtepctl('get', 'Logical_Switch', name, 'tunnel_key')
  const binding = (port: string): Promise<string> => ovn.sbctl('get', 'Port_Binding', port, 'chassis')
  const faults = async (): Promise<string> =>
    (await vtepctl('find', 'Physical_Switch', 'switch_fault_status!=[]')) +
    (await vtepctl('find', 'Physical_Port', 'port_fault_status!=[]'))

  await gateway.addPhysicalSwitch()
  await gateway.startDaemon()
  await becomes(t, 'the rows of the ports', () => vtepctl('list-ports', 'br0'), 'p0\np1')
  await lab.startController()
  await lab.addNetwork()
  await becomes(t, 'a broadcast of one host', fromHostA, ['p1 vlan 100', 'vm1'])
  await becomes(t, 'a broadcast of the other', fromHostB, ['p0', 'vm1'])

  await t.test('logical switches that OVN does not know share key 0, and nothing else', async (t) => {
    const inVlan = (vid: number) => (): Exits => exitsOf('p0', tagged(uniqueFrame(HOST_A, BROADCAST), vid))
    for (const [name, vid] of [
      ['ls1', 201],
      ['ls2', 202],
    ] as const) {
      await vtep(`add-ls ${name}\nbind-ls br0 p0 ${vid} ${name}\nbind-ls br0 p1 ${vid} ${name}`)
      await becomes(t, `the key of ${name}`, () => tunnelKey(name), '0')
      await becomes(t, `a broadcast in ${name}`, inVlan(vid), [`p1 vlan ${vid}`])
    }
    t.equal(await faults(), '')

    await ovn.nbctl('ls-add', 'late')
    await ovn.addVtepPort('late', 'late-gateway', 'br0', 'ls1')
    await lab.addMachine('late', 'vm3', VM3)
    await becomes(t, 'when OVN knows ls1', inVlan(201), ['p1 vlan 201', 'vm3'])
    t.notMatch(await tunnelKey('ls1'), /^(0|\[])$/)
    t.strictSame(await inVlan(202)(), ['p1 vlan 202'], 'ls2 is as it was')

    await ovn.nbctl('ls-del', 'late')
    await becomes(t, 'the key of ls1 when OVN has forgotten it', () => tunnelKey('ls1'), '0')
    await becomes(t, 'a broadcast then', inVlan(201), ['p1 vlan 201'])
    await vtep('unbind-ls br0 p0 201\nunbind-ls br0 p1 201\nunbind-ls br0 p0 202\nunbind-ls br0 p1 202')
    await becomes(t, 'a broadcast without bindings', inVlan(201), [])
  })

  await t.test('other physical switches are none of our business', async (t) => {
    // to OVN they are chassis, and each needs a tunnel IP of its own, or it is the one without
    for (const [name, tunnelIps] of [
      ['void1', '[]'],
      ['void2', OTHER_GATEWAY_IP],
    ] as const) {
      await vtep(`add-ps ${name}\nset Physical_Switch ${name} tunnel_ips=${tunnelIps}`)
      await vtep(`add-port ${name} p0\nbind-ls ${name} p0 100 ls0`)
      await ovn.addVtepPort('net', name, name, 'ls0')
      await until(`${name} is bound`, async () => (await binding(name)) !== '[]')
    }
    await becomes(t, 'a broadcast', fromHostA, ['p1 vlan 100', 'vm1'])
    t.strictSame(await fromHostB(), ['p0', 'vm1'], "theirs of a port's name is not ours")
    await vtep('del-ps void2')
    await becomes(t, 'what binds the one that is gone', () => binding('void2'), '[]')
    await becomes(t, 'a broadcast then', fromHostA, ['p1 vlan 100', 'vm1'])
    t.equal(await vtep('list-bindings void1 p0'), '0100 ls0', 'the other is as it was made')
    await becomes(t, 'the local MACs', () => localMacs(vtepctl, 'ls0'), [HOST_A, HOST_B])
    t.equal(await faults(), '')
  })

  await t.test('without bindings of ours nothing is announced, though another switch has one', async (t) => {
    await vtep('unbind-ls br0 p0 0\nunbind-ls br0 p1 100')
    await becomes(t, 'a broadcast of a machine', fromVm1, [])
    await becomes(
      t,
      'the local MACs',
      async () => (await vtep('list-local-macs ls0')).includes(' -> '),
      false,
    )
    t.equal(await vtep('list-bindings void1 p0'), '0100 ls0', 'which has stayed')
    for (const name of ['ls1', 'ls2'])
      await until(`${name} is deleted`, async () => {
        await vtep(`clear-local-macs ${name}\nclear-remote-macs ${name}\ndel-ls ${name}`)
        return true
      })
  })
})
