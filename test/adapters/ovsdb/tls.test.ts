import t from 'tap'
import type { Remote } from '../../../adapters/ovsdb/remote.js'
import { openSession } from '../../../adapters/ovsdb/session.js'
import { CertificateAuthority } from './support/certificates.js'
import { EventLog } from './support/event-log.js'
import { PrivateServer } from './support/private-server.js'
import { temporaryDirectory } from './support/temporary-directory.js'

const directory = temporaryDirectory(t)
const ours = new CertificateAuthority(directory, 'ours')
const theirs = new CertificateAuthority(directory, 'theirs')
const { key, cert } = ours.issue('server')
const keys = [`--private-key=${key}`, `--certificate=${cert}`, `--ca-cert=${ours.certificate}`]
const server = await PrivateServer.standalone(t, ['--remote=pssl:0:127.0.0.1', ...keys])
const remote: Remote = { kind: 'ssl', host: '127.0.0.1', port: await server.listeningPort() }
const options = {
  remote,
  database: 'hardware_vtep',
  tables: { Logical_Switch: ['name'] },
  backoffMs: { min: 5, max: 20 },
}

t.test('a server signed by our CA, whatever name its certificate bears', async (t) => {
  const session = openSession({ ...options, tls: ours.identity('client', ours) })
  t.teardown(() => session.close())
  const log = new EventLog(session)
  await log.next('Contents')
  await session.transact([{ op: 'insert', table: 'Logical_Switch', row: { name: 'ls' } }])
  await log.next('Updated')
})

t.test('a server signed by another CA is refused, by us', async (t) => {
  const session = openSession({ ...options, tls: ours.identity('wary-client', theirs) })
  t.teardown(() => session.close())
  t.match((await new EventLog(session).next('Disconnected')).reason, /certificate/)
})

t.test('a client signed by another CA is refused, by the server', async (t) => {
  const session = openSession({ ...options, tls: theirs.identity('stranger', ours) })
  t.teardown(() => session.close())
  const log = new EventLog(session)
  t.not((await log.next('Disconnected')).reason, '')
  t.notOk(log.kinds.includes('Connected'))
})

t.test('keys that cannot be read', async (t) => {
  const session = openSession({ ...options, tls: { key: 'x', cert: 'y', ca: 'z' } })
  t.teardown(() => session.close())
  t.match((await new EventLog(session).next('Disconnected')).reason, /PEM|no start line/i)
})
