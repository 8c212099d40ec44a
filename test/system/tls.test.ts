import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { words } from '../support/controller.js'
import { OURS, runToEnd } from '../support/daemon.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { createPki } from '../support/pki.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const pki = createPki(t)
const sandbox = await startSandbox(t, {
  ports: ['p0'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2'],
  serverArgs: [...pki.server, '--remote=pssl:0:127.0.0.1'],
})
await sandbox.addPhysicalSwitch()
const port = await until('the server listens', () => {
  const log = readFileSync(join(sandbox.directory, 'ovsdb-server.log'), 'utf8')
  return /listening on port (\d+)/.exec(log)?.[1] ?? null
})
const databases = [`--db=ssl:127.0.0.1:${port}`, `--vtep-db=ssl:127.0.0.1:${port}`]
const fetched = join(pki.directory, 'fetched.pem')

t.test('a command line that cannot work is one line that says why, and nothing is begun', async (t) => {
  const [key, cert, ca] = [`--private-key=${pki.key}`, `--certificate=${pki.cert}`, `--ca-cert=${pki.caCert}`]
  const none = join(pki.directory, 'none.pem')
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[], 'an ssl: remote needs --private-key'],
    [[key, cert], 'an ssl: remote needs --ca-cert'],
    [[`-p${none}`, cert, ca], `--private-key ${none}: no such file or directory`],
    [[key, '-c', pki.caCert, ca], `--certificate ${pki.caCert}: not that of --private-key ${pki.key}`],
    [[key, cert, '-C', pki.cert], "the server's certificate is not trusted: "],
    [
      [key, cert, ca, `--bootstrap-ca-cert=${none}`],
      "options '--ca-cert' and '--bootstrap-ca-cert' exclude each other",
    ],
    [[key, cert, '--bootstrap-ca-cert=/proc/none'], '--bootstrap-ca-cert /proc/none: '],
    [
      [key, cert, ca, '--ssl-protocols=TLSv1.1,TLSv1.3'],
      "option '--ssl-protocols' needs a list without gaps",
    ],
  ]
  for (const [args, reason] of cases) {
    const { status, stderr } = await runToEnd(
      OURS,
      [...databases, ...args, '-vconsole:off', 'br0'],
      sandbox.daemonEnv,
    )
    t.equal(status, /^options? '/.test(reason) ? 64 : 1, args.join(' '))
    t.equal(stderr.split('\n').length, 1, stderr)
    t.ok(stderr.includes(reason), stderr)
  }
})

t.test('all is done over TLS, with a CA certificate fetched from the server the first time', async (t) => {
  const args = [...databases, '-p', pki.key, '-c', pki.cert, `--bootstrap-ca-cert=${fetched}`, 'br0']
  const daemon = await sandbox.startDaemon(args)
  t.match(daemon.output(), new RegExp(`${fetched}: fetched from ssl:127.0.0.1:${port}`))
  const { ino } = statSync(fetched)
  await until('ports are reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
  const commands = `
    add-ls ls0
    set Logical_Switch ls0 tunnel_key=33
    bind-ls br0 p0 0 ls0
    add-mcast-remote ls0 unknown-dst 10.2.2.2`
  await sandbox.vtepctl(...words(commands))
  const isInSync = async (): Promise<boolean> => (await daemon.control('status')).includes('in sync: yes')
  await until('it is in sync', isInSync)
  const frame = uniqueFrame('02:00:00:00:00:0a', BROADCAST)
  await until('the tunnel port that ovs-vsctl made over TLS carries frames', async () =>
    (await sandbox.exitsOf('p0', frame)).includes('10.2.2.2 vni 33'),
  )
  await daemon.stop()
  const again = await sandbox.startDaemon(args)
  t.notMatch(again.output(), /fetched/)
  t.equal(statSync(fetched).ino, ino)
  await again.stop()
})
