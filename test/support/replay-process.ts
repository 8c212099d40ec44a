import { readFileSync, writeSync } from 'node:fs'
import { runReplay } from '../../bin/replay/program.js'

/** Runs the command lines of vtep-replay that stand on standard input, as JSON; each ends with NUL on both outputs. */
for (const list of JSON.parse(readFileSync(0, 'utf8')) as string[][]) {
  let status: number | string
  try {
    status = await runReplay(list)
  } catch (error) {
    status = 'thrown'
    writeSync(2, error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  writeSync(2, '\0')
  writeSync(1, `\0${status}\0`)
}
