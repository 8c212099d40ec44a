import t from 'tap'
import { startController } from '../support/controller.js'
import { PREDECESSOR } from '../support/daemon.js'
import { ask } from '../support/doctor.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { usualUnderlay, writeUsualNetwork } from '../support/usual-network.js'

const A = '02:00:00:00:00:0a'
const KEPT = '02:00:00:00:0e:01'
const FOUGHT = '02:00:00:00:0e:02'

const sandbox = await startSandbox(t, usualUnderlay)
await sandbox.addPhysicalSwitch()
const daemon = await sandbox.startDaemon(['--audit-interval=0', 'br0'])
const controller = await startController(sandbox)
await writeUsualNetwork(controller, KEPT)
await controller.write(`add-ucast-remote ls0 ${FOUGHT} 10.2.2.3`)

const status = (): Promise<string> => daemon.control('status')
const ports = async (): Promise<readonly string[]> => (await sandbox.vsctl('list-ports', 'br0')).split('\n')
const exitsTo = async (mac: string): Promise<string> =>
  (await sandbox.exitsOf('p0', uniqueFrame(A, mac))).join()
const contested = async (): Promise<readonly string[]> =>
  (JSON.parse(await daemon.control('status', '--json')) as { contested: { name: string }[] }).contested.map(
    ({ name }) => name,
  )

/** Undoes something as soon as it is there again, until `isContested`. */
async function quarrel(isContested: () => Promise<boolean>, undo: () => Promise<boolean>): Promise<number> {
  let rounds = 0
  await until('the daemon gives way', async () => {
    if (await undo()) rounds++
    return isContested()
  })
  return rounds
}

await until('frames are tunnelled', async () => (await exitsTo(FOUGHT)) === '10.2.2.3 vni 33')

await t.test('a flow that somebody deletes again and again waits, and no other', async (t) => {
  const isContested = async () => (await contested()).some((name) => name.includes(`(${FOUGHT} in ls0)`))
  const rounds = await quarrel(isContested, async () => {
    const dump = () => sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', 'br0', `table=20`)
    if (!(await dump()).includes(FOUGHT)) return false
    await sandbox.ofctl('-O', 'OpenFlow14', 'del-flows', 'br0', `table=20,dl_dst=${FOUGHT}`)
    return true
  })
  t.ok(rounds >= 4, `${rounds} rounds`)
  t.match(await status(), /^undone by another again and again, so it waits: flow table=20,.*in ls0\)$/m)
  t.match(daemon.output(), /WARN.*BackedOff.*undone by another.*02:00:00:00:0e:02 in ls0\)/)
  await sandbox.ofctl('-O', 'OpenFlow14', 'del-flows', 'br0', `table=20,dl_dst=${KEPT}`)
  await until('another flow is mended', async () => (await exitsTo(KEPT)) === '10.2.2.3 vni 33')
  await until('it is back when nobody undoes it', async () => (await exitsTo(FOUGHT)) === '10.2.2.3 vni 33')
  await until('nothing is contested', async () => /^in sync: yes/m.test(await status()))
})

await t.test('a port of ours that somebody deletes again and again waits, and flows do not', async (t) => {
  const isOurs = (name: string) => name.startsWith('vtep-')
  const isContested = async () => (await contested()).some((name) => name.startsWith('port vtep-'))
  const rounds = await quarrel(isContested, async () => {
    const name = (await ports()).find(isOurs)
    if (name === undefined) return false
    await sandbox.vsctl('--if-exists', 'del-port', 'br0', name)
    return true
  })
  t.ok(rounds >= 3, `${rounds} rounds`)
  await controller.write('bind-ls br0 p1 0 ls0')
  await until('other work is done', async () =>
    (await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))).includes('p1'),
  )
  await until('it is back when nobody undoes it', async () => (await exitsTo(KEPT)) === '10.2.2.3 vni 33')
  await until('nothing is contested', async () => /^in sync: yes/m.test(await status()))
})

await t.test('rows that a Python ovs-vtep writes again and again are named, and so is it', async (t) => {
  const predecessor = await sandbox.startDaemon(['br0'], PREDECESSOR)
  await until('it is found out', async () =>
    (await contested()).some((name) => /^Physical_Port \S+$/.test(name)),
  )
  const [name = ''] = (await contested()).filter((one) => one.startsWith('Physical_Port'))
  t.match(await status(), new RegExp(`^in sync: no.* contested`, 'm'))
  t.match(await status(), new RegExp(`^undone by another again and again, so it waits: ${name}$`, 'm'))
  t.match(daemon.output(), new RegExp(`WARN.*BackedOff.*undone by another.*${name}`))
  const command = `kill ${predecessor.pid}`
  const found = async (check: string) => (await ask(sandbox.env)).findings.find((one) => one.check === check)
  t.match(await found('predecessor'), { isWrong: true, text: new RegExp(`pid ${predecessor.pid}$`), command })
  // between two waits it is made, and so not contested
  const quarrelling = await until('the doctor finds it', () => found('quarrel'))
  const text = new RegExp(
    `^undone by the Python ovs-vtep, pid ${predecessor.pid}, again and again, so it waits: ${name}`,
  )
  t.match(quarrelling, { isWrong: true, text, command })
  await sandbox.vtepctl('add-ucast-remote', 'ls0', '02:00:00:00:0e:03', '10.2.2.3')
  const macs = () => sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', 'br0', 'table=20')
  await until('other work is done', async () => (await macs()).includes('02:00:00:00:0e:03'))
  await predecessor.stop()
  await until('the quarrel is over', async () => /^in sync: yes/m.test(await status()))
  t.notOk((await ask(sandbox.env)).findings.some(({ check }) => check === 'quarrel'))
  t.notMatch(await sandbox.vtepctl('list-ports', 'br0'), name.split(' ')[1])
})
