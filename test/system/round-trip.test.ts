import t from 'tap'
import { commandOf } from '../../lib/plan/command.js'
import { readFlowLine } from '../../lib/compare/forms/flow-line.js'
import { observe } from '../../lib/ingest/flows.js'
import { dumpFlows, runCommand } from '../../adapters/switch/run-command.js'
import { everyKind } from '../support/every-kind.js'
import { startSandbox } from '../support/sandbox.js'

t.test('the switch prints every kind of flow just as we wrote it', async (t) => {
  const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [] })
  Object.assign(process.env, sandbox.env)
  const flows = everyKind()
  await runCommand(commandOf({ kind: 'flows', bridge: 'br0', remove: [], add: flows }))
  const { own, foreign } = observe(await dumpFlows('br0'))
  t.equal(own.size, flows.length)
  for (const flow of flows) t.strictSame(own.get(flow.key), flow, flow.key)
  t.strictSame(foreign, [])
  const ports = new Map([['p0', 1]])
  // ovs-actions(7): what encapsulates is of OpenFlow 1.3, and no older dump can show it
  const late = flows.filter(({ actions }) => actions.includes('encap('))
  t.equal(late.length, 2, 'the second look at MPLS')
  for (const version of ['13', '14', '15', '10', '11', '12']) {
    const isOld = Number(version) < 13
    const shown = isOld ? flows.filter((flow) => !late.includes(flow)) : flows
    if (version === '10') await runCommand(commandOf({ kind: 'flows', bridge: 'br0', remove: late, add: [] }))
    for (const options of [
      ['--names'],
      ['--no-names'],
      ['--names', '--no-stats'],
      ['--no-names', '--no-stats'],
    ]) {
      const dump = await sandbox.ofctl('-O', `OpenFlow${version}`, ...options, 'dump-flows', 'br0')
      const read = dump.split('\n').flatMap((line) => readFlowLine(line, ports) ?? [])
      t.strictSame(
        read.filter(({ unclear }) => unclear !== null),
        [],
        `OpenFlow${version} is understood`,
      )
      const found = new Map(read.map(({ flow }) => [flow.key, flow]))
      const different = shown.filter((flow) => JSON.stringify(found.get(flow.key)) !== JSON.stringify(flow))
      t.strictSame(different, [], `OpenFlow${version} ${options.join(' ')} says the same`)
      t.equal(found.size, shown.length)
    }
  }
  await runCommand(commandOf({ kind: 'flows', bridge: 'br0', remove: flows, add: [] }))
  t.equal(observe(await dumpFlows('br0')).own.size, 0, 'and deletes each by its key')
})
