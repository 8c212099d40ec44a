/**
 * `npm run cluster`: the servers of a hardware_vtep cluster are killed and cut off, one after another, while a
 * controller goes on writing. Prints what was tried and what was lost; exit status 1 when something was.
 */
import { parseArgs } from 'node:util'
import { createRandom } from '../support/differential/random.js'
import { createOwner } from '../support/owner.js'
import { ClusterUnderLoad, type Round } from './rounds.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
})
const seed = Number(values.seed)
const random = createRandom(seed)
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const owner = createOwner()
try {
  say(`seed ${seed}`)
  const world = await ClusterUnderLoad.start(owner, random)
  const rounds = Number(values.rounds)
  const tell = (round: number, { fault, changes, retries, batches, losses }: Round): void => {
    const daemon = `${batches} batches planned, ${losses} times without the database`
    say(`${round}: ${fault}: ${changes} changes, ${retries} sent again; the daemon: ${daemon}; nothing lost`)
  }
  const play = async (victim: Parameters<ClusterUnderLoad['strike']>[0], round: number): Promise<void> =>
    tell(round, await world.strike(victim, random.pick(['killed', 'frozen'])))
  for (let round = 1; round <= rounds; round++)
    if (round % 3 === 0) tell(round, await world.loseQuorum())
    else await play(random.pick([...world.members, 'leader' as const]), round)
  say(`started while there was no leader: ${await world.startWithoutLeader()} commands`)
  say(`over to the relay: ${await world.goOverToRelay()} commands`)
  for (let round = 1; round <= rounds; round++)
    await play(random.pick([...world.members, 'leader' as const, 'relay' as const]), round)
  const faults = await world.faults()
  for (const fault of faults) say(fault)
  say(`${2 * rounds} rounds: ${faults.length} commands not asked for or disagreements of the journal`)
  if (faults.length > 0) process.exitCode = 1
} catch (error) {
  say(`lost: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await owner.end()
}
