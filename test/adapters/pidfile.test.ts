import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { schemaFile } from '../support/installation.js'
import { PidfileClaimer } from '../support/pidfile-claimer-process.js'
import { RunDirectory } from '../support/run-directory.js'

const directory = new RunDirectory()
t.teardown(() => directory.remove())

async function claimer(t: Test, path: string, overwrite = false): Promise<PidfileClaimer> {
  const process = await PidfileClaimer.start(path, overwrite)
  t.teardown(() => process.end('SIGKILL'))
  return process
}

/** A claimer that holds `path`. */
async function holder(t: Test, path: string): Promise<PidfileClaimer> {
  const process = await claimer(t, path)
  t.equal(await process.claim(), 'claimed')
  return process
}

const refusal = (path: string, pid: number): string => `${path}: already running as pid ${pid}, aborting`

t.test('a pidfile is held, refused to others, and removed at exit', async (t) => {
  const path = directory.file('a.pid')
  const first = await holder(t, path)
  t.equal(readFileSync(path, 'utf8'), `${first.pid}\n`)
  t.equal(await (await claimer(t, path)).claim(), refusal(path, first.pid))
  t.equal(readFileSync(path, 'utf8'), `${first.pid}\n`, 'the loser leaves it alone')
  await first.end('SIGTERM')
  t.notOk(existsSync(path))
})

t.test('a stale pidfile is replaced', async (t) => {
  const path = directory.file('b.pid')
  const dead = await holder(t, path)
  await dead.end('SIGKILL')
  t.equal(readFileSync(path, 'utf8'), `${dead.pid}\n`)
  const next = await holder(t, path)
  t.equal(readFileSync(path, 'utf8'), `${next.pid}\n`)
  await next.end('SIGTERM')
  for (const content of ['', '1\n', 'no pid', 'x'.repeat(5000)]) {
    writeFileSync(path, content)
    await (await holder(t, path)).end('SIGTERM')
  }
})

t.test('overwriting takes a held pidfile, and its former holder does not remove it', async (t) => {
  const path = directory.file('c.pid')
  const first = await holder(t, path)
  const second = await claimer(t, path, true)
  t.equal(await second.claim(), 'claimed')
  await first.end('SIGTERM')
  t.equal(readFileSync(path, 'utf8'), `${second.pid}\n`)
  t.equal(await (await claimer(t, path)).claim(), refusal(path, second.pid))
})

t.test('of several at once, over a stale file, one gets it', async (t) => {
  const path = directory.file('d.pid')
  writeFileSync(path, '1\n')
  // of one that was killed while it looked
  writeFileSync(`${path}.claim`, '')
  const claimers = await Promise.all(Array.from({ length: 8 }, () => claimer(t, path)))
  const results = await Promise.all(claimers.map((each) => each.claim()))
  t.equal(results.filter((result) => result === 'claimed').length, 1)
  const winner = claimers[results.indexOf('claimed')]
  t.equal(readFileSync(path, 'utf8'), `${winner?.pid ?? 0}\n`)
  t.strictSame(
    readdirSync(directory.path).filter((name) => name.startsWith('d.pid')),
    ['d.pid'],
    'nothing else is left',
  )
})

t.test('Open vSwitch daemons and we respect each other', async (t) => {
  const [database, ours, theirs] = ['conf.db', 'ours.pid', 'theirs.pid'].map((name) => directory.file(name))
  if (database === undefined || ours === undefined || theirs === undefined) return
  await directory.run('ovsdb-tool', 'create', database, schemaFile('vswitch'))
  const ovsdbServer = (pidfile: string): ReturnType<RunDirectory['run']> =>
    directory.run('ovsdb-server', '-vconsole:err', '--detach', `--pidfile=${pidfile}`, database)

  t.equal((await ovsdbServer(theirs)).status, 0)
  const pid = Number(readFileSync(theirs, 'utf8'))
  t.teardown(() => process.kill(pid))
  t.equal(await (await claimer(t, theirs)).claim(), refusal(theirs, pid))

  const { pid: held } = await holder(t, ours)
  t.match(await ovsdbServer(ours), { status: 1, stderr: `already running as pid ${held}, aborting` })
})

t.test('a place that cannot be written', async (t) => {
  t.match(await (await claimer(t, directory.file('no/e.pid'))).claim(), /ENOENT/)
  const path = directory.file('f.pid')
  mkdirSync(path)
  t.notMatch(await (await claimer(t, path)).claim(), 'claimed')
  t.ok(existsSync(path))
})
