import t from 'tap'
import { ClusterUnderLoad } from '../cluster/rounds.js'
import { createRandom } from '../support/differential/random.js'

const seed = Number(process.env.SEED ?? Date.now() % 1e9)
t.comment(`SEED=${seed} repeats this`)
const world = await ClusterUnderLoad.start(t, createRandom(seed))

for (const member of world.members)
  await t.test(`member ${member.name} is killed and comes back`, async (t) => {
    t.match(await world.strike(member, 'killed'), { changes: 120 })
  })

await t.test('the leader is cut off', async (t) => {
  const { losses } = await world.strike('leader', 'frozen')
  t.ok(losses > 0, 'the daemon left it')
})

await t.test('the same through a relay, which is killed too', async (t) => {
  t.equal(await world.goOverToRelay(), 0, 'no command on going over to it')
  t.match(await world.strike('relay', 'killed'), { changes: 120 })
})

await t.test('no command that was not asked for, and a history that agrees with itself', async (t) => {
  t.same(await world.faults(), [])
})
