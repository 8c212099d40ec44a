import t from 'tap'
import { becomes } from '../support/becomes.js'
import { startSandbox } from '../support/sandbox.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()
// nothing but what others do gives cause to look
const daemon = await sandbox.startDaemon(['--audit-interval=0', 'br0'])

const flowsOfOthers = async () => {
  const status = JSON.parse(await daemon.control('status', '--json')) as { flows: { foreign: number } }
  return status.flows.foreign
}
const flow = (n: number, actions: string) => `table=7,priority=${n},in_port=${n},actions=${actions}`

await t.test('flows that others add, change and remove are counted soon', async (t) => {
  await becomes(t, 'at the start', flowsOfOthers, 0)
  await sandbox.ofctl('add-flow', 'br0', flow(1, 'drop'))
  await becomes(t, 'one came', flowsOfOthers, 1)
  for (const n of [2, 3, 4]) await sandbox.ofctl('add-flow', 'br0', flow(n, 'drop'))
  await becomes(t, 'more came', flowsOfOthers, 4)
  await sandbox.ofctl('--strict', 'del-flows', 'br0', 'table=7,priority=2,in_port=2')
  await becomes(t, 'one went', flowsOfOthers, 3)
})

await t.test('an owner that is busy does not have the tables dumped all the time', async (t) => {
  const dumps = async () =>
    (await sandbox.recorder.commands()).filter(({ args }) => args.includes('dump-flows')).length
  const before = await dumps()
  const startMs = performance.now()
  for (let n = 10; n < 110; n++) await sandbox.ofctl('add-flow', 'br0', flow(n, 'drop'))
  await becomes(t, 'all are counted', flowsOfOthers, 103)
  const made = (await dumps()) - before
  // one a second, and one that waited already
  const most = (performance.now() - startMs) / 1000 + 2
  t.ok(made >= 1 && made <= most, `${made} dumps, ${most.toFixed(1)} at most`)
})
