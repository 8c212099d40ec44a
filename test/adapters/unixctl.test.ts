import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { ControlServer } from '../../adapters/unixctl/control-server.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import { TinyDaemon } from '../support/tiny-daemon-process.js'
import { answeredAsJson } from '../support/as-json.js'
import { RunDirectory } from '../support/run-directory.js'

vlog.set('console:off')

const VALID_REQUEST = '{"id":0,"method":"echo","params":["hi"]}'

t.test('ovs-appctl', async (t) => {
  const directory = new RunDirectory()
  t.teardown(() => directory.remove())
  const daemon = await TinyDaemon.start(directory, '--pidfile', '--log-file', '-vconsole:off', 'br0')

  t.test('common commands', async (t) => {
    const listed = await directory.appctl('list-commands')
    t.match(listed, { status: 0, stdout: /^The available commands are:\n {2}cwd\n {2}die {21}STATUS\n/ })
    t.equal((await directory.appctl('help')).stdout, listed.stdout)
    t.match(await directory.appctl('version'), { status: 0, stdout: /^ovs-vtep / })
    t.match(await directory.run('ovs-appctl', '-t', daemon.socket, 'echo', 'ä "b"', '\\'), {
      stdout: 'ä "b" \\',
    })
  })

  t.test('answers as JSON, for ovs-appctl of Open vSwitch 3.4 and newer', async (t) => {
    const asJson = (...[command, ...words]: readonly [string, ...string[]]) =>
      answeredAsJson(daemon.socket, command, ...words)
    // what ovs-appctl 4.0 and ovs-vswitchd 4.0 have for a command without a form of its own, and for list-commands
    t.strictSame(await asJson('echo', 'hi'), { reply: 'hi\n', 'reply-format': 'plain' })
    t.strictSame(await asJson('log', 'x'), { reply: '', 'reply-format': 'plain' })
    t.match(await asJson('list-commands'), {
      die: 'STATUS',
      'set-options': '[--format text|json]',
      'vlog/list': '',
    })
    t.notMatch(JSON.stringify(await asJson('list-commands')), 'vlog/message')
    const bad: readonly (readonly [args: readonly string[], problem: string])[] = [
      [['--format', 'xml'], 'option format has invalid value xml'],
      [['--pretty'], "Unknown option '--pretty'"],
      [['--format'], "Option '-f, --format <value>' argument missing"],
      [[], '"set-options" command requires at least 1 arguments'],
    ]
    for (const [args, problem] of bad)
      t.match((await directory.appctl('set-options', ...args)).stderr, problem, args.join(' '))
  })

  t.test('a command that fails, or is called wrongly, is an error', async (t) => {
    const cases: readonly (readonly [args: string[], problem: string])[] = [
      [['fail'], 'it did not work'],
      [['nosuch'], '"nosuch" is not a valid command (use "list-commands" to see a list of valid commands)'],
      [['echo'], '"echo" command requires at least 1 arguments'],
      [['echo', '1', '2', '3', '4'], '"echo" command takes at most 3 arguments'],
      [['vlog/set', 'any:file:dbg', 'foo'], 'no destination, level, or module "foo"'],
    ]
    for (const [args, problem] of cases) {
      const { status, stderr } = await directory.appctl(...args)
      t.equal(status, 2, args.join(' '))
      t.equal(stderr.split('\n')[0], problem)
    }
  })

  t.test('logging', async (t) => {
    await directory.appctl('vlog/set', 'tiny:file:warn')
    t.match((await directory.appctl('vlog/list')).stdout, /^tiny +OFF +OFF +WARN$/m)
    await directory.appctl('vlog/set')
    t.match((await directory.appctl('vlog/list')).stdout, /^tiny +DBG +DBG +DBG$/m)
    await directory.appctl('vlog/set', 'console:off', 'file:info')

    const [log, rotated] = [directory.file('ovs-vtep.log'), directory.file('ovs-vtep.log.1')]
    await directory.appctl('vlog/message', 'a\nb')
    t.match(readFileSync(log, 'utf8'), /\|vlog\|INFO\|user-message: a\\nb\n$/)
    t.match((await directory.appctl('vlog/list-pattern')).stdout, /^file {5}none {30}%D/m)
    renameSync(log, rotated)
    await directory.appctl('log', 'before')
    t.match(await directory.appctl('vlog/reopen'), { status: 0, stdout: '' })
    await directory.appctl('log', 'after')
    t.match(readFileSync(rotated, 'utf8'), /\|tiny\|INFO\|before\n$/)
    t.match(readFileSync(log, 'utf8').split('\n'), [
      /\|vlog\|INFO\|opened log file/,
      /\|tiny\|INFO\|after$/,
      '',
    ])
    t.match(await directory.appctl('vlog/close'), { status: 0 })
  })

  t.test('exit', async (t) => {
    t.match(await directory.appctl('exit', '--cleanup'), { status: 0, stdout: '' })
    t.equal(await daemon.ended, 0)
    t.notOk(existsSync(daemon.socket), 'no socket is left')
    t.notOk(existsSync(directory.file('ovs-vtep.pid')), 'no pidfile is left')
  })
})

t.test('a server', async (t) => {
  const directory = new RunDirectory()
  t.teardown(() => directory.remove())
  vlog.openFile(directory.file('log'))
  const path = directory.file('x.ctl')
  const server = new ControlServer()
  server.register('echo', '', 0, 9, (args) => args.join(' '))
  await server.listen(path)
  t.teardown(() => server.close())
  const exchange = async (data: string | Buffer): Promise<string> =>
    await text(createConnection(path).end(data))

  t.test('is for its owner only as far as the umask says', async (t) => {
    t.equal(statSync(path).mode & 0o007, 0)
    t.equal(statSync(path).mode & 0o700, 0o700)
  })

  t.test('answers several requests on one connection in their order', async (t) => {
    const requests = [1, 2, 3].map((id) => `{"id":${id},"method":"echo","params":["${id}"]}`)
    const replies = [1, 2, 3].map((id) => `{"id":${id},"result":"${id}\\n","error":null}`)
    t.equal(await exchange(requests.join('\n')), replies.join(''))
  })

  t.test('cuts off who sends something else, and no one else', async (t) => {
    const bad: readonly (string | Buffer)[] = [
      'GET / HTTP/1.0\r\n\r\n',
      '[]',
      '{}',
      '{"id":0,"method":"echo","params":[1]}',
      '{"id":0,"method":1,"params":[]}',
      '{"id":0,"method":"echo","params":["}',
      '{'.repeat(70_000),
      `{"id":0,"method":"echo","params":["${'x'.repeat(1_000_000)}"]}`,
      Buffer.from([0xff, 0xfe, 0]),
    ]
    const bystander = createConnection(path)
    for (const data of bad) {
      t.equal(await exchange(data).catch(() => ''), '', data.toString('latin1').slice(0, 40))
    }
    bystander.write(VALID_REQUEST)
    const [reply] = (await once(bystander, 'data')) as [Buffer]
    t.equal(reply.toString(), '{"id":0,"result":"hi\\n","error":null}')
    bystander.destroy()
    const log = readFileSync(directory.file('log'), 'utf8')
    t.match(log, '|unixctl|WARN|control connection cut off: "GET')
    t.match(log, '|unixctl|WARN|control connection cut off: not a control request')
  })

  t.test('close answers what runs and hangs up on who only listens', async (t) => {
    let finish = (): void => undefined
    const started = new Promise<void>((begun) => {
      server.register('slow', '', 0, 0, () => {
        begun()
        return new Promise((done) => (finish = () => done('done')))
      })
    })
    const [idle, busy] = [createConnection(path), createConnection(path)]
    await once(idle, 'connect')
    busy.write('{"id":9,"method":"slow","params":[]}')
    await started
    const [replied, hungUp] = [text(busy), once(idle, 'close')]
    const closed = server.close()
    finish()
    await closed
    t.equal(await replied, '{"id":9,"result":"done\\n","error":null}')
    await hungUp
    t.notOk(existsSync(path))
    await server.close()
  })
})

t.test('places of the socket', async (t) => {
  const directory = new RunDirectory()
  t.teardown(() => directory.remove())
  const listenAt = async (t: Test, file: string): Promise<void> => {
    const server = new ControlServer()
    await server.listen(file)
    const answer = await directory.run('ovs-appctl', '-t', file, 'help')
    t.match(answer, { status: 0, stdout: /available/ })
    await server.close()
    t.notOk(existsSync(file))
  }

  t.test('a path longer than the system call takes', async (t) => {
    const deep = directory.file('d'.repeat(120))
    mkdirSync(deep)
    await listenAt(t, `${deep}/x.ctl`)
  })

  t.test('a socket left by a dead process', async () => {
    const file = directory.file('left.ctl')
    const program = `process.umask(0); net.createServer().listen(${JSON.stringify(file)}, () => process.exit())`
    await directory.run(process.execPath, '-e', program)
    t.ok(existsSync(file))
    await listenAt(t, file)
  })

  t.test('another file stays', async (t) => {
    const file = directory.file('precious')
    writeFileSync(file, 'data')
    await t.rejects(new ControlServer().listen(file), { code: 'EADDRINUSE' })
    t.equal(readFileSync(file, 'utf8'), 'data')
  })

  t.test('a missing directory', async (t) => {
    await t.rejects(new ControlServer().listen(directory.file('no/x.ctl')))
  })
})
