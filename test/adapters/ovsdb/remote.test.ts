import t from 'tap'
import { parseRemote, printRemote } from '../../../adapters/ovsdb/remote.js'

t.test('each form is read and printed again', async (t) => {
  const cases = [
    ['unix:/run/db.sock', { kind: 'unix', path: '/run/db.sock' }, 'unix:/run/db.sock'],
    ['unix:db.sock', { kind: 'unix', path: '/run/ovs/db.sock' }, 'unix:/run/ovs/db.sock'],
    ['tcp:127.0.0.1:1', { kind: 'tcp', host: '127.0.0.1', port: 1 }, 'tcp:127.0.0.1:1'],
    ['tcp:db.example:65535', { kind: 'tcp', host: 'db.example', port: 65535 }, 'tcp:db.example:65535'],
    ['tcp:127.0.0.1', { kind: 'tcp', host: '127.0.0.1', port: 6640 }, 'tcp:127.0.0.1:6640'],
    ['ssl:[::1]:6632', { kind: 'ssl', host: '::1', port: 6632 }, 'ssl:[::1]:6632'],
    ['ssl:[fe80::1%eth0]', { kind: 'ssl', host: 'fe80::1%eth0', port: 6640 }, 'ssl:[fe80::1%eth0]:6640'],
  ] as const
  for (const [text, remote, printed] of cases) {
    t.same(parseRemote(text, '/run/ovs'), remote, text)
    t.equal(printRemote(parseRemote(text, '/run/ovs')), printed)
    t.same(parseRemote(printed), remote)
  }
})

const forms = 'unix:PATH, tcp:HOST[:PORT] or ssl:HOST[:PORT]'

t.test('anything else is refused by its text', async (t) => {
  const texts = ['', 'unix:', 'tcp:', 'tcp:::1:6640', 'tcp:[::1', 'tcp:[1.2.3.4]:1', 'ptcp:6640', 'tcp:h:0']
  for (const text of [...texts, 'tcp:h:65536', 'tcp:h:x', 'tcp:a b:1', 'tcp:h:1:2', 'TCP:h:1', 'ssl:[]:1'])
    t.throws(() => parseRemote(text), new Error(`"${text}" is not an OVSDB remote: expected ${forms}`), text)
})
