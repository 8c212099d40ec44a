import t from 'tap'
import { ClusterUnderLoad } from '../cluster/rounds.js'
import { createRandom } from '../support/differential/random.js'

const seed = Number(process.env.SEED ?? Date.now() % 1e9)
t.comment(`SEED=${seed} repeats this`)
const world = await ClusterUnderLoad.start(t, createRandom(seed))

await t.test('two of three members are killed and come back', async (t) => {
  t.match(await world.loseQuorum(), { changes: 80 })
})

await t.test('a daemon that is started while there is no leader waits for one', async (t) => {
  t.equal(await world.startWithoutLeader(), 0, 'no command')
})

await t.test('no command that was not asked for, and a history that agrees with itself', async (t) => {
  t.same(await world.faults(), [])
})
