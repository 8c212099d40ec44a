import t from 'tap'
import { commandOf } from '../../lib/command.js'
import { observe } from '../../lib/ingest/flows.js'
import { bindingFlows } from '../../lib/layout/binding.js'
import { floodFlows } from '../../lib/layout/flood.js'
import { pipelineFlows } from '../../lib/layout/pipeline.js'
import { peerFlow, remoteMacFlow, vniFlow } from '../../lib/layout/remote.js'
import { type Address, parseAddress } from '../../lib/model/address.js'
import type { Flow } from '../../lib/model/flow.js'
import { bindingOf } from '../../lib/model/identity.js'
import { parseMac } from '../../lib/model/mac.js'
import { dumpFlows, runCommand } from '../../adapters/switch/run-command.js'
import { startSandbox } from '../support/sandbox.js'

const logicalSwitch = '00c0ffee-0001-4000-8000-00000000000a'
const row = '0badcafe-0002-4000-8000-00000000000b'

/** At least one flow of every kind that the layout can make, with values at both ends of their ranges. */
function everyKind(): Flow[] {
  const bindings = [0, 1, 4094].map((vlan, i) => {
    const ofport = [1, 2, 65279][i] ?? 1
    return { number: bindingOf(ofport, vlan), ofport, vlan, port: row, logicalSwitch }
  })
  const many = Array.from({ length: 1200 }, (_, i) => address(`10.9.${i >> 8}.${i & 255}`))
  const targets = [address('fd00::2'), ...many].map((to) => ({ address: to, vni: 0xffffff }))
  return [
    ...pipelineFlows(60000),
    ...bindings.flatMap((binding) => bindingFlows(binding, 65535)),
    ...floodFlows(logicalSwitch, bindings, targets, 60000),
    ...['10.2.2.2', 'fd00::2'].flatMap((to) => [
      peerFlow(address(to)),
      remoteMacFlow(
        logicalSwitch,
        mac(`00:00:00:00:00:0${to.length}`),
        { address: address(to), vni: 33 },
        row,
      ),
    ]),
    remoteMacFlow(logicalSwitch, mac('11:22:33:44:55:66'), { address: address('10.2.2.2'), vni: 0 }, row),
    ...[0, 1, 9, 10, 0xffffff].map((vni) => vniFlow(vni, logicalSwitch)),
  ]
}

function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

function mac(text: string) {
  const parsed = parseMac(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

t.test('the switch prints every kind of flow just as we wrote it', async (t) => {
  const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [] })
  Object.assign(process.env, sandbox.env)
  const flows = everyKind()
  await runCommand(commandOf({ kind: 'flows', bridge: 'br0', remove: [], add: flows }))
  const { own, foreign } = observe(await dumpFlows('br0'))
  t.equal(own.size, flows.length)
  for (const flow of flows) t.strictSame(own.get(flow.key), flow, flow.key)
  t.strictSame(foreign, [])
  await runCommand(commandOf({ kind: 'flows', bridge: 'br0', remove: flows, add: [] }))
  t.equal(observe(await dumpFlows('br0')).own.size, 0, 'and deletes each by its key')
})
