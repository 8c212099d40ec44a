import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Remote } from '../../../adapters/ovsdb/remote.js'
import { openSession } from '../../../adapters/ovsdb/session.js'
import type { TlsFiles } from '../../../adapters/ovsdb/tls.js'
import { CertificateAuthority } from './support/certificates.js'
import { EventLog } from './support/event-log.js'
import { PrivateServer } from './support/private-server.js'
import { temporaryDirectory } from './support/temporary-directory.js'

const directory = temporaryDirectory(t)
const ours = new CertificateAuthority(directory, 'ours')
const theirs = new CertificateAuthority(directory, 'theirs')

/** A server that speaks TLS with a certificate of `days` days. */
async function tlsServer(days: number, ...more: readonly string[]): Promise<Remote> {
  const { key, cert } = ours.issue(`server-${days}`, days)
  const keys = [`--private-key=${key}`, `--certificate=${cert}`, `--ca-cert=${ours.certificate}`]
  const server = await PrivateServer.standalone(t, ['--remote=pssl:0:127.0.0.1', ...keys, ...more])
  return { kind: 'ssl', host: '127.0.0.1', port: await server.listeningPort() }
}

const remote = await tlsServer(2)
const client = ours.files('client', ours)

function logOf(t: Test, tls: TlsFiles, at = remote): EventLog {
  const tables = { Logical_Switch: ['name'] }
  const backoffMs = { min: 5, max: 20 }
  const session = openSession({ remotes: [at], database: 'hardware_vtep', tables, backoffMs, tls })
  t.teardown(() => session.close())
  return new EventLog(session)
}

t.test(
  'a server signed by our CA, whatever name its certificate bears, by each version of TLS',
  async (t) => {
    for (const [oldest, newest] of [
      ['TLSv1.2', 'TLSv1.2'],
      ['TLSv1.3', 'TLSv1.3'],
      ['TLSv1.2', 'TLSv1.3'],
    ] as const)
      t.same((await logOf(t, { ...client, oldest, newest }).next('Contents')).tables, { Logical_Switch: {} })
    t.ok(await logOf(t, { ...ours.files('careless', theirs), caCert: 'none' }).next('Contents'))
  },
)

t.test('who is not trusted, and by whom', async (t) => {
  const wary = ours.files('wary-client', theirs)
  const cases: readonly (readonly [TlsFiles, RegExp])[] = [
    [wary, /^the server's certificate is not trusted: self-signed certificate in certificate chain$/],
    [theirs.files('stranger', ours), /^the server refuses our certificate or protocol: unknown ca$/],
    [
      ours.files('old-client', ours, 0),
      /^the server refuses our certificate or protocol: certificate expired$/,
    ],
  ]
  for (const [tls, reason] of cases) {
    const log = logOf(t, tls)
    t.match((await log.next('Disconnected')).reason, reason)
    t.notOk(log.kinds.includes('Connected'))
  }
  const expired = logOf(t, client, await tlsServer(0))
  t.match(
    (await expired.next('Disconnected')).reason,
    /^the server's certificate is not trusted: certificate has expired$/,
  )
  const old = logOf(
    t,
    { ...client, oldest: 'TLSv1.3' },
    await tlsServer(3, '--ssl-ciphers=AES128-SHA', '--ssl-protocols=TLSv1.2'),
  )
  t.match((await old.next('Disconnected')).reason, /protocol version|TLS:/)
})

t.test(
  'files that cannot be used are said by option and name, and read again for each connection',
  async (t) => {
    const file = (name: string): string => join(directory, name)
    writeFileSync(file('junk.pem'), 'junk')
    const other = ours.issue('other')
    const cases: readonly (readonly [Partial<TlsFiles>, string])[] = [
      [{ privateKey: null }, 'an ssl: remote needs --private-key'],
      [{ certificate: file('none.pem') }, `--certificate ${file('none.pem')}: no such file or directory`],
      [{ privateKey: directory }, `--private-key ${directory}: illegal operation on a directory`],
      [{ caCert: file('junk.pem') }, `--ca-cert ${file('junk.pem')}: not a certificate in PEM format`],
      [
        { isBootstrap: true, caCert: file('junk.pem') },
        `--bootstrap-ca-cert ${file('junk.pem')}: not a certificate`,
      ],
      [
        { privateKey: file('junk.pem') },
        `--private-key ${file('junk.pem')}: not a private key in PEM format`,
      ],
      [
        { privateKey: other.key },
        `--certificate ${client.certificate ?? ''}: not that of --private-key ${other.key}`,
      ],
      [{ ciphers: 'none-such' }, 'no cipher match'],
    ]
    for (const [change, reason] of cases) {
      const said = (await logOf(t, { ...client, ...change }).next('Disconnected')).reason
      t.ok(said.includes(reason), said)
      t.notOk(said.includes('\n'))
    }
    const renewed = { ...theirs.files('renewed', ours), certificate: file('renewed-cert.pem') }
    const log = logOf(t, renewed)
    await log.next('Disconnected')
    copyFileSync(other.key, renewed.privateKey ?? '')
    copyFileSync(other.cert, renewed.certificate)
    t.ok(await log.next('Contents'), 'keys that were renewed are taken without a word')
  },
)
