import t from 'tap'
import { tunnelFrames } from '../support/capture.js'
import { whyNoNamespaces } from '../support/namespace.js'
import { startLab } from '../support/namespaces.js'
import { answersPing } from '../support/ping.js'
import { until } from '../support/until.js'

const NEAR = '192.168.0.10'
const FAR = '192.168.0.20'
const FAR_IPV6 = '192.168.0.30'
const REMOTE = '10.2.2.21'
const REMOTE_IPV6 = 'fd00::11'

t.test('several tunnel_ips and their change', { skip: (await whyNoNamespaces()) ?? false }, async (t) => {
  const lab = await startLab(t, {
    hosts: { vm: { port: 'p0', address: NEAR } },
    // 10.2.2.1 is the machine's own, and never the switch's; of IPv6 there is one: from which of several it
    // sends, the user-space datapath of Open vSwitch 3.1.0 leaves to the routing whatever it is told
    tunnelIp: ['10.2.2.1', '10.2.2.2', '10.2.2.3', 'fd00::1'],
    remotes: {
      [REMOTE]: { vni: 33, address: FAR },
      [REMOTE_IPV6]: { vni: 33, address: FAR_IPV6 },
    },
  })
  const [vm, remote] = [lab.host('vm'), lab.remote(REMOTE)]
  const wires = [await lab.capture(remote, 'eth0'), await lab.capture(lab.remote(REMOTE_IPV6), 'eth0')]
  const mac = await vm.run('cat', '/sys/class/net/eth0/address')
  const setTunnelIps = async (...ips: readonly string[]): Promise<void> => {
    await lab.vtepctl('set', 'Physical_Switch', 'br0', `tunnel_ips=${JSON.stringify(ips)}`)
    const isDone = async () =>
      (await tiedTo()).join() === ips.join() && (await daemon.control('status')).includes('in sync: yes')
    await until(`the tunnel ports are tied to ${ips.join()}`, isDone)
  }
  const tiedTo = async (): Promise<readonly string[]> => {
    const options = await lab.vsctl('--bare', '--columns=options', 'find', 'Interface', 'type=vxlan')
    const addresses = options.split(/\n+/).map((text) => /local_ip=(\S+)/.exec(text)?.[1])
    return addresses.map((address) => address?.replaceAll('"', '') ?? 'nothing').sort()
  }
  /** Where the virtual machine's frames come from while it asks both stations behind the remotes; null: no answer. */
  const sources = async (): Promise<readonly (readonly string[] | null)[]> => {
    const sent = async () =>
      (await Promise.all(wires.map(tunnelFrames))).map((frames) =>
        frames.filter(({ inner }) => inner.src === mac),
      )
    const before = await sent()
    const answers = [await answersPing(vm, FAR), await answersPing(vm, FAR_IPV6)]
    // an answer may be here before the recording of what was asked
    const after = await until('what was answered is recorded', async () => {
      const now = await sent()
      return now.every(({ length }, i) => answers[i] !== true || length > (before[i]?.length ?? 0)) && now
    })
    return after.map((frames, i) => {
      const its = frames.slice(before[i]?.length).map(({ srcIp }) => srcIp)
      return answers[i] === true ? [...new Set(its)] : null
    })
  }
  /** Whether the remote reaches the virtual machine by that end point of ours. */
  const accepts = async (address: string): Promise<boolean> => {
    await remote.run('bridge', 'fdb', 'replace', mac, 'dev', 'vxlan0', 'dst', address, 'dynamic')
    return answersPing(remote, NEAR)
  }
  const announced = async (): Promise<readonly string[]> => {
    const macs = await lab.vtepctl('list-local-macs', 'ls0')
    return [...macs.matchAll(/ -> vxlan_over_ipv4\/(\S+)/g)].map(([, address = '']) => address)
  }

  await lab.vtepctl('add-ps', 'br0', '--', 'set', 'Physical_Switch', 'br0', 'tunnel_ips=10.2.2.2')
  const daemon = await lab.startDaemon()
  await until('the port is reported', async () => (await lab.vtepctl('list-ports', 'br0')) === 'p0')
  await lab.vtepctl(
    ...['add-ls', 'ls0', '--', 'bind-ls', 'br0', 'p0', '0', 'ls0'],
    ...['--', 'set', 'Logical_Switch', 'ls0', 'tunnel_key=33', 'replication_mode=source_node'],
    ...['--', 'add-mcast-remote', 'ls0', 'unknown-dst', REMOTE],
    ...['--', 'add-mcast-remote', 'ls0', 'unknown-dst', REMOTE_IPV6],
  )
  await until('the switch forwards', async () => !(await sources()).includes(null))

  await t.test('one: whatever comes is taken, and the routing chooses the source', async (t) => {
    t.strictSame(await tiedTo(), ['nothing'])
    t.strictSame(await sources(), [['10.2.2.1'], ['fd00::1']])
    t.strictSame([...new Set(await announced())], ['10.2.2.2'])
  })

  await t.test('three of two kinds: all accept, and frames leave from the first of their kind', async (t) => {
    await setTunnelIps('10.2.2.2', '10.2.2.3', 'fd00::1')
    t.strictSame(await sources(), [['10.2.2.2'], ['fd00::1']])
    for (const address of ['10.2.2.2', '10.2.2.3']) t.ok(await accepts(address), address)
    t.notOk(await accepts('10.2.2.1'), 'not the machine’s own')
    t.strictSame([...new Set(await announced())], ['10.2.2.2'])
  })

  await t.test('a known MAC goes the same way as what is flooded', async (t) => {
    for (const ip of [REMOTE, REMOTE_IPV6]) {
      const far = await lab.remote(ip).run('cat', '/sys/class/net/vxlan0/address')
      await lab.vtepctl('add-ucast-remote', 'ls0', far, ip)
    }
    await lab.vtepctl('del-mcast-remote', 'ls0', 'unknown-dst', REMOTE)
    await lab.vtepctl('del-mcast-remote', 'ls0', 'unknown-dst', REMOTE_IPV6)
    await until('both are known, and nothing is flooded', async () => {
      const known = await lab.ofctl('dump-flows', 'br0', 'table=20')
      const flooded = await lab.ofctl('dump-flows', 'br0', 'table=30')
      return known.split('dl_dst=').length === 3 && !flooded.includes('NXM_NX_TUN_ID')
    })
    t.strictSame(await sources(), [['10.2.2.2'], ['fd00::1']])
  })

  await t.test(
    'the first goes: frames leave from the next, and to the old one none is accepted',
    async (t) => {
      await setTunnelIps('10.2.2.3', 'fd00::1')
      t.strictSame(await sources(), [['10.2.2.3'], ['fd00::1']])
      t.notOk(await accepts('10.2.2.2'))
      t.ok(await accepts('10.2.2.3'))
      t.strictSame([...new Set(await announced())], ['10.2.2.3'])
    },
  )

  await t.test('a kind goes: its remotes are out of reach, and that is said', async (t) => {
    await setTunnelIps('10.2.2.3')
    t.strictSame(await sources(), [['10.2.2.3'], null])
    t.match(await daemon.control('status'), /no end point of ours is of the kind of fd00::11/)
    await setTunnelIps('10.2.2.3', 'fd00::1')
    t.strictSame(await sources(), [['10.2.2.3'], ['fd00::1']])
    t.notMatch(await daemon.control('status'), /problem/)
  })
})
