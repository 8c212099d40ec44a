import t from 'tap'
import { startController } from '../support/controller.js'
import { dialServer } from '../support/controller-session.js'
import { BROADCAST, tagged, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

/** Far longer than it takes to send a few frames, on a slow machine too. */
const AGING_SECONDS = 5
const STAYS = '02:00:00:00:00:0a'
const LEAVES = '02:00:00:00:00:0b'
const MARKER = '02:00:00:00:00:1f'
const MOVES = '02:00:00:00:00:0c'

const sandbox = await startSandbox(t, { ports: ['p0', 'p1', 'p2'], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon(['br0', '--mac-aging', String(AGING_SECONDS)])
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  bind-ls br0 p0 0 ls0
  bind-ls br0 p1 0 ls0
  bind-ls br0 p2 5 ls0
  add-ls ls1
`)
const session = await dialServer(t, sandbox, 'aging', { Ucast_Macs_Local: [{}], Logical_Switch: [{}] })
const { exitsOf } = sandbox

/** UUID of the row that reports it. */
const rowOf = (mac: string) =>
  session.rows('Ucast_Macs_Local').find(({ columns }) => columns.MAC === mac)?.uuid
const isReported = (mac: string) => () => rowOf(mac) !== undefined
/** How the rows of Ucast_Macs_Local changed since the update numbered `start`: for each update, by UUID. */
const changesSince = (start: number) =>
  session.updates.slice(start).map((update) => update.Ucast_Macs_Local ?? {})
const isWritten = (mac: string, start: number) =>
  changesSince(start).some((changes) => JSON.stringify(changes).includes(mac))

await t.test('a station that is silent ages, whatever is sent to it; one that sends stays', async (t) => {
  await exitsOf('p1', uniqueFrame(LEAVES, BROADCAST))
  await exitsOf('p0', uniqueFrame(STAYS, BROADCAST))
  await until('both are reported', () => isReported(STAYS)() && isReported(LEAVES)())
  const start = session.updates.length
  const before = rowOf(STAYS)
  await until('the silent one is withdrawn', async () => {
    await exitsOf('p0', uniqueFrame(STAYS, LEAVES))
    return rowOf(LEAVES) === undefined
  })
  t.equal(rowOf(STAYS), before)
  t.notOk(isWritten(STAYS, start), 'and was not written in between')
  t.strictSame(await exitsOf('p0', uniqueFrame(STAYS, LEAVES)), ['p1', 'p2 vlan 5'], 'unknown again')
})

await t.test('a station that moves within its switch is forwarded anew, its row stays', async (t) => {
  await exitsOf('p0', uniqueFrame(MOVES, BROADCAST))
  await until('it is reported', isReported(MOVES))
  const before = rowOf(MOVES)
  const start = session.updates.length
  for (const [port, vlan] of [
    ['p1', 0],
    ['p2', 5],
    ['p0', 0],
  ] as const) {
    const frame = uniqueFrame(MOVES, BROADCAST)
    await exitsOf(port, vlan === 0 ? frame : tagged(frame, vlan))
    const exit = vlan === 0 ? port : `${port} vlan ${vlan}`
    const other = port === 'p0' ? 'p1' : 'p0'
    // what the data path knows from before is learned again when the switch reads its counters
    await until(
      `it is found at ${exit}`,
      async () => (await exitsOf(other, uniqueFrame(STAYS, MOVES))).join() === exit,
    )
  }
  await exitsOf('p0', uniqueFrame(MARKER, BROADCAST))
  await until('one seen afterwards is reported', isReported(MARKER))
  t.equal(rowOf(MOVES), before)
  t.notOk(isWritten(MOVES, start))
})

await t.test('what was learned at a binding that moves goes in one update', async (t) => {
  const stations = [1, 2, 3].map((i) => `02:00:00:00:01:0${i}`)
  for (const mac of stations) await exitsOf('p2', tagged(uniqueFrame(mac, BROADCAST), 5))
  await until('all are reported', () => stations.every((mac) => isReported(mac)()))
  const start = session.updates.length
  const rows = stations.map((mac) => rowOf(mac) ?? '')
  await controller.write('unbind-ls br0 p2 5\nbind-ls br0 p2 5 ls1')
  await until('they are withdrawn', () => !stations.some((mac) => isReported(mac)()))
  const withdrawing = changesSince(start).filter((changes) => rows.some((row) => row in changes))
  t.equal(withdrawing.length, 1)
  t.ok(rows.every((row) => row in (withdrawing[0] ?? {})))
  await exitsOf('p2', tagged(uniqueFrame(stations[0] ?? '', BROADCAST), 5))
  await until('one is learned in the other switch', isReported(stations[0] ?? ''))
})
