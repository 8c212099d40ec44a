import t from 'tap'
import { startController } from '../support/controller.js'
import { BROADCAST, type Frame, tagged, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const UNKNOWN = '02:00:00:00:00:ee'
const REMOTE = '02:00:00:00:0e:01'

const frames: Readonly<Record<string, () => Frame>> = {
  plain: () => uniqueFrame(A, BROADCAST),
  ARP: () => ({ ...uniqueFrame(A, BROADCAST), etherType: 0x0806 }),
  MPLS: () => withLabel(uniqueFrame(A, BROADCAST)),
  'MPLS multicast': () => ({ ...withLabel(uniqueFrame(A, BROADCAST)), etherType: 0x8848 }),
}

/** With one label, 20, the bottom of its stack (RFC 3032, 2.1). */
function withLabel(frame: Frame): Frame {
  return {
    ...frame,
    etherType: 0x8847,
    payload: Buffer.concat([Buffer.from('00014140', 'hex'), frame.payload]),
  }
}

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1', 'p2'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2', '10.2.2.3'],
})
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon()
const controller = await startController(sandbox)
const { exitsOf, exitsOfVxlan } = sandbox

await t.test('VLANs of bindings', async (t) => {
  await controller.write(`
    add-ls vlans
    set Logical_Switch vlans tunnel_key=33
    bind-ls br0 p0 0 vlans
    bind-ls br0 p1 10 vlans
    bind-ls br0 p1 20 vlans
    add-mcast-remote vlans unknown-dst 10.2.2.2
  `)
  t.teardown(() => controller.write('unbind-ls br0 p0 0\nunbind-ls br0 p1 10\nunbind-ls br0 p1 20'))
  const broadcast = uniqueFrame.bind(null, A, BROADCAST)
  const everywhere = ['10.2.2.2 vni 33', 'p1 vlan 10', 'p1 vlan 20']

  t.strictSame(await exitsOf('p0', broadcast()), everywhere, 'untagged enters the untagged binding')
  t.strictSame(await exitsOf('p0', tagged(broadcast(), 0)), everywhere, 'a priority tag counts as untagged')
  t.strictSame(await exitsOf('p0', tagged(broadcast(), 10)), [], 'a tag does not enter the untagged binding')
  t.strictSame(await exitsOf('p1', broadcast()), [], 'untagged does not enter a tagged binding')
  t.strictSame(await exitsOf('p1', tagged(broadcast(), 0)), [], 'nor does a priority tag')
  t.strictSame(await exitsOf('p1', tagged(broadcast(), 11)), [], 'an unbound VLAN is isolated')
  t.strictSame(await exitsOf('p2', broadcast()), [], 'an unbound port is isolated')

  const hairpin = ['10.2.2.2 vni 33', 'p0', 'p1 vlan 20']
  t.strictSame(
    await exitsOf('p1', tagged(broadcast(), 10)),
    hairpin,
    'the VLANs of one port reach each other',
  )
  await exitsOf('p1', tagged(uniqueFrame(B, BROADCAST), 20))
  t.strictSame(await exitsOf('p1', tagged(uniqueFrame(A, B), 10)), ['p1 vlan 20'], 'and by learned MAC')
  t.strictSame(await exitsOf('p1', tagged(uniqueFrame(A, B), 20)), [], 'nothing returns where it came from')
  const urgent = await exitsOf('p1', tagged(uniqueFrame(A, B), 10, 5))
  t.strictSame(urgent, ['p1 vlan 20 pcp 5'], 'the priority survives a change of VLAN')

  const fromTunnel = await exitsOfVxlan('10.2.2.2', 33, uniqueFrame(REMOTE, BROADCAST))
  t.strictSame(
    fromTunnel,
    ['p0', 'p1 vlan 10', 'p1 vlan 20'],
    'a tunnelled frame gets the tags of the bindings',
  )
  const doubly = await exitsOfVxlan('10.2.2.2', 33, tagged(uniqueFrame(REMOTE, BROADCAST), 77))
  t.notOk(doubly.join().includes('77'), 'an inner tag never gets out')
})

await t.test('a tag within the tag is dropped, whatever the vlan-limit', async (t) => {
  await controller.write(`
    add-ls deep
    set Logical_Switch deep tunnel_key=39
    bind-ls br0 p0 100 deep
    bind-ls br0 p1 0 deep
    bind-ls br0 p2 20 deep
    add-mcast-remote deep unknown-dst 10.2.2.2
  `)
  const revalidated = () => sandbox.appctl('ovs-vswitchd', 'revalidator/wait')
  t.teardown(async () => {
    await controller.write('unbind-ls br0 p0 100\nunbind-ls br0 p1 0\nunbind-ls br0 p2 20')
    await sandbox.vsctl('remove', 'Open_vSwitch', '.', 'other_config', 'vlan-limit')
    // what the datapath has kept learns late
    await sandbox.appctl('ovs-vswitchd', 'revalidator/purge')
  })
  const hasSecondLook = async () =>
    (await sandbox.ofctl('-O', 'OpenFlow15', 'dump-flows', 'br0')).includes('reg5=0')
  for (const limit of ['1', '2', '0', '3', '1', 'none']) {
    await sandbox.vsctl('set', 'Open_vSwitch', '.', `other_config:vlan-limit=${limit}`)
    const isDefault = limit === '1' || limit === 'none'
    await until(`the pipeline follows vlan-limit ${limit}`, async () => (await hasSecondLook()) !== isDefault)
    await revalidated()
    const ordinary = ['10.2.2.2 vni 39', 'p1', 'p2 vlan 20']
    for (const [kind, make] of Object.entries(frames)) {
      const within = (tpid: number, vid: number): Frame => {
        const frame = make()
        return { ...frame, tags: [...tagged(frame, 100).tags, { tpid, vid, priority: 0 }] }
      }
      const entries = (times: number): Promise<readonly (readonly string[])[]> =>
        sandbox.exitsOfEach(
          Array.from({ length: times }, () => [
            // what the datapath keeps of the first must not let in the others
            { port: 'p0', frame: tagged(make(), 100) },
            { port: 'p0', frame: within(0x8100, 77) },
            { port: 'p0', frame: within(0x88a8, 77) },
            { port: 'p0', frame: within(0x8100, 0) },
            { port: 'p1', frame: tagged(tagged(make(), 77), 0) },
            { fromIp: '10.2.2.2', vni: 39, frame: make() },
            { fromIp: '10.2.2.2', vni: 39, frame: tagged(make(), 77) },
            { fromIp: '10.2.2.2', vni: 39, frame: tagged(make(), 0) },
            { fromIp: '10.2.2.2', vni: 39, frame: tagged(tagged(make(), 77), 100) },
          ]).flat(),
        )
      const round = [ordinary, ...[[], [], [], []], ['p0 vlan 100', 'p1', 'p2 vlan 20'], ...[[], [], []]]
      t.strictSame(await entries(2), [...round, ...round], `${kind}, vlan-limit ${limit}`)
    }
  }
})

await t.test('two logical switches share a port and nothing else', async (t) => {
  await controller.write(`
    add-ls red
    set Logical_Switch red tunnel_key=34
    bind-ls br0 p0 0 red
    bind-ls br0 p1 0 red
    add-mcast-remote red unknown-dst 10.2.2.2
    add-ls blue
    set Logical_Switch blue tunnel_key=35
    bind-ls br0 p0 100 blue
    bind-ls br0 p2 0 blue
    add-mcast-remote blue unknown-dst 10.2.2.3
  `)
  t.teardown(() =>
    controller.write('unbind-ls br0 p0 0\nunbind-ls br0 p0 100\nunbind-ls br0 p1 0\nunbind-ls br0 p2 0'),
  )
  t.strictSame(await exitsOf('p0', uniqueFrame(A, BROADCAST)), ['10.2.2.2 vni 34', 'p1'])
  t.strictSame(await exitsOf('p0', tagged(uniqueFrame(A, BROADCAST), 100)), ['10.2.2.3 vni 35', 'p2'])
  t.strictSame(await exitsOf('p2', uniqueFrame(B, A)), ['p0 vlan 100'], 'one MAC is learned in each')
  t.strictSame(await exitsOf('p1', uniqueFrame(B, A)), ['p0'])

  await controller.write('unbind-ls br0 p1 0\nbind-ls br0 p1 0 blue')
  t.strictSame(
    await exitsOf('p0', uniqueFrame(A, BROADCAST)),
    ['10.2.2.2 vni 34'],
    'a moved binding left the one',
  )
  const inBlue = await exitsOf('p1', uniqueFrame(B, BROADCAST))
  t.strictSame(inBlue, ['10.2.2.3 vni 35', 'p0 vlan 100', 'p2'], 'and joined the other')
})

await t.test('what floods, and to whom', async (t) => {
  await controller.write(`
    add-ls flood
    set Logical_Switch flood tunnel_key=36
    bind-ls br0 p0 0 flood
    bind-ls br0 p1 0 flood
  `)
  t.teardown(() => controller.write('unbind-ls br0 p0 0\nunbind-ls br0 p1 0'))
  t.strictSame(await exitsOf('p0', uniqueFrame(A, UNKNOWN)), ['p1'], 'without unknown-dst it stays local')

  await controller.write(`
    add-mcast-remote flood unknown-dst 10.2.2.2
    add-mcast-remote flood unknown-dst 10.2.2.3
  `)
  const chosen = await exitsOf('p0', uniqueFrame(A, UNKNOWN))
  t.equal(chosen.length, 2, 'service_node: one copy for the tunnels')
  t.match(chosen[0], /^10\.2\.2\.[23] vni 36$/)
  t.strictSame(await exitsOf('p1', uniqueFrame(B, BROADCAST)), [chosen[0], 'p0'], 'always to the same node')

  await controller.write('set Logical_Switch flood replication_mode=source_node')
  const all = ['10.2.2.2 vni 36', '10.2.2.3 vni 36', 'p1']
  t.strictSame(await exitsOf('p0', uniqueFrame(A, BROADCAST)), all, 'source_node: a copy for every tunnel')
  t.strictSame(await exitsOf('p0', uniqueFrame(A, UNKNOWN)), all)
  t.strictSame(await exitsOf('p0', uniqueFrame(A, '01:00:5e:00:00:05')), all)

  for (const last of ['00', '02', '0e', '0f']) {
    t.strictSame(
      await exitsOf('p0', uniqueFrame(A, `01:80:c2:00:00:${last}`)),
      [],
      'link-local stays on its link',
    )
  }
})

await t.test('split horizon and strangers', async (t) => {
  await controller.write(`
    add-ls split
    set Logical_Switch split tunnel_key=37 replication_mode=source_node
    bind-ls br0 p0 0 split
    bind-ls br0 p1 0 split
    add-mcast-remote split unknown-dst 10.2.2.2
    add-mcast-remote split unknown-dst 10.2.2.3
    add-ucast-remote split ${REMOTE} 10.2.2.3
  `)
  t.teardown(() => controller.write('unbind-ls br0 p0 0\nunbind-ls br0 p1 0'))
  const locally = ['p0', 'p1']
  t.strictSame(
    await exitsOfVxlan('10.2.2.2', 37, uniqueFrame(B, BROADCAST)),
    locally,
    'no tunnel to tunnel: broadcast',
  )
  t.strictSame(await exitsOfVxlan('10.2.2.2', 37, uniqueFrame(B, UNKNOWN)), locally, 'unknown')
  t.notOk((await exitsOfVxlan('10.2.2.2', 37, uniqueFrame(B, REMOTE))).join().includes('vni'), 'known')
  t.strictSame(await exitsOfVxlan('10.2.2.2', 38, uniqueFrame(B, BROADCAST)), [], 'an unused VNI is dropped')
  t.strictSame(
    await exitsOfVxlan('10.2.2.9', 37, uniqueFrame(B, BROADCAST)),
    [],
    'a VTEP nobody told of is dropped',
  )
})

await t.test('a tunnel_key set late, changed, cleared', async (t) => {
  await controller.write(
    'add-ls key\nbind-ls br0 p0 0 key\nbind-ls br0 p1 0 key\nadd-mcast-remote key unknown-dst 10.2.2.2',
  )
  t.teardown(() => controller.write('unbind-ls br0 p0 0\nunbind-ls br0 p1 0'))
  t.strictSame(await exitsOf('p0', uniqueFrame(A, BROADCAST)), ['p1'], 'without a key local forwarding works')

  await controller.write('set Logical_Switch key tunnel_key=40')
  t.strictSame(await exitsOf('p0', uniqueFrame(A, BROADCAST)), ['10.2.2.2 vni 40', 'p1'])
  t.strictSame(await exitsOfVxlan('10.2.2.2', 40, uniqueFrame(REMOTE, BROADCAST)), ['p0', 'p1'])

  await controller.write('set Logical_Switch key tunnel_key=41')
  t.strictSame(await exitsOf('p0', uniqueFrame(A, BROADCAST)), ['10.2.2.2 vni 41', 'p1'])
  t.strictSame(await exitsOfVxlan('10.2.2.2', 40, uniqueFrame(REMOTE, BROADCAST)), [], 'the old key is gone')
  t.strictSame(await exitsOfVxlan('10.2.2.2', 41, uniqueFrame(REMOTE, BROADCAST)), ['p0', 'p1'])

  await controller.write('clear Logical_Switch key tunnel_key')
  t.strictSame(await exitsOf('p0', uniqueFrame(A, BROADCAST)), ['p1'])
  t.strictSame(await exitsOfVxlan('10.2.2.2', 41, uniqueFrame(REMOTE, BROADCAST)), [])
})
