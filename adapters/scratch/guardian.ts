import '../no-debugger.js'
import { rmSync } from 'node:fs'
import { endDaemons } from './daemons.js'

/**
 * A process of its own that outlives whoever started a scratch switch in the directory it is given, however that one
 * ends: when its standard input does, it ends the daemons there and removes the directory. `keep` on its input: nothing.
 */
const [directory = ''] = process.argv.slice(2)
let words = ''
process.stdin.on('data', (chunk) => (words += String(chunk)))
process.stdin.on('close', () => {
  if (words !== 'keep') void remove()
})

async function remove(): Promise<void> {
  // one more look: a start that was cut short may have left its pidfile only now
  for (let i = 0; i < 2; i++) await endDaemons(directory)
  rmSync(directory, { recursive: true, force: true })
}
