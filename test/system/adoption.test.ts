import t from 'tap'
import { startController } from '../support/controller.js'
import { PREDECESSOR } from '../support/daemon.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { usualUnderlay, writeUsualNetwork } from '../support/usual-network.js'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'

t.test("the predecessor's bridges go once our flows stand", async (t) => {
  const sandbox = await startSandbox(t, usualUnderlay)
  await sandbox.addPhysicalSwitch()
  const predecessor = await sandbox.startDaemon(['br0'], PREDECESSOR)
  const controller = await startController(sandbox)
  await writeUsualNetwork(controller, null)
  const flooded = ['10.2.2.2 vni 33', 'p1 vlan 10']
  await until(
    'the predecessor forwards',
    async () => (await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))).join() === flooded.join(),
  )
  await predecessor.stop()
  const itsCommands = (await sandbox.recorder.commands()).length

  await sandbox.startDaemon()
  await controller.write('add-ls ls1')
  await until(
    'only the bridges of the user are left',
    async () => (await sandbox.vsctl('list-br')).split('\n').sort().join() === 'br0,underlay',
  )
  await until(
    'its patch ports are gone',
    async () => !(await sandbox.vsctl('list-ports', 'br0')).split('\n').some((port) => port.endsWith('-p')),
  )
  t.notMatch(
    await sandbox.ofctl('dump-flows', 'br0', 'table=0,cookie=0/-1'),
    'actions=',
    'none of its flows is left',
  )
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST)), flooded)
  t.strictSame(await sandbox.exitsOfVxlan('10.2.2.2', 33, uniqueFrame(B, A)), ['p0'])

  const ours = (await sandbox.recorder.commands()).slice(itsCommands)
  const bundle = ours.findIndex(({ args }) => args.includes('bundle'))
  const removal = ours.findIndex(({ args }) => args.includes('del-br'))
  t.ok(bundle !== -1 && bundle < removal, 'make before break')
  const flushing = ours.filter(({ args }) => args.includes('fail_mode=secure'))
  t.equal(flushing.length, 1, 'the flows go once')
  t.notOk(flushing[0]?.args.includes('add-port'), 'when the ports stand that those restored at once need')
})
