import { execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, existsSync, openSync, readSync, writeSync } from 'node:fs'
import t from 'tap'
import { LineWriter } from '../../adapters/vlog/line-writer.js'
import { Vlog } from '../../adapters/vlog/vlog.js'
import { hasCode } from '../../adapters/error-code.js'
import { RunDirectory } from '../support/run-directory.js'
import { until } from '../support/until.js'

const directory = new RunDirectory()
t.teardown(() => directory.remove())

/** A named pipe with an end to read from that nobody reads yet. */
function pipe(name: string): { path: string; read: () => string } {
  const path = directory.file(name)
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  t.teardown(() => closeSync(fd))
  return { path, read: () => available(fd) }
}

function available(fd: number): string {
  const parts: Buffer[] = []
  const part = Buffer.alloc(65_536)
  for (;;)
    try {
      const length = readSync(fd, part)
      if (length === 0) break
      parts.push(Buffer.from(part.subarray(0, length)))
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error
      break
    }
  return Buffer.concat(parts).toString()
}

/** Whole lines, numbered from 0 without a gap up to the one that says how many are lost; gives the numbers behind that. */
function checked(t: Tap, text: string, all: number): void {
  const lines = text.split('\n').slice(0, -1)
  const said = lines.findIndex((line) => line.includes('lost'))
  t.ok(said > 0, 'it is said that some are lost')
  t.strictSame(
    lines.slice(0, said).map((line) => Number(/line (\d+)/.exec(line)?.[1])),
    Array.from({ length: said }, (_, i) => i),
  )
  t.equal(Number(/(\d+) messages/.exec(lines[said] ?? '')?.[1]), all - said, 'and how many')
  t.match(lines.slice(said + 1), [/line again$/])
}

type Tap = Pick<typeof t, 'ok' | 'strictSame' | 'equal' | 'match'>

const count = 20_000
const filler = 'x'.repeat(50)

t.test('a pipe that nobody reads takes no time and a bounded room', async (t) => {
  const { path, read } = pipe('pipe')
  // as a shell gives it to us: whoever writes into it waits
  const fd = openSync(path, constants.O_WRONLY)
  const writer = new LineWriter(fd, (lost) => `${lost} messages are lost\n`)
  for (let i = 0; i < count; i++) writer.write(`${filler} line ${i}\n`)
  let text = ''
  await until('it was said what is lost', () => Promise.resolve((text += read()).includes('lost')))
  writer.write('line again\n')
  text += read()
  checked(t, text, count)
  writer.close()
  writeSync(fd, 'still open')
  t.equal(read(), 'still open')
  closeSync(fd)
})

t.test('so does a log file that is such a pipe', async (t) => {
  const { path, read } = pipe('log')
  const log = new Vlog()
  log.set('console:off')
  t.equal(log.openFile(path), undefined)
  read()
  const module = log.module('m')
  for (let i = 0; i < count; i++) module.info(`${filler} line ${i}`)
  let text = ''
  await until('it was said what is lost', () => Promise.resolve((text += read()).includes('are lost')))
  module.info('line again')
  text += read()
  checked(t, text, count)
  t.match(text, /\|vlog\|WARN\|\d+ messages are lost: nobody read this log in time\n/)
  log.close()
  execFileSync('mkfifo', [directory.file('no-reader')])
  t.match(log.openFile(directory.file('no-reader')), /ENXIO/, 'nobody waits for a reader')
})

const program = `
  import { vlog } from ${JSON.stringify(new URL('../../adapters/vlog/vlog.js', import.meta.url).href)}
  import { openSync, writeFileSync } from 'node:fs'
  const module = vlog.module('m')
  for (let i = 0; i < ${count}; i++) module.info('${filler} line ' + i)
  writeFileSync(process.argv[1], 'written')
  process.stdin.on('data', () => module.info('line again')).on('end', () => process.exit())
`

/** The relay of a terminal that nobody reads until it is told to. */
const terminal = `
import os, pty, sys
master, slave = pty.openpty()
child = os.fork()
if child == 0:
    os.dup2(slave, 2)
    os.close(master)
    os.environ.pop('NODE_OPTIONS', None)
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(slave)
sys.stdin.close()
while True:
    try:
        part = os.read(master, 65536)
    except OSError:
        break
    os.write(1, part)
`

for (const [name, command] of [
  ['socket', []],
  ['terminal', ['/usr/bin/python3', '-c', terminal]],
] as const)
  t.test(`and a ${name} at standard error`, async (t) => {
    const written = directory.file(`${name}-written`)
    const [first = process.execPath, ...others] = [
      ...command,
      process.execPath,
      '--input-type=module',
      '-e',
      program,
      written,
    ]
    // Node's pipes are sockets
    const child = spawn(first, others, { stdio: ['pipe', 'pipe', 'pipe'] })
    const source = name === 'socket' ? child.stderr : child.stdout
    source.pause()
    t.teardown(() => child.kill('SIGKILL'))
    await until('all is written', async () => openSync(written, 'r') > 0)
    let text = ''
    source.setEncoding('utf8').on('data', (part: string) => (text += part.replaceAll('\r', '')))
    source.resume()
    await until('it was said what is lost', () => Promise.resolve(text.includes('are lost')))
    child.stdin.write('go on')
    await until('it goes on', () => Promise.resolve(text.endsWith('line again\n')))
    checked(t, text, count)
    child.stdin.end()
  })

t.test('what is held when the process ends is written for a reader that reads only then', async (t) => {
  const { path, read } = pipe('last')
  const mark = directory.file('written')
  const script = `
    import { writeFileSync } from 'node:fs'
    import { vlog } from '${new URL('../../adapters/vlog/vlog.js', import.meta.url).href}'
    const log = vlog.module('test')
    for (let i = 0; i < 2000; i++) log.warn('${filler} line ' + i)
    log.emer('why it ends')
    writeFileSync('${mark}', '')
    process.exit(5)
  `
  const fd = openSync(path, constants.O_WRONLY)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'ignore', fd],
  })
  closeSync(fd)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await until('all is said', () => existsSync(mark))
  let said = ''
  await until('it has ended', () => {
    said += read()
    return child.exitCode !== null
  })
  t.equal(await ended, 5)
  said += read()
  t.match(said, /line 1999\n.*why it ends\n$/s)
})
