/**
 * `npm run fuzz`: hostile rows through the whole way from bytes to commands, and through a real switch. Prints what was tried
 * and what was lost; exit status 1 when anything was.
 */
import { parseArgs } from 'node:util'
import { createRandom } from '../support/differential/random.js'
import { createOwner } from '../support/owner.js'
import { growth } from './growth.js'
import { HostileRound } from './hostile-round.js'
import { RealSwitch } from './real-switch.js'
import { Tally } from './tally.js'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    real: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
})
const rowsInRound = 400
const reportMs = 10_000
const seed = Number(values.seed)
const say = (text: string): void => void process.stdout.write(`${text}\n`)
let lost = 0

const tally = new Tally()
const startedMs = performance.now()
let saidMs = startedMs
for (let round = seed; tally.rows < Number(values.rows); round++) {
  try {
    new HostileRound(createRandom(round), tally).play(rowsInRound)
  } catch (error) {
    lost++
    say(`seed ${round}: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`)
    say(`  npm run fuzz -- --rows 1 --real 0 --seed ${round}`)
  }
  if (performance.now() - saidMs < reportMs) continue
  saidMs = performance.now()
  say(`${tally.rows} rows of ${values.rows}, ${lost} rounds lost`)
}
say(
  `from bytes to commands: ${tally.rows} rows from seed ${seed} in ${seconds(startedMs)} s, ${lost} rounds lost`,
)
for (const line of tally.lines()) say(line)

if (Number(values.rows) > rowsInRound) {
  say('what one row more costs where many are alike, in ms: the first, and the last')
  for (const { name, count, firstMs, lastMs } of growth())
    say(`${firstMs.toFixed(2).padStart(9)} ${lastMs.toFixed(2).padStart(9)}  ${name}, ${count} times`)
}

if (Number(values.real) > 0) {
  const owner = createOwner()
  const realMs = performance.now()
  try {
    const world = await RealSwitch.start(owner, createRandom(seed))
    const { rows, refused, batches } = await world.play(Number(values.real), (tried) => {
      if (performance.now() - saidMs < reportMs) return
      saidMs = performance.now()
      say(`${tried} rows of ${values.real} through a real switch`)
    })
    say(
      `through a real switch: ${rows} rows in ${seconds(realMs)} s, ${refused} more refused by the server, ${batches} batches looked at`,
    )
  } catch (error) {
    lost++
    say(`through a real switch: ${error instanceof Error ? error.message.slice(0, 2000) : String(error)}`)
  } finally {
    await owner.end()
  }
}
say(lost === 0 ? 'lost: nothing' : `lost: ${lost}`)
process.exitCode = lost === 0 ? 0 : 1

function seconds(fromMs: number): string {
  return ((performance.now() - fromMs) / 1000).toFixed(0)
}
