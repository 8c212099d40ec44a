import t from 'tap'
import { openSession } from '../../../adapters/ovsdb/session.js'
import { EventLog } from './support/event-log.js'
import { fakePeer, noTxn, rowUuid, type Script } from './support/fake-peer.js'

const backoffMs = { min: 2, max: 4 }
const contents = { T: { [rowUuid]: { initial: { c: 'first' } } } }

/** Of each monitor_cond_since that a peer gets, what it is to go on from. */
async function sessionWith(t: Parameters<typeof fakePeer>[0], script: Script) {
  const asked: unknown[] = []
  const at = await fakePeer(t, (message, connection) => {
    if (message.method === 'monitor_cond_since') asked.push(message.params?.[3])
    return script(message, connection)
  })
  const session = openSession({ remotes: [at], database: 'db', tables: { T: ['c'] }, backoffMs })
  t.teardown(() => session.close())
  return { asked, log: new EventLog(session) }
}

t.test('a transaction id that is none costs its connection, and is never asked for', async (t) => {
  for (const id of ['', 'x"]', 'constructor', `${rowUuid}0`]) {
    const { asked, log } = await sessionWith(t, ({ method, id: request }, { number, send }) => {
      if (method !== 'monitor_cond_since' || number > 1) return false
      if (number === 0) send({ id: request, result: [false, id, contents], error: null })
      else {
        send({ id: request, result: [false, noTxn, contents], error: null })
        send({ id: null, method: 'update3', params: ['contents', id, {}] })
      }
      return true
    })
    for (let i = 0; i < 2; i++)
      t.match((await log.next('Disconnected')).reason, /^protocol error: <last-txn-id> is not a UUID: /)
    await log.next('Contents')
    t.strictSame(asked, [noTxn, noTxn, noTxn])
  }
})

t.test('what a server refuses to go on from is not asked for again', async (t) => {
  const { asked, log } = await sessionWith(t, ({ method, params, id }, { number, send, socket }) => {
    if (method !== 'monitor_cond_since') return false
    if (params?.[3] !== noTxn) send({ id, result: null, error: 'syntax error' })
    else {
      send({ id, result: [false, rowUuid, contents], error: null })
      if (number === 0) socket.end()
    }
    return true
  })
  await log.next('Contents')
  await log.next('Disconnected')
  t.match((await log.next('Disconnected')).reason, /syntax error/)
  await log.next('Contents')
  t.strictSame(asked, [noTxn, rowUuid, noTxn])
})

t.test('an index that nobody reaches keeps nobody out for ever', async (t) => {
  const row = { name: 'db', model: 'clustered', connected: true, leader: true, cid: ['uuid', rowUuid] }
  const { log } = await sessionWith(t, ({ method, params, id }, { number, send, socket }) => {
    if (method !== 'monitor' || params?.[0] !== '_Server') {
      if (number > 0 || method !== 'get_schema') return false
      socket.end()
      return true
    }
    const index = number === 0 ? Number.MAX_SAFE_INTEGER : 5
    send({ id, result: { Database: { [rowUuid]: { new: { ...row, index } } } }, error: null })
    return true
  })
  await log.next('Disconnected')
  t.match((await log.next('Disconnected')).reason, /^stale: /)
  await log.next('Contents')
  t.ok(log.kinds.filter((kind) => kind === 'Disconnected').length > 5, 'not at once')
})

t.test('what is no index or no cluster is not carried at all', async (t) => {
  const row = { name: 'db', model: 'clustered', connected: true, leader: true }
  const ill = [
    { index: 1e300, cid: ['uuid', rowUuid] },
    { index: 9, cid: 'x'.repeat(100_000) },
    { index: '9', cid: ['uuid', rowUuid] },
  ]
  const { log } = await sessionWith(t, ({ method, params, id }, { number, send, socket }) => {
    if (method === 'monitor' && params?.[0] === '_Server') {
      const said = ill[number] ?? { index: 5, cid: ['uuid', rowUuid] }
      send({ id, result: { Database: { [rowUuid]: { new: { ...row, ...said } } } }, error: null })
      return true
    }
    if (method === 'get_schema' && number < ill.length) {
      socket.end()
      return true
    }
    return false
  })
  await log.next('Contents')
  t.notOk(log.events.some((event) => event.kind === 'Disconnected' && event.reason.startsWith('stale')))
})

t.test('a server that asks and does not read costs its connection, and little memory', async (t) => {
  const before = process.memoryUsage().rss
  const echo = JSON.stringify({ id: 'x'.repeat(1000), method: 'echo', params: ['y'.repeat(1000)] }).repeat(
    500,
  )
  const { log } = await sessionWith(t, ({ method }, { number, socket }) => {
    if (number > 0 || method !== 'get_schema') return false
    socket.pause()
    const flood = (): void => {
      while (!socket.destroyed && socket.write(echo));
      socket.once('drain', flood)
    }
    flood()
    return true
  })
  t.match((await log.next('Disconnected')).reason, /the server does not read what it asks for/)
  await log.next('Contents')
  t.ok(process.memoryUsage().rss - before < 200 << 20)
})
