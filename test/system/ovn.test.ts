import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { becomes } from '../support/becomes.js'
import { OURS, runToEnd } from '../support/daemon.js'
import { BROADCAST, tagged, uniqueFrame, type Frame } from '../support/frame.js'
import { encodeArpRequest, ETHERTYPE_ARP } from '../support/ipv4.js'
import { localMacs } from '../support/local-macs.js'
import { whyNoOvn } from '../support/ovn.js'
import { HYPERVISOR_IP, startOvnLab, VM1 } from '../support/ovn-lab.js'
import { addDummyPort } from '../support/underlay.js'
import { until } from '../support/until.js'

type Exits = Promise<readonly string[]>

// A is at p0, B at p1 in VLAN 100
const HOST_A = { mac: '02:00:00:00:00:0a', ip: '192.168.0.10' }
const HOST_B = { mac: '02:00:00:00:00:0b', ip: '192.168.0.11' }
const VM2 = { mac: '02:00:00:00:01:02', ip: '192.168.0.2' }
const UNKNOWN = '02:00:00:00:00:ee'

t.test('OVN as the controller', { skip: whyNoOvn() ?? false }, async (t) => {
  const lab = await startOvnLab(t)
  const { gateway, ovn, vtep, exitsOf } = lab
  const { vtepctl } = gateway
  const fromHostA = (dst: string): Exits => exitsOf('p0', uniqueFrame(HOST_A.mac, dst))
  const fromHostB = (dst: string): Exits => exitsOf('p1', tagged(uniqueFrame(HOST_B.mac, dst), 100))
  const fromVm1 = (dst: string): Exits => exitsOf('vm1', uniqueFrame(VM1.mac, dst))

  const physicalPorts = async (): Promise<readonly string[]> => lines(await vtepctl('list-ports', 'br0'))
  const bridgePorts = async (): Promise<readonly string[]> => lines(await gateway.vsctl('list-ports', 'br0'))
  const flows = async (): Promise<readonly string[]> =>
    lines(await gateway.ofctl('--no-stats', '-O', 'OpenFlow15', 'dump-flows', 'br0'))
  const tunnelKey = (): Promise<string> => vtepctl('get', 'Logical_Switch', 'ls0', 'tunnel_key')
  const chassis = (column: string): Promise<string> => ovn.sbctl('get', 'Chassis', 'br0', column)
  const binding = (column: string): Promise<string> => ovn.sbctl('get', 'Port_Binding', 'gateway', column)

  const pidfile = join(gateway.directory, 'ovs-vtep.pid')
  const logFile = join(gateway.directory, 'ovs-vtep.log')
  const start = async (t: Test, ...args: readonly string[]): Promise<void> => {
    await gateway.addPhysicalSwitch()
    const ending = await runToEnd(OURS, args, gateway.daemonEnv)
    t.match(ending, { status: 0, stdout: '' }, args.join(' '))
    await becomes(t, 'the rows of the ports', physicalPorts, ['p0', 'p1'])
  }
  const exit = async (): Promise<void> => {
    await gateway.appctl('ovs-vtep', 'exit')
    await until('the pidfile is gone', () => !existsSync(pidfile))
  }

  await t.test("the emulator starts by the command lines of OVN's tests, in their bridge", async (t) => {
    const versions = [10, 11, 12, 13, 14, 15].map((version) => `OpenFlow${version}`).join()
    await gateway.vsctl('set', 'Bridge', 'br0', 'fail_mode=secure', `protocols=${versions}`)
    await start(t, 'br0', '-vconsole:off', '--detach', '--no-chdir', '--pidfile', '--log-file')
    await exit()
    await vtep('del-ps br0')
    await start(t, `--log-file=${logFile}`, `--pidfile=${pidfile}`, '--detach', '--no-chdir', 'br0')
  })
  const flowsUnbound = await until('the pipeline stands', async () => {
    const now = await flows()
    return now.length > 0 && now
  })
  const portsUnbound = await bridgePorts()
  let controller = await lab.startController()

  await t.test('OVN describes its network', async (t) => {
    await until('the gateway is a chassis', async () => (await chassis('name')) === 'br0')
    await lab.addNetwork()
    const expected = [`${VM1.mac} at ${HYPERVISOR_IP}`, `unknown-dst at ${HYPERVISOR_IP}`]
    await becomes(t, 'the remote MACs', async () => located(await vtep('list-remote-macs ls0')), expected)
    const datapath = await binding('datapath')
    t.equal(await tunnelKey(), await ovn.sbctl('get', 'Datapath_Binding', datapath, 'tunnel_key'))
    t.equal(await vtepctl('get', 'Logical_Switch', 'ls0', 'replication_mode'), 'source_node')
    t.equal(await binding('chassis'), await chassis('_uuid'))
    t.equal(await chassis('vtep_logical_switches'), '[ls0]')
  })

  await t.test('frames pass both ways', async (t) => {
    await becomes(t, 'a broadcast of a host', () => fromHostA(BROADCAST), ['p1 vlan 100', 'vm1'])
    await becomes(t, 'a broadcast of a machine', () => fromVm1(BROADCAST), ['p0', 'p1 vlan 100'])
    await becomes(t, 'to a machine', () => fromHostB(VM1.mac), ['vm1'])
    t.strictSame(await fromVm1(HOST_B.mac), ['p1 vlan 100'], 'and the answer')
    t.strictSame(await fromVm1(HOST_A.mac), ['p0'], 'to a host that has been heard')
    t.strictSame(await fromVm1(UNKNOWN), ['p0', 'p1 vlan 100'], 'to nobody')

    const vnis = (await gateway.tunnelFramesOut()).map(({ vni }) => String(vni))
    t.strictSame([...new Set(vnis)], [await tunnelKey()], 'the key is on the wire')
  })

  await t.test('ARP passes both ways, asked and unasked', async (t) => {
    const request = ({ mac, ip }: typeof VM1, wantedIp: string): Frame => ({
      ...uniqueFrame(mac, BROADCAST),
      etherType: ETHERTYPE_ARP,
      payload: encodeArpRequest(mac, ip, wantedIp),
    })
    for (const wantedIp of [VM1.ip, HOST_A.ip])
      t.strictSame(await exitsOf('p0', request(HOST_A, wantedIp)), ['p1 vlan 100', 'vm1'], wantedIp)
    for (const wantedIp of [HOST_A.ip, VM1.ip])
      t.strictSame(await exitsOf('vm1', request(VM1, wantedIp)), ['p0', 'p1 vlan 100'], wantedIp)
  })

  await t.test('what is learned behind the gateway reaches OVN', async (t) => {
    const encap = await ovn.sbctl('--bare', '--columns=ip', 'find', 'Encap', 'chassis_name=br0')
    const expected = [HOST_A.mac, HOST_B.mac, 'unknown-dst'].map((mac) => `${mac} at ${encap}`)
    await becomes(t, 'the local MACs', async () => located(await vtep('list-local-macs ls0')), expected)

    // OVN 23.03 monitors that table but takes nothing from it: whoever runs it gives the port its addresses
    const learned = await localMacs(vtepctl, 'ls0')
    await ovn.nbctl('lsp-set-addresses', 'gateway', ...learned)
    await becomes(t, 'to nobody, when all MACs are known', () => fromVm1(UNKNOWN), [])
    t.strictSame(await fromVm1(HOST_A.mac), ['p0'], 'to a host')
    t.strictSame(await fromVm1(HOST_B.mac), ['p1 vlan 100'], 'to the other')
    for (const mac of learned) t.match(await binding('mac'), mac, 'it is in the southbound')
    await ovn.nbctl('lsp-set-addresses', 'gateway', 'unknown')
    await becomes(t, 'to nobody, when there may be more', () => fromVm1(UNKNOWN), ['p0', 'p1 vlan 100'])
  })

  await t.test('a machine comes and goes', async (t) => {
    await lab.addMachine('net', 'vm2', VM2)
    await becomes(t, 'a frame to it', () => fromHostA(VM2.mac), ['vm2'])
    await becomes(t, 'a broadcast', () => fromHostA(BROADCAST), ['p1 vlan 100', 'vm1', 'vm2'])
    t.strictSame(await fromVm1(UNKNOWN), ['p0', 'p1 vlan 100'], 'nobody is sought at machines')
    await ovn.nbctl('lsp-del', 'vm2')
    await becomes(t, 'a frame to it when it is gone', () => fromHostA(VM2.mac), ['p1 vlan 100'])
  })

  await t.test('the controller takes its network along when it ends, and brings it back', async (t) => {
    await controller.control('exit')
    t.equal(await controller.ended, 0)
    t.equal(await tunnelKey(), '[]')
    await becomes(t, 'a broadcast without it', () => fromHostA(BROADCAST), ['p1 vlan 100'])
    controller = await lab.startController()
    await becomes(t, 'a broadcast with it', () => fromHostA(BROADCAST), ['p1 vlan 100', 'vm1'])
    await becomes(t, 'to a host that was learned before', () => fromVm1(HOST_B.mac), ['p1 vlan 100'])
  })

  await t.test('unbinding cleans up at both ends', async (t) => {
    await vtep('unbind-ls br0 p0 0')
    await becomes(t, 'the local MACs without p0', () => localMacs(vtepctl, 'ls0'), [HOST_B.mac])
    await gateway.vsctl('del-port', 'p1')
    await becomes(t, 'the rows of the ports without p1', physicalPorts, ['p0'])
    await becomes(
      t,
      'the local MACs without both',
      async () => located(await vtep('list-local-macs ls0')),
      [],
    )
    await becomes(t, 'what OVN sees on the chassis', () => chassis('vtep_logical_switches'), '[]')
    await becomes(t, 'what binds its port', () => binding('chassis'), '[]')
    await becomes(t, 'a broadcast of a machine', () => fromVm1(BROADCAST), [])

    await until('the switch is deleted', async () => {
      await vtep('clear-local-macs ls0\nclear-remote-macs ls0\ndel-ls ls0')
      return true
    })
    await becomes(t, 'the flows', flows, flowsUnbound)
    await addDummyPort(gateway, 'br0', 'p1')
    await becomes(t, 'the rows of the ports with p1 again', physicalPorts, ['p0', 'p1'])
    t.strictSame(await bridgePorts(), portsUnbound)
    for (const table of ['Ucast_Macs_Local', 'Mcast_Macs_Local', 'Physical_Locator_Set', 'Physical_Locator'])
      t.equal(await vtepctl('list', table), '', `nothing is left in ${table}`)
  })

  await t.test('the emulator had nothing to complain about', async (t) => {
    await exit()
    const complaints = lines(await readFile(logFile, 'utf8')).filter((line) =>
      /\|(WARN|ERR|EMER)\|/.test(line),
    )
    t.strictSame(
      complaints.filter((line) => !isOvertaken(line) && !isAboutPort(line)),
      [],
    )
  })
})

/** The test took port p1 away while it was bound. */
function isAboutPort(line: string): boolean {
  return line.includes('port p1 is gone from the bridge')
}

/** A transaction may refer to a locator that the controller is deleting at that moment. */
function isOvertaken(line: string): boolean {
  return /Failed +vtep: commit: referential integrity violation: .*nonexistent row .* Physical_Locator/.test(
    line,
  )
}

/** The lines, sorted. */
function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort()
}

/** `MAC at tunnel-IP` for each locator in what vtep-ctl lists, sorted. */
function located(listing: string): readonly string[] {
  const rows = listing.matchAll(/^\s+(\S+) -> vxlan_over_ipv4\/(\S+)$/gm)
  return [...rows].map(([, mac, ip]) => `${mac} at ${ip}`).sort()
}
