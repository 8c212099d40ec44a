import t from 'tap'
import { bound, type World } from '../support/small-world.js'

/** Options by name of our VXLAN ports. */
function ports(world: World): Record<string, Record<string, string>> {
  return Object.fromEntries(
    world.fakeSwitch
      .contents()
      .flatMap(({ table, row }) => (table === 'Interface' && row?.type === 'vxlan' ? [row] : []))
      .filter(({ name }) => /^(vtep|bfd)-/.test(name))
      .map(({ name, options }) => [name, Object.fromEntries(options)]),
  )
}

function setTunnelIps(world: World, ...tunnel_ips: readonly string[]): void {
  const [physicalSwitch = ''] = world.database.rows('Physical_Switch').keys()
  world.change('Physical_Switch', physicalSwitch, { tunnel_ips })
}

/** Another bridge gets the VXLAN port `x`; null: it goes. */
function other(
  world: World,
  options: Record<string, string> | null,
  marks: Record<string, string> = {},
): void {
  const port =
    options === null ? null : { options: Object.entries(options), external_ids: Object.entries(marks) }
  world.record({ type: 'OvsUpdated', isCatchUp: false, updates: world.fakeSwitch.otherPort('x', port) })
}

function faults(world: World): unknown {
  const [row] = world.database.rows('Physical_Switch').values()
  return row?.['switch_fault_status']
}

const all = { key: 'flow', remote_ip: 'flow' }
const mac = '00:11:22:33:44:55'
const first = 'vtep-26e65d5f'

t.test('several tunnel_ips: a port for each, the first is announced, frames leave by their kind', (t) => {
  const { world, ls, metadata } = bound()
  world.remote(mac, ls, '10.2.2.3')
  world.remote('00:11:22:33:44:56', ls, 'fd00::3')
  world.remote('unknown-dst', ls, 'fd00::3')
  world.work()
  t.strictSame(ports(world), { [first]: all })
  setTunnelIps(world, '10.2.2.7', 'fd00::7')
  world.work()
  const [, second = ''] = Object.keys(ports(world))
  t.strictSame(ports(world), {
    [first]: { ...all, local_ip: '10.2.2.7' },
    [second]: { ...all, local_ip: 'fd00::7' },
  })
  const to = (address: string) =>
    world.flows(20)[`table=20,priority=100,metadata=${metadata},dl_dst=${address}`]
  t.equal(to(mac), 'set_field:0x21->tun_id,set_field:10.2.2.3->tun_dst,resubmit(,41)')
  t.equal(
    to('00:11:22:33:44:56'),
    'set_field:0x21->tun_id,set_field:fd00::3->tun_ipv6_dst,set_field:0xea61->reg4,resubmit(,41)',
  )
  t.match(
    world.flows(30)[`table=30,priority=100,metadata=${metadata}`],
    /fd00::3->tun_ipv6_dst,output:60001\)$/,
  )
  t.strictSame(world.flows(41), {
    'table=41,priority=0': 'output:60000',
    'table=41,priority=100,reg0=0': 'drop',
    'table=41,priority=50,reg4=0xea61': 'output:60001',
  })
  const entrances = Object.keys(world.flows(0)).filter((key) => /in_port=6000/.test(key))
  t.equal(entrances.length, 2, 'both let frames in')
  const announced = [...world.database.rows('Physical_Locator').values()].map((row) => row['dst_ip'])
  t.strictSame(announced.sort(), ['10.2.2.3', '10.2.2.7', 'fd00::3', 'fd00::7'], 'the old one is withdrawn')
  t.end()
})

t.test('end points that come and go: no name is taken twice, what is tied stays so', (t) => {
  const { world } = bound()
  const bindings = (...tunnel_ips: readonly string[]) => {
    setTunnelIps(world, ...tunnel_ips)
    world.work()
    return Object.values(ports(world)).map(({ local_ip }) => local_ip)
  }
  t.strictSame(bindings('10.2.2.1', '10.2.2.2'), ['10.2.2.1', '10.2.2.2'])
  t.strictSame(bindings('10.2.2.1', '10.2.2.3'), ['10.2.2.1', '10.2.2.3'])
  t.strictSame(bindings('10.2.2.1', '10.2.2.2', '10.2.2.3'), ['10.2.2.1', '10.2.2.3', '10.2.2.2'])
  t.strictSame(bindings('10.2.2.2'), ['10.2.2.2'])
  t.strictSame(bindings('10.2.2.9'), ['10.2.2.9'])
  t.strictSame(bindings(), [undefined], 'without any it takes whatever comes')
  t.end()
})

t.test('a remote of a kind that we have no end point of is a problem where ports are tied', (t) => {
  const { world, ls } = bound()
  world.remote(mac, ls, 'fd00::3')
  world.work()
  t.strictSame(world.problems(), [], 'else the routing decides')
  setTunnelIps(world, '10.2.2.1', '10.2.2.2')
  world.work()
  t.strictSame(world.problems(), ['no end point of ours is of the kind of fd00::3'])
  t.strictSame(faults(world), ['unspecified_fault'])
  setTunnelIps(world, '10.2.2.1', 'fd00::1')
  world.work()
  t.strictSame([world.problems(), faults(world)], [[], []])
  t.end()
})

t.test('beside another emulator the port is tied to its address, also when that has gone', (t) => {
  const { world } = bound()
  world.work()
  other(world, all, { vtep_physical_switch: 'br1', vtep_tunnel_ip: '10.2.2.2' })
  world.work()
  t.strictSame(ports(world), { [first]: { ...all, local_ip: '10.2.2.1' } })
  other(world, null)
  t.strictSame(world.work(), [])
  t.end()
})

t.test('beside somebody else’s port for all frames too; ports for some are not in the way', (t) => {
  const { world } = bound()
  world.work()
  for (const options of [
    { key: 'flow', remote_ip: '10.9.9.9' },
    { key: '5', remote_ip: 'flow' },
    { ...all, local_ip: '10.9.9.9' },
    { ...all, dst_port: '4790' },
  ]) {
    other(world, options)
    t.strictSame(world.work(), [], JSON.stringify(options))
  }
  other(world, { ...all, local_ip: 'flow' })
  t.equal(world.work().length, 1)
  t.equal(ports(world)[first]?.['local_ip'], '10.2.2.1')
  t.end()
})

t.test('a BFD port is tied to its address where another’s is in its way, and where tunnel ports are', (t) => {
  const { world, ls } = bound()
  world.remote(mac, ls, '10.2.2.3')
  world.work()
  const [tunnel = ''] = world.database.rows('Tunnel').keys()
  const session = () => {
    world.work()
    const [, options] = Object.entries(ports(world)).find(([name]) => name.startsWith('bfd-')) ?? []
    return options
  }
  world.change('Tunnel', tunnel, { bfd_params: [['enable', 'true']] })
  t.strictSame(session(), { remote_ip: '10.2.2.3' })
  other(world, { remote_ip: '10.2.2.4' })
  t.strictSame(session(), { remote_ip: '10.2.2.3' })
  other(world, { remote_ip: '10.2.2.3' })
  t.strictSame(session(), { local_ip: '10.2.2.1', remote_ip: '10.2.2.3' })
  other(world, null)
  t.strictSame(session(), { local_ip: '10.2.2.1', remote_ip: '10.2.2.3' }, 'and stays so')
  setTunnelIps(world, '10.2.2.5', '10.2.2.6')
  t.strictSame(session(), { local_ip: '10.2.2.5', remote_ip: '10.2.2.3' })
  t.end()
})

t.test('an end point that another bridge has is a fault, and nothing is done with it', (t) => {
  const { world, ls } = bound()
  other(world, { ...all, local_ip: '10.2.2.1' }, { vtep_physical_switch: 'a', vtep_tunnel_ip: '10.2.2.1' })
  world.remote(mac, ls, '10.2.2.3')
  world.work()
  t.strictSame(world.problems(), ['tunnel_ips: 10.2.2.1 is that of bridge "br-x" of this machine'])
  t.strictSame(faults(world), ['unspecified_fault'])
  t.strictSame(ports(world), {})
  t.strictSame([world.flows(41), world.reports().filter((key) => key.startsWith('Mcast'))], [{}, []])
  other(world, null)
  world.work()
  t.strictSame([world.problems(), faults(world)], [[], []])
  t.strictSame(ports(world), { [first]: all })
  other(world, all, { vtep_physical_switch: 'br1', vtep_tunnel_ip: '10.2.2.1' })
  world.work()
  t.strictSame(world.problems(), [], 'who came first has it')
  t.end()
})

t.test('when both took it in one moment, the lower name has it', (t) => {
  for (const [owner, isLost] of [
    ['a', true],
    ['c', false],
  ] as const) {
    const { world } = bound()
    world.work()
    other(world, all, { vtep_physical_switch: owner, vtep_tunnel_ip: '10.2.2.1' })
    t.equal(world.problems().length > 0, isLost)
  }
  t.end()
})

t.test('frames that a port of somebody else’s takes from us are a fault', (t) => {
  const { world, ls } = bound()
  world.remote(mac, ls, '10.2.2.3')
  world.work()
  const lost = (options: Record<string, string>) => {
    other(world, options)
    world.work()
    return world.problems()
  }
  const it = 'go to port "x" of bridge "br-x"'
  t.strictSame(lost({ key: '33', remote_ip: '10.2.2.3' }), [`frames from 10.2.2.3 with VNI 33 ${it}`])
  t.strictSame(lost({ key: '0x21', remote_ip: 'flow' }), [`frames from 10.2.2.3 with VNI 33 ${it}`])
  t.strictSame(lost({ key: 'flow', remote_ip: '10.2.2.3' }), [`frames from 10.2.2.3 ${it}`])
  t.strictSame(lost({ ...all, local_ip: '10.2.2.1' }), [`frames from 10.2.2.3 ${it}`])
  t.strictSame(lost({ key: '34', remote_ip: '10.2.2.3' }), [], 'not a VNI of ours')
  world.change('Logical_Switch', ls, { tunnel_key: 34 })
  t.strictSame(world.problems(), [`frames from 10.2.2.3 with VNI 34 ${it}`], 'now it is')
  t.strictSame(lost({ key: '34', remote_ip: '10.2.2.4' }), [], 'not a remote in use')
  t.strictSame(lost({ key: '34', remote_ip: '10.2.2.3', local_ip: '10.2.2.9' }), [], 'not for us')
  t.strictSame(lost({ key: '34', remote_ip: '10.2.2.3', dst_port: '4790' }), [], 'not the usual port')
  t.end()
})

t.test('an end point that became another switch’s is not ours to withdraw', (t) => {
  const { world } = bound()
  world.work()
  const [physicalSwitch = ''] = world.database.rows('Physical_Switch').keys()
  world.insert('Physical_Switch', { name: 'other', tunnel_ips: ['10.2.2.1'] })
  world.change('Physical_Switch', physicalSwitch, { tunnel_ips: ['10.2.2.7'] })
  world.work()
  t.equal(world.database.rows('Mcast_Macs_Local').size, 2, 'the old row stays, the new one is beside it')
  t.end()
})

t.test('an end point that a switch elsewhere lists too: rows are added and none withdrawn', (t) => {
  const { world, ls } = bound()
  const elsewhere = world.insert('Physical_Switch', { name: 'other', tunnel_ips: ['10.2.2.1'] })
  let theirs = ''
  world.edit(() => {
    const locator = world.database.put('Physical_Locator', { dst_ip: '10.2.2.1' })
    theirs = world.database.put('Ucast_Macs_Local', { MAC: '00:00:00:00:00:77', logical_switch: ls, locator })
  })
  world.work()
  t.strictSame(world.problems(), ['tunnel_ips: 10.2.2.1 is listed for a switch elsewhere too'])
  t.strictSame(faults(world), [])
  t.strictSame([...world.database.rows('Ucast_Macs_Local').keys()], [theirs])
  t.equal(world.database.rows('Mcast_Macs_Local').size, 1, 'ours is there, once')
  world.edit((tables) => tables.Physical_Switch.delete(elsewhere))
  world.work()
  t.strictSame([world.problems(), world.database.rows('Ucast_Macs_Local').size], [[], 0])
  t.end()
})

t.test('what can be no end point is said by one rule, of tunnel_ips and of locators', (t) => {
  const wrong: Readonly<Record<string, RegExp>> = {
    '127.0.0.1': /loopback/,
    '127.255.255.254': /loopback/,
    '::1': /loopback/,
    '0:0:0:0:0:0:0:1': /loopback/,
    '169.254.1.1': /link-local/,
    'fe80::1': /link-local/,
    'febf::1': /link-local/,
    '0.0.0.0': /not a unicast/,
    '0.1.2.3': /not a unicast/,
    '::': /not a unicast/,
    '224.0.0.1': /not a unicast/,
    '239.255.255.255': /not a unicast/,
    'ff02::1': /not a unicast/,
    '240.0.0.1': /not a unicast/,
    '255.255.255.255': /not a unicast/,
    '::ffff:10.2.2.1': /not a unicast/,
    '::ffff:a02:201': /not a unicast/,
    '::a02:201': /not a unicast/,
    '10.2.2': /not a unicast/,
    '10.2.2.1/24': /not a unicast/,
    'fd00::1%eth0': /not a unicast/,
    '': /not a unicast/,
  }
  for (const [text, reason] of Object.entries(wrong)) {
    const { world, ls } = bound()
    const flows = JSON.stringify(world.flows(0, 1, 2, 20, 30, 40))
    world.remote(mac, ls, text)
    world.work()
    t.equal(JSON.stringify(world.flows(0, 1, 2, 20, 30, 40)), flows, `no flow for ${text}`)
    t.match(world.problems().join(), reason, `dst_ip ${text}`)
    t.equal(world.database.rows('Tunnel').size, 0, 'nor a Tunnel row')
    t.strictSame(faults(world), ['unspecified_fault'], `a fault for ${text}`)
    const other = bound().world
    setTunnelIps(other, text)
    other.work()
    t.match(other.problems().join(), reason, `tunnel_ips ${text}`)
    t.strictSame(faults(other), ['unspecified_fault'])
    t.equal(other.database.rows('Ucast_Macs_Local').size, 0)
  }
  for (const text of [
    '128.0.0.1',
    '169.253.1.1',
    '126.0.0.1',
    'fec0::1',
    'fd00::1',
    '2001:db8::1',
    '1.2.3.4',
  ]) {
    const { world, ls } = bound()
    world.remote(mac, ls, text)
    t.notMatch(world.problems().join(), /dst_ip/, text)
  }
  t.end()
})
