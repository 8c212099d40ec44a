import t from 'tap'
import type { Capture } from '../support/capture.js'
import { whyNoNamespaces } from '../support/namespace.js'
import { startLab } from '../support/namespaces.js'
import { answersPing } from '../support/ping.js'
import { neighbourOf, requestsIn, resolved, sendArp } from '../support/requests.js'
import { until } from '../support/until.js'

const REMOTE = '10.2.2.21'
const VNI = 33
const [A, B, C] = ['192.168.0.10', '192.168.0.11', '192.168.0.12']
const FAR = '192.168.0.20'
const UNKNOWN = '192.168.0.77'
const [A6, B6, FAR6] = ['fd00::10', 'fd00::11', 'fd00::20']
const REFUSED_6 = 'fd00::77'

// Linux asks and answers: three stations here, one behind a VTEP of Linux's own
t.test('requests for known addresses', { skip: (await whyNoNamespaces()) ?? false }, async (t) => {
  const lab = await startLab(t, {
    hosts: {
      a: { port: 'p0', address: A },
      b: { port: 'p1', address: B, vlan: 10 },
      c: { port: 'p2', address: C },
    },
    tunnelIp: '10.2.2.1',
    remotes: { [REMOTE]: { vni: VNI, address: FAR } },
  })
  const [a, b, c, remote] = [lab.host('a'), lab.host('b'), lab.host('c'), lab.remote(REMOTE)]
  await remote.run('bridge', 'fdb', 'append', '00:00:00:00:00:00', 'dev', 'vxlan0', 'dst', '10.2.2.1')
  await a.ip('address', 'add', `${A6}/64`, 'dev', 'eth0', 'nodad')
  await b.ip('address', 'add', `${B6}/64`, 'dev', 'eth0', 'nodad')
  await remote.ip('address', 'add', `${FAR6}/64`, 'dev', 'vxlan0', 'nodad')
  const macOf = async (device: string, of = remote) =>
    (await of.run('cat', `/sys/class/net/${device}/address`)).trim()
  const farMac = await macOf('vxlan0')

  await lab.vtepctl('add-ps', 'br0', '--', 'set', 'Physical_Switch', 'br0', 'tunnel_ips=10.2.2.1')
  await lab.vtepctl('add-ls', 'ls0', '--', 'set', 'Logical_Switch', 'ls0', `tunnel_key=${VNI}`)
  await lab.vtepctl('add-mcast-remote', 'ls0', 'unknown-dst', REMOTE)
  const daemon = await lab.startDaemon()
  const isInSync = async () => (await daemon.control('status')).includes('in sync: yes')
  await until('ports are reported', async () => /p0\np1\np2/.test(await lab.vtepctl('list-ports', 'br0')))
  for (const [port, vlan] of [
    ['p0', '0'],
    ['p1', '10'],
    ['p2', '0'],
  ] as const)
    await lab.vtepctl('bind-ls', 'br0', port, vlan, 'ls0')
  await until('all is forwarded', () => answersPing(a, FAR))

  const find = (table: string, mac: string, column: string) =>
    lab.vtepctl('--bare', `--columns=${column}`, 'find', table, `MAC="${mac}"`)
  /** A row for each address, as vtep(5) allows. */
  const place = async (ipaddr: string): Promise<void> => {
    const uuid = (...where: readonly string[]) => lab.vtepctl('--bare', '--columns=_uuid', 'find', ...where)
    const [ls, locator] = [
      await uuid('Logical_Switch', 'name=ls0'),
      await uuid('Physical_Locator', `dst_ip=${REMOTE}`),
    ]
    const columns = [`MAC="${farMac}"`, `logical_switch=${ls}`, `locator=${locator}`, `ipaddr="${ipaddr}"`]
    await lab.vtepctl('create', 'Ucast_Macs_Remote', ...columns)
    await until('it is answered for', async () =>
      (await lab.ofctl('dump-flows', 'br0', 'table=17')).includes(ipaddr),
    )
    await until('in sync', isInSync)
  }
  const captures = async (): Promise<Record<'tunnel' | 'toB' | 'toC', Capture>> => ({
    tunnel: await lab.capture(remote, 'eth0'),
    toB: await lab.capture(b, 'eth0'),
    toC: await lab.capture(c, 'eth0'),
  })
  /** What passed besides, up to a request of which it is known that it passes. */
  const asked = async (capture: Capture, sender = A): Promise<readonly string[]> => {
    const last = `arp ${sender} ${UNKNOWN}`
    await until('the last request is heard', async () => (await requestsIn(capture)).includes(last))
    return (await requestsIn(capture)).filter((text) => !text.includes(UNKNOWN))
  }

  await t.test('a remote address is answered here, and nobody hears of it', async (t) => {
    await place(FAR)
    const { tunnel, toB, toC } = await captures()
    const atA = await lab.capture(a, 'eth0')
    t.equal(await resolved(a, FAR), farMac)
    t.ok(await answersPing(a, FAR))
    await sendArp(a, A, UNKNOWN)
    t.notOk(
      (await asked(atA)).includes(`arp ${FAR} ${A} to ${await macOf('eth0', a)}`),
      'by a reply, not a request',
    )
    for (const capture of [tunnel, toB, toC])
      t.strictSame(
        (await asked(capture)).filter((text) => text.startsWith('arp') && text.includes(` ${FAR}`)),
        [],
      )
  })

  await t.test('an unknown address is asked of everybody', async (t) => {
    const { tunnel, toB, toC } = await captures()
    await resolved(a, UNKNOWN)
    for (const capture of [tunnel, toB, toC])
      await until('it is heard', async () => (await requestsIn(capture)).includes(`arp ${A} ${UNKNOWN}`))
    t.pass()
  })

  await t.test('a local address is asked of the station that claims it', async (t) => {
    await until('b is reported with its address', async () => {
      await b.run('ping', '-c', '1', '-W', '1', A).catch(() => '')
      return (await find('Ucast_Macs_Local', await macOf('eth0', b), 'ipaddr')) === B
    })
    const { tunnel, toB, toC } = await captures()
    t.equal(await resolved(a, B), await macOf('eth0', b))
    t.ok(await answersPing(a, B))
    await sendArp(a, A, UNKNOWN)
    t.match(await asked(toB), [`arp ${A} ${B} to ${await macOf('eth0', b)}`])
    for (const capture of [tunnel, toC])
      t.strictSame(
        (await asked(capture)).filter((text) => text.endsWith(` ${B}`)),
        [],
      )
  })

  await t.test('so it is with neighbour discovery', async (t) => {
    await place(FAR6)
    const { tunnel, toB, toC } = await captures()
    t.equal(await resolved(a, FAR6), farMac)
    t.ok(await answersPing(a, FAR6))
    await until('b has claimed its address', async () => {
      await b.run('ping', '-c', '1', '-W', '1', A6).catch(() => '')
      return (await lab.ofctl('dump-flows', 'br0', 'table=18')).includes(`ipv6_dst=${B6}`)
    })
    t.equal(await resolved(a, B6), await macOf('eth0', b))
    await sendArp(a, A, UNKNOWN)
    const nd = async (capture: Capture) =>
      (await asked(capture)).filter((text) => text.startsWith(`nd ${A6}`))
    t.strictSame(await nd(tunnel), [])
    t.strictSame(await nd(toC), [])
    t.match(await nd(toB), [`nd ${A6} ${B6} to ${await macOf('eth0', b)}`])
  })

  await t.test('who asks whether an address is free hears of its owner', async (t) => {
    const tunnel = await lab.capture(remote, 'eth0')
    await sendArp(a, '0.0.0.0', FAR)
    await until('the probe reaches the owner', async () =>
      (await requestsIn(tunnel)).includes(`arp 0.0.0.0 ${FAR}`),
    )
    await sendArp(a, FAR, FAR)
    await until('so does an announcement', async () =>
      (await requestsIn(tunnel)).includes(`arp ${FAR} ${FAR}`),
    )
    await sendArp(a, A, A)
    await until('and one of its own', async () => (await requestsIn(tunnel)).includes(`arp ${A} ${A}`))
    // optimistic to begin with, and then Linux knows
    await c.ip('address', 'add', `${FAR6}/64`, 'dev', 'eth0')
    await until('Linux finds the double', async () =>
      (await c.ip('address', 'show', 'dev', 'eth0')).includes('dadfailed'),
    )
    await c.ip('address', 'add', `${REFUSED_6}/64`, 'dev', 'eth0')
    await until('and that another is free', async () =>
      / fd00::77\/64 scope global *\n/.test(await c.ip('address', 'show', 'dev', 'eth0')),
    )
    t.pass()
  })

  await t.test('an address that moves is found at its new station, here or elsewhere', async (t) => {
    await b.ip('address', 'del', `${B}/24`, 'dev', 'eth0')
    await c.ip('address', 'add', `${B}/24`, 'dev', 'eth0')
    await sendArp(c, B, B)
    const macOfC = await macOf('eth0', c)
    await until('it is found at c', async () => (await resolved(a, B)) === macOfC)
    await until(
      'it is reported no more of b',
      async () =>
        (await find('Ucast_Macs_Local', await macOf('eth0', b), 'ipaddr')).replace(/^fd00.*/, '') === '',
    )
    await c.ip('address', 'del', `${B}/24`, 'dev', 'eth0')
    await remote.ip('address', 'add', `${B}/24`, 'dev', 'vxlan0')
    // that it asks for another is enough
    await until('it is found elsewhere', async () => {
      await remote.run('ping', '-c', '1', '-W', '1', '-I', B, A).catch(() => '')
      return (await resolved(a, B)) === farMac
    })
    await sendArp(c, C, C)
    await until(
      'c is reported with what it has',
      async () => (await find('Ucast_Macs_Local', macOfC, 'ipaddr')) === C,
    )
    t.pass()
  })

  await t.test('--no-arp-suppression lets every request go to everybody', async (t) => {
    await daemon.control('exit')
    await daemon.ended
    const off = await lab.startDaemon(['br0', '--no-arp-suppression'])
    await until('in sync', async () => (await off.control('status')).includes('in sync: yes'))
    t.equal(await lab.ofctl('--no-stats', 'dump-flows', 'br0', 'table=17'), '')
    const tunnel = await lab.capture(remote, 'eth0')
    await resolved(a, FAR)
    await until('it is heard', async () => (await requestsIn(tunnel)).includes(`arp ${A} ${FAR}`))
    t.equal(await neighbourOf(a, FAR), farMac)
    await until(
      'no address is reported',
      async () => (await lab.vtepctl('--bare', '--columns=ipaddr', 'list', 'Ucast_Macs_Local')).trim() === '',
    )
  })
})
