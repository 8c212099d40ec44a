/** Claims the pidfile argv[2] when standard input ends, says how it went and stays until a signal. */
import { once } from 'node:events'
import { claimPidfile } from '../../adapters/pidfile.js'

process.stdout.write('waiting\n')
process.stdin.resume()
await once(process.stdin, 'end')
try {
  claimPidfile(process.argv[2] ?? '', process.argv[3] === 'overwrite')
  process.stdout.write('claimed\n')
  process.on('SIGTERM', () => process.exit(0))
  setInterval(() => undefined, 60_000)
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
}
