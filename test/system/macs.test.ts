import t from 'tap'
import { startController } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { localMacs } from '../support/local-macs.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const C = '02:00:00:00:00:0c'
const REMOTE = '02:00:00:00:0e:01'
const SEED_REMOTE = '11:22:33:44:55:66'

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1', 'p2'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2', '10.2.2.3'],
})
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon()
const controller = await startController(sandbox)
const { exitsOf } = sandbox
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
  bind-ls br0 p1 0 ls0
  bind-ls br0 p2 5 ls0
  add-mcast-remote ls0 unknown-dst 10.2.2.2
`)

const isReported = (mac: string) => async (): Promise<boolean> =>
  (await localMacs(sandbox.vtepctl, 'ls0')).includes(mac)

await t.test('remote MACs', async (t) => {
  await controller.write(`
    add-ucast-remote ls0 ${REMOTE} 10.2.2.3
    add-ucast-remote ls0 ${SEED_REMOTE} 10.2.2.3
  `)
  t.strictSame(await exitsOf('p0', uniqueFrame(A, REMOTE)), ['10.2.2.3 vni 33'])
  t.strictSame(
    await exitsOf('p0', uniqueFrame(A, SEED_REMOTE)),
    ['10.2.2.3 vni 33'],
    'even with the group bit',
  )

  await controller.write(`
    del-ucast-remote ls0 ${REMOTE}
    add-ucast-remote ls0 ${REMOTE} 10.2.2.2
    del-ucast-remote ls0 ${SEED_REMOTE}
  `)
  t.strictSame(await exitsOf('p0', uniqueFrame(A, REMOTE)), ['10.2.2.2 vni 33'], 'moved')
  const flooded = ['10.2.2.2 vni 33', 'p1', 'p2 vlan 5']
  t.strictSame(await exitsOf('p0', uniqueFrame(A, SEED_REMOTE)), flooded, 'removed')
})

await t.test('learned MACs', async (t) => {
  await exitsOf('p0', uniqueFrame(A, BROADCAST))
  t.strictSame(await exitsOf('p1', uniqueFrame(B, A)), ['p0'], 'learned at once')
  await until('A is reported', isReported(A))
  await until('unknown-dst is announced', async () =>
    /unknown-dst -> vxlan_over_ipv4\/10\.2\.2\.1$/m.test(await sandbox.vtepctl('list-local-macs', 'ls0')),
  )
  await exitsOf('p1', uniqueFrame(A, BROADCAST))
  t.strictSame(await exitsOf('p0', uniqueFrame(C, A)), ['p1'], 'moved to another port')
})

await t.test('group sources are dropped and not learned', async (t) => {
  for (const source of [BROADCAST, '01:00:5e:00:00:01', '33:33:00:00:00:01']) {
    t.strictSame(await exitsOf('p0', uniqueFrame(source, BROADCAST)), [])
  }
  const marker = '02:00:00:00:00:1f'
  await exitsOf('p0', uniqueFrame(marker, BROADCAST))
  await until('a MAC seen afterwards is reported', isReported(marker))
  const flooded = await exitsOf('p1', uniqueFrame(B, '33:33:00:00:00:01'))
  t.strictSame(flooded, ['10.2.2.2 vni 33', 'p0', 'p2 vlan 5'])
  t.notOk((await localMacs(sandbox.vtepctl, 'ls0')).some((mac) => /^(ff|01|33)/.test(mac)))
})

await t.test('a host cannot take over a remote MAC by using it', async (t) => {
  await exitsOf('p0', uniqueFrame(REMOTE, BROADCAST))
  t.strictSame(await exitsOf('p1', uniqueFrame(B, REMOTE)), ['10.2.2.2 vni 33'], 'the controller decides')
  await until('it is reported all the same', isReported(REMOTE))
})

await t.test('with the binding goes what was learned there', async (t) => {
  await exitsOf('p0', uniqueFrame(C, BROADCAST))
  await until('C is reported', isReported(C))
  await controller.write('unbind-ls br0 p0 0')
  t.strictSame(await exitsOf('p1', uniqueFrame(B, C)), ['10.2.2.2 vni 33', 'p2 vlan 5'], 'unknown again')
  await until('C is withdrawn', async () => !(await isReported(C)()))
  await controller.write('unbind-ls br0 p1 0\nunbind-ls br0 p2 5\nclear-remote-macs ls0')
  await until('nothing is announced any more, so it can be deleted', async () => {
    await sandbox.vtepctl('del-ls', 'ls0')
    return true
  })
  t.end()
})
