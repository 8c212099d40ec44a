import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'
import { diff, diffProgramFile, diffsIn, furnished } from '../support/compared.js'
import { until } from '../support/until.js'

const { box, daemon } = await furnished(t)
await daemon.stop()

t.test('any desired with any actual', async (t) => {
  const capture = join(box.directory, 'c')
  await diff(box, 'capture', 'br0', '-o', capture)
  const desired = ['br0', 'br0@HEAD', capture, `unix:${box.directory}/db.sock`]
  const lists = desired.flatMap((one) =>
    [null, 'br0', capture].map((actual) => [
      '--desired',
      one,
      ...(actual === null ? ['br0'] : ['--actual', actual]),
    ]),
  )
  for (const [i, outcome] of diffsIn(box, ...lists).entries())
    t.match(outcome, { status: 0, stdout: 'No differences.', stderr: '' }, lists[i]?.join(' ') ?? '')
  const [early, ignored] = diffsIn(
    box,
    ['br0', '--desired', 'br0@2', '--only', 'kind=extra', '--only', 'table=20'],
    ['br0', '--desired', 'br0@2', '--ignore', 'kind=*'],
  )
  t.match(early, { status: 2, stdout: /Plan: 0 to add, 0 to change, 2 to remove$/m })
  t.match(ignored, { status: 0, stdout: /No differences\.$/m })
})

t.test('what can not be compared is one line, and status 1, or 64 for a wrong command line', async (t) => {
  const file = (name: string, text: string | Buffer): string => {
    writeFileSync(join(box.directory, name), text)
    return name
  }
  await diff(box, 'capture', 'br0', '-o', 'sound')
  const sound = readFileSync(join(box.directory, 'sound'), 'utf8')
  const lines = sound.split('\n')
  file('changed', sound.replace('02:00:00:00:00:01', '02:00:00:00:00:09'))
  file('cut', lines.slice(0, 3).join('\n'))
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['br9'], /no bridge "br9"/],
    [['br0', '--db', 'unix:/nowhere'], /at unix:\/nowhere: connect ENOENT/],
    [['br0', '--vtep-db', 'tcp:127.0.0.1:1'], /hardware_vtep at tcp:127\.0\.0\.1:1: connect ECONNREFUSED/],
    [['br0', '--vtep-db', 'ssl:127.0.0.1:1'], /needs --private-key/],
    [['br0', '--desired', 'missing'], /missing: No such file/i],
    [['br0', '--desired', 'vtep'], /vtep: hardware_vtep is not in it/],
    [['br0', '--desired', file('empty', '')], /empty: line 1/],
    [['br0', '--desired', file('foreign', 'nothing of ours\n')], /foreign: line 1/],
    [['br0', '--desired', 'cut'], /cut: line \d+: it is truncated/],
    [['br0', '--actual', 'changed'], /changed: line \d+: entry \d+ was damaged or changed/],
    [['br0', '--desired', 'br0@99999'], /entries 1 to \d+ are recorded/],
    [['br0', '--desired', 'sound@3'], /only a journal has positions/],
    [['br0', '--only', 'kind=odd'], /kind is one of/],
    [['br0', '--only', 'colour=red'], /is none of switch=/],
    [['br0', '--commands', '--only', 'kind=extra'], /commands are the whole plan/],
    [['br0', '--watch', '--actual', 'sound'], /--watch is for what is live/],
    [['br1', '--desired', 'sound', '--actual', 'sound'], /no Physical_Switch "br1"/],
    [['br0', '--journal', 'sound'], /not a journal/],
    [['capture', 'br0', '-o', 'sound'], /exists already/],
    [['br0', '--format', 'xml'], /Allowed choices/],
  ]
  const outcomes = diffsIn(box, ...cases.map(([list]) => list))
  for (const [i, [list, reason]] of cases.entries()) {
    const { status, stdout, stderr } = outcomes[i] ?? { status: -1, stdout: '', stderr: '' }
    const isMisused = /^(kind is|is none of|commands are|--watch is|Allowed)/.test(reason.source)
    t.equal(status, isMisused ? 64 : 1, list.join(' '))
    t.equal(stdout, '', list.join(' '))
    t.match(stderr, reason)
    t.match(stderr, /^vtep-diff: [^\n]+$|^vtep-diff: [^\n]+\n$/, `${list.join(' ')}: one line`)
  }
  await box.vtepctl('add-ps', 'br7')
  const two = await diff(box, '--desired', `unix:${box.directory}/db.sock`)
  t.match(two, { status: 1, stderr: /several switches, br0, br7/ })
})

t.test('a journal that can not be read is done without', async (t) => {
  const journal = join(box.directory, 'vtep', 'br0.journal')
  const sound = readFileSync(journal)
  t.teardown(() => writeFileSync(journal, sound))
  writeFileSync(journal, 'no journal')
  t.match(await diff(box, 'br0'), {
    status: 0,
    stdout: 'No differences.',
    stderr: /not a journal.*; compared without it/,
  })
})

t.test('a reader that goes away ends it, with the status of what was found', async (t) => {
  const flows = Array.from({ length: 5000 }, (_, i) => ` cookie=0x0, table=0, priority=${i} actions=drop\n`)
  writeFileSync(join(box.directory, 'many'), flows.join(''))
  const list = ['br0', '--actual', 'conf.db', '--actual', 'many']
  const child = spawn(process.execPath, [diffProgramFile, ...list], {
    env: { ...process.env, ...box.env },
    cwd: box.directory,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)))
  child.stdout.once('data', () => child.stdout.destroy())
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  t.strictSame([code, signal, said], [2, null, ''])
})

t.test('what may not be read is one line, and status 1', async (t) => {
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const outcome = async (...list: string[]) => {
    // without what the test runner loads into every process, for it writes files
    const words = ['-u', 'NODE_OPTIONS', process.execPath, diffProgramFile, ...list]
    const { exitCode, stdout, stderr } = await execa('env', words, {
      env: box.env,
      cwd: '/',
      reject: false,
      ...nobody,
    })
    return [exitCode, stdout, stderr] as const
  }
  const [status] = await outcome('--version')
  if (status !== 0) {
    t.pass('permissions', { skip: 'needs a program that others can read' })
    return
  }
  chmodSync(box.directory, 0o755)
  const at = (name: string): string => join(box.directory, name)
  writeFileSync(at('secret'), 'OVSDB JSON ', { mode: 0 })
  mkdirSync(at('secrets'), { mode: 0 })
  for (const name of ['secret', 'secrets']) {
    const [code, stdout, stderr] = await outcome('br0', '--desired', at(name), '--journal', 'none')
    t.strictSame([code, stdout, stderr], [1, '', `vtep-diff: ${at(name)}: permission denied`])
  }
  chmodSync(at('db.sock'), 0o700)
  const [code, stdout, stderr] = await outcome('br0', '--db', `unix:${at('db.sock')}`)
  t.strictSame([code, stdout], [1, ''])
  t.match(stderr, /^vtep-diff: hardware_vtep at unix:[^\n]*: connect EACCES[^\n]*$/)
})

t.test('--watch tells of every change, a value a line', async (t) => {
  const watching = spawn(process.execPath, [diffProgramFile, 'br0', '--watch', '--json'], {
    env: { ...process.env, ...box.env },
  })
  t.teardown(() => watching.kill())
  let said = ''
  watching.stdout.on('data', (chunk: Buffer) => (said += String(chunk)))
  const summaries = () =>
    said
      .split('\n')
      .filter((line) => line.includes('"type":"summary"'))
      .map((line) => JSON.parse(line) as { add: number; remove: number })
  await until('the first look', () => summaries().length === 1)
  t.match(summaries()[0], { add: 0, remove: 0 })
  await box.vtepctl('add-ucast-remote', 'ls0', '02:00:00:00:00:07', '10.2.2.3')
  await until('a row more', () => summaries().at(-1)?.add === 1)
  await box.ofctl('del-flows', 'br0', 'table=20,dl_dst=02:00:00:00:00:01')
  await until('a flow less', () => summaries().at(-1)?.add === 2)
  await box.vtepctl('del-ucast-remote', 'ls0', '02:00:00:00:00:02')
  await until('a row less', () => summaries().at(-1)?.remove === 1)
})
