import t from 'tap'
import type { Capture } from '../support/capture.js'
import type { Frame } from '../support/frame.js'
import { type Namespace, whyNoNamespaces } from '../support/namespace.js'
import { startLab } from '../support/namespaces.js'
import { answersPing } from '../support/ping.js'
import { resolved } from '../support/requests.js'
import { routerMac } from '../../lib/model/routing/virtual-mac.js'
import { until } from '../support/until.js'

const [NEAR, FAR] = ['10.2.2.21', '10.2.2.22']

// Linux asks, answers and measures: a and c are in one logical switch, b in another, and a VTEP of Linux's own in each
t.test(
  'packets are routed between logical switches',
  { skip: (await whyNoNamespaces()) ?? false },
  async (t) => {
    const lab = await startLab(t, {
      hosts: {
        a: { port: 'p0', address: '192.168.1.10' },
        b: { port: 'p1', address: '192.168.2.10', vlan: 10 },
        c: { port: 'p2', address: '192.168.1.11' },
        // another tenant, with the very addresses of a and b
        x: { port: 'p3', address: '192.168.1.10' },
        y: { port: 'p4', address: '192.168.2.10' },
      },
      tunnelIp: '10.2.2.1',
      remotes: { [NEAR]: { vni: 33, address: '192.168.1.20' }, [FAR]: { vni: 34, address: '192.168.2.20' } },
    })
    const [a, b, c, x, y] = [lab.host('a'), lab.host('b'), lab.host('c'), lab.host('x'), lab.host('y')]
    const [near, far] = [lab.remote(NEAR), lab.remote(FAR)]
    for (const remote of [near, far])
      await remote.run('bridge', 'fdb', 'append', '00:00:00:00:00:00', 'dev', 'vxlan0', 'dst', '10.2.2.1')
    /** A host gets an IPv6 address and its default routes. */
    const settle = async (host: Namespace, device: string, net: number, number: string): Promise<void> => {
      await host.ip('address', 'add', `fd00:${net}::${number}/64`, 'dev', device, 'nodad')
      await host.ip('route', 'add', 'default', 'via', `192.168.${net}.1`)
      await host.ip('-6', 'route', 'add', 'default', 'via', `fd00:${net}::1`)
    }
    await settle(a, 'eth0', 1, '10')
    await settle(b, 'eth0', 2, '10')
    await settle(c, 'eth0', 1, '11')
    await settle(near, 'vxlan0', 1, '20')
    await settle(far, 'vxlan0', 2, '20')
    await settle(x, 'eth0', 1, '10')
    await settle(y, 'eth0', 2, '10')

    await lab.vtepctl('add-ps', 'br0', '--', 'set', 'Physical_Switch', 'br0', 'tunnel_ips=10.2.2.1')
    for (const [name, key, remote] of [
      ['ls1', 33, NEAR],
      ['ls2', 34, FAR],
      ['other1', 35, null],
      ['other2', 36, null],
    ] as const) {
      await lab.vtepctl('add-ls', name, '--', 'set', 'Logical_Switch', name, `tunnel_key=${key}`)
      if (remote !== null) await lab.vtepctl('add-mcast-remote', name, 'unknown-dst', remote)
    }
    const daemon = await lab.startDaemon()
    const inSync = () =>
      until('in sync', async () => (await daemon.control('status')).includes('in sync: yes'))
    await until('ports are reported', async () =>
      /p0\np1\np2\np3\np4/.test(await lab.vtepctl('list-ports', 'br0')),
    )
    for (const [port, vlan, name] of [
      ['p0', '0', 'ls1'],
      ['p1', '10', 'ls2'],
      ['p2', '0', 'ls1'],
      ['p3', '0', 'other1'],
      ['p4', '0', 'other2'],
    ] as const)
      await lab.vtepctl('bind-ls', 'br0', port, vlan, name)
    const uuidOf = async (table: string, where: string) =>
      (await lab.vtepctl('--bare', '--columns=_uuid', 'find', table, where)).trim()
    const map = (pairs: Readonly<Record<string, string>>) =>
      Object.entries(pairs)
        .map(([key, value]) => `"${key}"=${value}`)
        .join(',')
    /** Makes a router, or gives one other routes. */
    const route = async (
      name: string,
      bindings: Readonly<Record<string, string>>,
      routes: Readonly<Record<string, string>> = {},
    ): Promise<void> => {
      const switches = await Promise.all(
        Object.entries(bindings).map(async ([key, ls]) => [
          key,
          await uuidOf('Logical_Switch', `name=${ls}`),
        ]),
      )
      const columns = [
        `switch_binding={${map(Object.fromEntries(switches) as Record<string, string>)}}`,
        `static_routes={${map(Object.fromEntries(Object.entries(routes).map(([to, via]) => [to, `"${via}"`])))}}`,
      ]
      const known = await uuidOf('Logical_Router', `name=${name}`)
      await lab.vtepctl(
        ...(known === '' ? ['create', 'Logical_Router', `name=${name}`] : ['set', 'Logical_Router', known]),
        ...columns,
      )
      await inSync()
    }
    const of1 = {
      '192.168.1.1/24': 'ls1',
      '192.168.2.1/24': 'ls2',
      'fd00:1::1/64': 'ls1',
      'fd00:2::1/64': 'ls2',
    }
    const reaches = (from: Namespace, to: string) =>
      until(`${to} answers`, () => answersPing(from, to)).then(() => true)

    const isPing = ({ etherType, payload }: Frame): boolean =>
      etherType === 0x86dd ? payload[40] === 128 : etherType === 0x0800 && payload[20] === 8
    /** A ping that a router sent on came by. */
    const heard = (capture: Capture, router: string): Promise<boolean> =>
      until(`${router} is heard`, async () =>
        (await capture.frames()).some((frame) => frame.src === routerMac(router) && isPing(frame)),
      ).then(() => true)

    await t.test('without a router nothing of it is there', async (t) => {
      t.notMatch(await lab.ofctl('dump-flows', 'br0'), /table=5\d/)
      t.notOk(await answersPing(a, '192.168.2.10'))
    })
    await route('r1', of1)

    await t.test('the router answers ARP, neighbour discovery and pings', async (t) => {
      for (const host of [a, c, near]) {
        const device = host === near ? 'vxlan0' : 'eth0'
        t.ok(await reaches(host, '192.168.1.1'))
        t.ok(await reaches(host, 'fd00:1::1'))
        t.match(
          await host.ip('neighbour', 'show', 'dev', device),
          new RegExp(`192.168.1.1 .*${routerMac('r1')}`),
        )
        t.match(
          await host.ip('-6', 'neighbour', 'show', 'dev', device),
          new RegExp(`fd00:1::1 .*${routerMac('r1')}`),
        )
      }
      t.equal(await resolved(a, '192.168.1.1'), routerMac('r1'))
      t.ok(await reaches(a, '192.168.2.1'), 'at its other address, too')
    })

    await t.test('ports, VLANs and tunnels reach each other across logical switches', async (t) => {
      // who asked for the router's address is known to it
      for (const host of [b, far])
        for (const at of ['192.168.2.1', 'fd00:2::1']) t.ok(await reaches(host, at))
      for (const [from, to] of [
        [a, '2.10'],
        [b, '1.10'],
        [b, '1.11'],
        [a, '2.20'],
        [far, '1.10'],
        [near, '2.20'],
        [far, '1.20'],
      ] as const) {
        const [net, number] = to.split('.')
        t.ok(await reaches(from, `192.168.${to}`), to)
        t.ok(await reaches(from, `fd00:${net}::${number}`), `fd00:${net}::${number}`)
      }
      t.match(await a.run('ping', '-c', '1', '192.168.2.10'), 'ttl=63', 'one router is between')
      t.match(await near.run('ping', '-c', '1', 'fd00:2::20'), 'ttl=63')
    })

    await t.test('what has passed enough routers goes no further', async (t) => {
      const fails = (ttl: string) =>
        a.run('ping', '-c', '1', '-W', '1', '-t', ttl, '192.168.2.10').then(
          () => false,
          () => true,
        )
      t.ok(await fails('1'))
      t.notOk(await fails('2'))
      t.match(
        await a.run('ping', '-c', '1', '-t', '1', '192.168.1.1'),
        ' 0% packet loss',
        'the router itself is near',
      )
    })

    await t.test('a static route leads to the next hop, the longest prefix first', async (t) => {
      for (const [host, device] of [
        [b, 'eth0'],
        [far, 'vxlan0'],
      ] as const)
        for (const address of ['10.9.1.1/32', 'fd00:9::1/128', '10.8.0.1/32'])
          await host.ip('address', 'add', address, 'dev', device, ...(address.includes(':') ? ['nodad'] : []))
      await route('r1', of1, {
        '0.0.0.0/0': '192.168.2.20',
        '10.9.0.0/16': '192.168.2.20',
        '10.9.1.0/24': '192.168.2.10',
        '::/0': 'fd00:2::20',
        'fd00:9::1/128': 'fd00:2::10',
      })
      /** Who got a ping to an address. */
      const heardBy = async (host: Namespace, device: string, to: string): Promise<boolean> => {
        const capture = await lab.capture(host, device)
        t.ok(await reaches(a, to), to)
        return heard(capture, 'r1')
      }
      t.ok(await heardBy(b, 'eth0', '10.9.1.1'))
      t.ok(await heardBy(far, 'vxlan0', '10.8.0.1'))
      t.ok(await heardBy(b, 'eth0', 'fd00:9::1'))
    })

    await t.test('routers with the same addresses are apart', async (t) => {
      await route('r2', { '192.168.1.1/24': 'other1', '192.168.2.1/24': 'other2' })
      for (const host of [x, y]) t.ok(await reaches(host, host === x ? '192.168.1.1' : '192.168.2.1'))
      const capture = await lab.capture(b, 'eth0')
      t.ok(await reaches(x, '192.168.2.10'))
      t.equal(await resolved(x, '192.168.1.1'), routerMac('r2'))
      t.ok(await reaches(a, '192.168.2.10'))
      t.ok(await heard(capture, 'r1'))
      t.notOk((await capture.frames()).some(({ src }) => src === routerMac('r2')))
    })

    await t.test('a router that goes leaves nothing behind', async (t) => {
      for (const name of ['r1', 'r2'])
        await lab.vtepctl('destroy', 'Logical_Router', await uuidOf('Logical_Router', `name=${name}`))
      await until('nothing is there', async () => !/table=5\d/.test(await lab.ofctl('dump-flows', 'br0')))
      await inSync()
      t.equal((await lab.vtepctl('--bare', '--columns=src_mac', 'list', 'Arp_Sources_Local')).trim(), '')
      t.notOk(await answersPing(a, '192.168.2.10'))
    })
  },
)
