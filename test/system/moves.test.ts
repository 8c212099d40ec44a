import t from 'tap'
import { startController } from '../support/controller.js'
import { dialServer } from '../support/controller-session.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const VNI = 33
const ELSEWHERE = '10.2.2.3'
const MOVES = '02:00:00:00:00:0a'
const TALKS = '02:00:00:00:00:0b'
const OTHER = '02:00:00:00:00:0c'

const sandbox = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes: [ELSEWHERE] })
await sandbox.addPhysicalSwitch()
// nothing ages while this runs
const daemon = await sandbox.startDaemon(['br0', '--mac-aging', '65535'])
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=${VNI}
  bind-ls br0 p0 0 ls0
  bind-ls br0 p1 0 ls0
  add-mcast-remote ls0 unknown-dst ${ELSEWHERE}
`)
const session = await dialServer(t, sandbox, 'moves', { Ucast_Macs_Local: [{}] })
const { exitsOf, exitsOfVxlan } = sandbox
const rowOf = (mac: string) =>
  session.rows('Ucast_Macs_Local').find(({ columns }) => columns.MAC === mac)?.uuid
const isReported = (mac: string) => () => rowOf(mac) !== undefined
const isGone = (mac: string) => () => rowOf(mac) === undefined
const talk = (mac: string) => exitsOf('p0', uniqueFrame(mac, BROADCAST))
const talkElsewhere = (mac: string) => exitsOfVxlan(ELSEWHERE, VNI, uniqueFrame(mac, BROADCAST))
const learnedFlows = () => sandbox.ofctl('--no-stats', 'dump-flows', 'br0', 'table=21')

await t.test(
  'what the controller places elsewhere is withdrawn at once, with its learned flow',
  async (t) => {
    await talk(MOVES)
    await until('it is reported', isReported(MOVES))
    await controller.write(`add-ucast-remote ls0 ${MOVES} ${ELSEWHERE}`)
    await until('it is withdrawn', isGone(MOVES))
    await until('the switch has forgotten it', async () => !(await learnedFlows()).includes(MOVES))
    t.strictSame(await exitsOf('p1', uniqueFrame(OTHER, MOVES)), [`${ELSEWHERE} vni ${VNI}`])
  },
)

await t.test(
  'when it talks here again it is reported again, and frames go where the controller says',
  async (t) => {
    await talk(MOVES)
    await until('it is reported', isReported(MOVES))
    t.strictSame(await exitsOf('p1', uniqueFrame(OTHER, MOVES)), [`${ELSEWHERE} vni ${VNI}`])
    await controller.write(`del-ucast-remote ls0 ${MOVES}`)
    await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
    t.strictSame(await exitsOf('p1', uniqueFrame(OTHER, MOVES)), ['p0'])
  },
)

await t.test('who is silent here and sends from elsewhere has moved; who talks here has not', async (t) => {
  await talk(TALKS)
  await until('both are reported', () => isReported(MOVES)() && isReported(TALKS)())
  const before = rowOf(TALKS)
  const start = session.updates.length
  await until('the silent one is withdrawn', async () => {
    // again and again: that does not make what was learned any younger
    await talkElsewhere(MOVES)
    await talkElsewhere(TALKS)
    await talk(TALKS)
    return isGone(MOVES)()
  })
  t.equal(rowOf(TALKS), before, 'the other one stays')
  t.notMatch(JSON.stringify(session.updates.slice(start)), TALKS, 'and was not written in between')
  t.strictSame(await exitsOf('p1', uniqueFrame(OTHER, TALKS)), ['p0'])
  t.strictSame(await exitsOf('p1', uniqueFrame(OTHER, MOVES)), [`${ELSEWHERE} vni ${VNI}`, 'p0'], 'flooded')
})

await t.test('who was never learned here leaves nothing', async (t) => {
  await talkElsewhere('02:00:00:00:00:0e')
  t.notMatch(await learnedFlows(), '02:00:00:00:00:0e')
})

await t.test('what was learned at a port is withdrawn when its link goes down', async () => {
  const admin = (state: string) => sandbox.appctl('ovs-vswitchd', 'netdev-dummy/set-admin-state', 'p0', state)
  const here = '02:00:00:00:00:1a'
  await talk(here)
  await until('it is reported', isReported(here))
  await admin('down')
  await until('it is withdrawn', isGone(here))
  await until('the switch has forgotten it', async () => !(await learnedFlows()).includes(here))
  await admin('up')
  await until('it is reported when it talks', async () => {
    await talk(here)
    return isReported(here)()
  })
})

await t.test('of a MAC that comes and goes one warning is given, and it stays', async (t) => {
  const contested = '02:00:00:00:00:1b'
  const warnings = () => daemon.output().match(/1b in ls0 comes and goes too often/g)?.length ?? 0
  const comesAndGoes = async () => {
    await talk(contested)
    await until('it is reported', isReported(contested))
    await controller.write(`add-ucast-remote ls0 ${contested} ${ELSEWHERE}`)
    await until('it is withdrawn or let be', () => isGone(contested)() || warnings() > 0)
    await controller.write(`del-ucast-remote ls0 ${contested}`)
  }
  while (warnings() === 0) await comesAndGoes()
  await comesAndGoes()
  t.ok(isReported(contested)())
  t.equal(warnings(), 1)
})
