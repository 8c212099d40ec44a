import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ask } from '../../adapters/unixctl/ask.js'
import { entriesOf, none } from '../../lib/model/collection.js'
import { flowText } from '../../lib/model/flow.js'
import { isPossible } from '../support/acl/evaluator.js'
import { type AclWorld, aclWorld, bindingAt, type Place, places, reached } from '../support/acl/world.js'
import { randomPacket } from '../support/acl/generate.js'
import { traceText } from '../support/acl/packet.js'
import { createRandom } from '../support/differential/random.js'
import { startTracedBridge } from '../support/traced-bridge.js'

const seed = Number(process.env['ACL_SEED'] ?? Date.now() % 1_000_000)
const rounds = Number(process.env['ACL_ROUNDS'] ?? 25)
const packetsARound = 60

const { ovs, control } = await startTracedBridge(t)

async function install(world: AclWorld): Promise<void> {
  const desired = world.world.core.derived()?.desired.flows ?? none
  const file = join(ovs.directory, 'flows')
  writeFileSync(file, [...entriesOf(desired)].map(([, flow]) => flowText(flow)).join('\n'))
  await ovs.ofctl('-O', 'OpenFlow14', '--bundle', 'replace-flows', 'br0', file)
}

/** The bindings that a frame leaves by, as the switch itself tells its way. */
async function exits(from: Place, text: string): Promise<readonly number[]> {
  const flow = `in_port=${from.ofport}${from.vlan === 0 ? ',vlan_tci=0' : `,dl_vlan=${from.vlan}`},${text}`
  const trace = await ask(control, 'ofproto/trace', ['br0', flow])
  const left = [...trace.matchAll(/^ *40\. reg1=(0x[0-9a-f]+), priority 100,/gm)].map(([, binding]) =>
    Number(binding),
  )
  return left.sort((a, b) => a - b)
}

await t.test(`random ACLs and frames: the switch does what vtep(5) says, seed ${seed}`, async (t) => {
  const random = createRandom(seed)
  let [asked, denied, closed] = [0, 0, 0]
  for (let round = 0; round < rounds; round++) {
    const world = aclWorld(random)
    await install(world)
    const entries = world.acls.flatMap((acl) => acl.entries)
    if (!entries.every(isPossible)) closed++
    for (let i = 0; i < packetsARound; i++) {
      const packet = randomPacket(random, entries)
      const from = random.pick(places)
      const expected = reached(world, from, packet)
        .map(bindingAt)
        .sort((a, b) => a - b)
      const is = await exits(from, traceText(packet))
      asked++
      if (expected.length < places.length - 1) denied++
      if (is.join() !== expected.join())
        t.strictSame(
          is,
          expected,
          JSON.stringify({ seed, round, from, packet, bound: world.bound, acls: world.acls }, null, 1),
        )
    }
  }
  t.comment(
    `${asked} frames, ${denied} denied somewhere, ${closed} of ${rounds} rounds with an ACL that can't be realised`,
  )
  t.ok(denied > asked / 20 && denied < asked)
})
