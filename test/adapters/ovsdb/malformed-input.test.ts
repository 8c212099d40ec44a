import t, { type Test } from 'tap'
import { openSession } from '../../../adapters/ovsdb/session.js'
import { EventLog } from './support/event-log.js'
import { fakePeer, noTxn, type PeerConnection, rowUuid, type Script } from './support/fake-peer.js'

const backoffMs = { min: 5, max: 20 }

/** A peer that does `fault` in place of its answer to `method` on its first connection, then behaves. */
function faultAt(method: string, fault: (connection: PeerConnection, id: unknown) => void): Script {
  return (message, connection) => {
    if (connection.number > 0 || message.method !== method) return false
    fault(connection, message.id)
    return true
  }
}

/** Expects a Disconnected for `reason`, then a connection with contents. */
async function recoversFrom(t: Test, name: string, script: Script, reason: RegExp): Promise<void> {
  await t.test(name, async (t) => {
    const remote = await fakePeer(t, script)
    const session = openSession({
      remotes: [remote],
      database: 'db',
      tables: { T: ['c'] },
      lock: 'L',
      backoffMs,
    })
    t.teardown(() => session.close())
    const log = new EventLog(session)
    t.match((await log.next('Disconnected')).reason, reason)
    await log.next('Connected')
    t.strictSame((await log.next('Contents')).tables, { T: { [rowUuid]: { c: 'first' } } })
  })
}

t.test('malformed bytes and messages', async (t) => {
  const cases: [string, string | Buffer | object, RegExp][] = [
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n', /^protocol error: "HTTP.*" where a JSON object/],
    ['bad JSON', '{"id": nope}', /^protocol error: malformed JSON/],
    ['bad UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), /^protocol error: .* not UTF-8/],
    ['endless nesting', '['.repeat(1001), /^protocol error: .* 1000 levels/],
    ['an array', [1], /^protocol error: message is not an object: \[1\]/],
    ['an empty object', {}, /^protocol error: neither request nor reply: {}/],
    ['a method that is no string', { method: 5, params: [], id: null }, /method is not a string: 5/],
    ['params that are no array', { method: 'echo', params: {}, id: 1 }, /params is not an array: {}/],
    ['a reply without an id', { id: null, result: {}, error: null }, /reply to an unknown request: id null/],
    ['a reply to nothing', { id: 99, result: {}, error: null }, /reply to an unknown request: id 99/],
    ['a reply by text', { id: '0', result: {}, error: null }, /reply to an unknown request: id "0"/],
  ]
  for (const [name, bytes, reason] of cases)
    await recoversFrom(
      t,
      name,
      faultAt('get_schema', ({ send }) => send(bytes)),
      reason,
    )
})

t.test('replies of the wrong shape', async (t) => {
  const updates = (update: unknown) => [false, noTxn, { T: { [rowUuid]: update } }]
  const noTable = { name: 'db', tables: {} }
  const cases: [string, unknown, RegExp][] = [
    ['get_schema', 5, /^protocol error: schema is not an object: 5/],
    ['get_schema', { name: 'db', tables: { T: {} } }, /columns of T is not an object: missing/],
    ['get_schema', noTable, /^database db has no table T$/],
    ['lock', {}, /^protocol error: "locked" is not a boolean/],
    ['monitor_cond_since', {}, /^protocol error: reply to monitor_cond_since is not an array/],
    ['monitor_cond_since', [1, noTxn, {}], /<found> is not a boolean: 1/],
    ['monitor_cond_since', [false, 1, {}], /<last-txn-id> is not a string: 1/],
    ['monitor_cond_since', updates({ initial: 5 }), /inserted row is not an object: 5/],
    ['monitor_cond_since', updates({ modify: {} }), /initial contents with a change/],
  ]
  for (const [method, result, reason] of cases) {
    const script = faultAt(method, ({ send }, id) => send({ id, result, error: null }))
    await recoversFrom(t, `${method}: ${JSON.stringify(result)}`, script, reason)
  }
})

t.test('refusals', async (t) => {
  const unknownDatabase = { error: 'unknown database', details: 'no db here' }
  for (const method of ['get_schema', 'lock', 'monitor_cond_since']) {
    const script = faultAt(method, ({ send }, id) => send({ id, error: unknownDatabase }))
    await recoversFrom(t, method, script, new RegExp(`^${method}: unknown database: no db here$`))
  }
  const knowsNothing: Script = (message, { number, send }) => {
    if (number > 0 || message.method?.startsWith('monitor') !== true) return false
    send({ id: message.id, result: null, error: 'unknown method' })
    return true
  }
  await recoversFrom(t, 'no way to monitor', knowsNothing, /^the server knows no way to monitor a database$/)
})

t.test('malformed notifications, behind the contents', async (t) => {
  const notify = (method: string, ...params: unknown[]) => ({ method, params, id: null })
  const cases: [object, RegExp][] = [
    [notify('update3', 'other', noTxn, {}), /^protocol error: update3 of an unknown monitor: "other"/],
    [notify('update2', 'contents', {}), /^protocol error: update2 of an unknown monitor/],
    [notify('update3'), /^protocol error: update3 of an unknown monitor: missing/],
    [notify('update3', 'contents', noTxn), /^protocol error: table updates is not an object: missing/],
    [notify('update3', 'contents', noTxn, { T: { [rowUuid]: {} } }), /^protocol error: not a row update/],
    [notify('monitor_canceled', 'contents'), /^the server cancelled the monitor$/],
  ]
  for (const [notification, reason] of cases) {
    const script = faultAt('monitor_cond_since', ({ send }, id) => {
      send({ id, result: [false, noTxn, {}], error: null })
      send(notification)
    })
    await recoversFrom(t, JSON.stringify(notification), script, reason)
  }
})

t.test('a server that hangs up', async (t) => {
  const script = faultAt('get_schema', ({ socket }) => socket.end())
  await recoversFrom(t, 'in place of the schema', script, /^the server closed the connection$/)
})
