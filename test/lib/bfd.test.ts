import t from 'tap'
import { entriesOf, none } from '../../lib/model/collection.js'
import { bound, type World } from '../support/small-world.js'

type Row = Readonly<Record<string, unknown>>

function tunnel(world: World): { uuid: string; row: Row } {
  const [[uuid, row] = ['', {}]] = world.database.rows('Tunnel')
  return { uuid, row }
}

function sessions(world: World): string[] {
  return [...entriesOf(world.core.derived()?.desired.sessions ?? none)].map(([remote]) => remote)
}

const defaults = [
  ['bfd_dst_ip', '169.254.1.0'],
  ['bfd_dst_mac', '00:23:20:00:00:01'],
]

t.test('a Tunnel row for every remote that a bound switch uses, and no longer', (t) => {
  const { world, ls } = bound()
  const row = world.remote('00:11:22:33:44:55', ls, '10.2.2.3')
  world.work()
  t.equal(world.database.rows('Tunnel').size, 1)
  t.match(tunnel(world).row, { bfd_config_local: defaults, bfd_status: [], bfd_params: [] })
  world.unbind(ls)
  world.work()
  t.equal(world.database.rows('Tunnel').size, 0)
  world.bind('p0', [[0, ls]])
  world.work()
  t.equal(world.database.rows('Tunnel').size, 1)
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(row))
  world.work()
  t.equal(world.database.rows('Tunnel').size, 0)
  t.end()
})

t.test('a session runs while the controller enables it; its status is empty when it does not', (t) => {
  const { world, ls } = bound()
  world.remote('00:11:22:33:44:55', ls, '10.2.2.3')
  world.work()
  t.strictSame(sessions(world), [])
  world.change('Tunnel', tunnel(world).uuid, {
    bfd_params: [
      ['enable', 'true'],
      ['min_rx', '500'],
    ],
    bfd_config_remote: [
      ['bfd_dst_mac', '00:23:20:AA:0:1'],
      ['bfd_dst_ip', '169.254.1.7'],
    ],
  })
  const [make] = world.work()
  t.equal(
    make?.kind === 'config' && make.arguments.at(-1),
    'bfd={' +
      [
        'bfd_dst_ip="169.254.1.7"',
        'bfd_local_dst_mac="00:23:20:aa:00:01"',
        'bfd_remote_dst_mac="00:23:20:00:00:01"',
        'bfd_src_ip="169.254.1.0"',
        'check_tnl_key="false"',
        'cpath_down="false"',
        'decay_min_rx="0"',
        'enable="true"',
        'forwarding_if_rx="false"',
        'min_rx="500"',
        'min_tx="100"',
      ].join(',') +
      '}',
  )
  world.record({
    type: 'OvsUpdated',
    isCatchUp: false,
    updates: world.fakeSwitch.setReachable('10.2.2.3', true),
  })
  world.work()
  t.strictSame(tunnel(world).row['bfd_status'], [
    ['enabled', 'true'],
    ['forwarding', 'true'],
    ['state', 'up'],
  ])
  world.change('Tunnel', tunnel(world).uuid, { bfd_params: [] })
  world.work()
  t.strictSame(tunnel(world).row['bfd_status'], [])
  const ports = world.fakeSwitch.contents().filter(({ table }) => table === 'Port')
  t.notMatch(JSON.stringify(ports), 'bfd-', 'the port is gone')
  t.end()
})

t.test('what can’t be used of a request is a problem, and its default is taken', (t) => {
  const { world, ls } = bound()
  world.remote('00:11:22:33:44:55', ls, '10.2.2.3')
  world.work()
  world.change('Tunnel', tunnel(world).uuid, {
    bfd_params: [
      ['enable', 'true'],
      ['min_rx', '0'],
      ['min_tx', '9,enable=false'],
      ['decay_min_rx', '5'],
    ],
    bfd_config_remote: [
      ['bfd_dst_ip', 'flow'],
      ['bfd_dst_mac', 'x'],
    ],
  })
  t.strictSame(world.problems(), [
    'min_rx is unusable: "0"',
    'decay_min_rx 5 is less than min_rx 1000',
    'bfd_dst_ip is unusable: "flow"',
    'bfd_dst_mac is unusable: "x"',
    'min_tx is unusable: "9,enable=false"',
  ])
  t.strictSame(sessions(world), ['10.2.2.3'])
  t.end()
})

t.test('the controller’s own Tunnel rows are adopted and never deleted', (t) => {
  const { world, ls } = bound()
  world.edit((tables) => {
    const local = world.database.put('Physical_Locator', { dst_ip: '10.2.2.1' })
    const remote = world.database.put('Physical_Locator', { dst_ip: '10.2.2.3' })
    const made = world.database.put('Tunnel', {
      local,
      remote,
      bfd_config_local: [['bfd_dst_mac', '00:00:00:00:00:07']],
    })
    const [[uuid, row] = ['', {}]] = tables.Physical_Switch
    tables.Physical_Switch.set(uuid, { ...row, tunnels: [made] })
  })
  const { uuid } = tunnel(world)
  world.work()
  const mac = world.remote('00:11:22:33:44:55', ls, '10.2.2.3')
  world.work()
  t.strictSame([...world.database.rows('Tunnel').keys()], [uuid])
  t.strictSame(tunnel(world).row['bfd_config_local'], [
    ['bfd_dst_ip', '169.254.1.0'],
    ['bfd_dst_mac', '00:00:00:00:00:07'],
  ])
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(mac))
  world.work()
  t.strictSame([...world.database.rows('Tunnel').keys()], [uuid])
  t.end()
})

t.test('where the controller’s own rows begin stays as it wrote it, of several and whatever that is', (t) => {
  const { world, ls } = bound()
  world.remote('00:11:22:33:44:55', ls, '10.2.2.3')
  world.work()
  const remote = tunnel(world).row['remote']
  const [[uuid = '', row] = []] = world.database.rows('Physical_Switch')
  const beginnings = ['10.2.2.8', 'nonsense', '010.2.2.1']
  world.edit((tables) => {
    const own = beginnings.map((dst_ip) => world.database.put('Physical_Locator', { dst_ip }))
    const bfd_config_remote = [['bfd_dst_ip', '169.254.1.7']]
    const rows = own.map((local) => world.database.put('Tunnel', { local, remote, bfd_config_remote }))
    tables.Physical_Switch.set(uuid, { ...row, tunnels: rows.sort() })
  })
  world.work()
  const locals = [...world.database.rows('Tunnel').values()].map(({ local }) => local as string)
  t.strictSame(
    locals.map((local) => world.database.rows('Physical_Locator').get(local)?.['dst_ip']).sort(),
    [...beginnings].sort(),
  )
  t.ok(world.core.isInSync())
  t.end()
})

t.test('of two rows made at the same time the controller’s stays', (t) => {
  const { world, ls } = bound()
  world.remote('00:11:22:33:44:55', ls, '10.2.2.3')
  world.work()
  const [[ours, row] = ['', {}]] = world.database.rows('Tunnel')
  let theirs = ''
  world.edit((tables) => {
    theirs = world.database.put('Tunnel', { ...row, bfd_config_remote: [['bfd_dst_ip', '169.254.1.7']] })
    const [[uuid, physicalSwitch] = ['', {}]] = tables.Physical_Switch
    tables.Physical_Switch.set(uuid, { ...physicalSwitch, tunnels: [ours, theirs].sort() })
  })
  world.work()
  t.strictSame([...world.database.rows('Tunnel').keys()], [theirs])
  t.end()
})

t.test('a service node that BFD finds dead is left at once', (t) => {
  const { world, ls, metadata } = bound()
  world.remote('unknown-dst', ls, '10.2.2.2', '10.2.2.3')
  world.work()
  const serving = () =>
    /->tun_id,set_field:([\d.]+)->tun_dst/.exec(
      world.flows(30)[`table=30,priority=100,metadata=${metadata}`] ?? '',
    )?.[1]
  for (const uuid of [...world.database.rows('Tunnel').keys()])
    world.change('Tunnel', uuid, { bfd_params: [['enable', 'true']] })
  world.work()
  const reach = (remote: string, isReachable: boolean) =>
    world.record({
      type: 'OvsUpdated',
      isCatchUp: false,
      updates: world.fakeSwitch.setReachable(remote, isReachable),
    })
  t.equal(serving(), '10.2.2.2')
  reach('10.2.2.2', false)
  t.equal(serving(), '10.2.2.3')
  reach('10.2.2.3', false)
  t.equal(serving(), '10.2.2.2', 'where all are dead the first is tried')
  reach('10.2.2.2', true)
  t.equal(serving(), '10.2.2.2')
  reach('10.2.2.3', true)
  for (const returns of [1, 2, 3]) {
    reach('10.2.2.2', false)
    t.equal(serving(), '10.2.2.3')
    reach('10.2.2.2', true)
    t.equal(serving(), '10.2.2.2', `it is back, for the time ${returns}`)
  }
  reach('10.2.2.2', false)
  reach('10.2.2.2', true)
  t.equal(serving(), '10.2.2.3', 'the steadier one goes first')
  reach('10.2.2.3', false)
  t.equal(serving(), '10.2.2.2', 'while it lives')
  t.end()
})
