import { readFileSync, writeSync } from 'node:fs'

// the other one would only cost time
const run =
  process.argv[2] === 'vtep-diff'
    ? (await import('../../bin/diff/program.js')).runDiff
    : (await import('../../bin/replay/program.js')).runReplay

/** Runs the command lines of a program that stand on standard input, as JSON; each ends with NUL on both outputs. */
for (const list of JSON.parse(readFileSync(0, 'utf8')) as string[][]) {
  let status: number | string
  try {
    status = await run(list)
  } catch (error) {
    status = 'thrown'
    writeSync(2, error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  write(2, '\0')
  write(1, `\0${status}\0`)
}

/** Waits while the pipe is full. */
function write(descriptor: number, text: string): void {
  for (;;)
    try {
      writeSync(descriptor, text)
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
}
