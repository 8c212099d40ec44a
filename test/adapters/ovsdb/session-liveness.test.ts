import { join } from 'node:path'
import { config } from 'rxjs'
import t from 'tap'
import { DisconnectedError, OutcomeUnknownError } from '../../../adapters/ovsdb/errors.js'
import { openSession, type OvsdbSession } from '../../../adapters/ovsdb/session.js'
import { EventLog } from './support/event-log.js'
import { fakePeer, noTxn, type PeerMessage, rowUuid } from './support/fake-peer.js'
import { temporaryDirectory } from './support/temporary-directory.js'

const tables = { T: ['c'] }
const backoffMs = { min: 5, max: 20 }
const update = (c: string) => ({
  method: 'update3',
  params: ['contents', noTxn, { T: { [rowUuid]: { modify: { c } } } }],
  id: null,
})

t.test("the server's requests are answered, its unknown notifications ignored", async (t) => {
  const replies: PeerMessage[] = []
  const remote = await fakePeer(t, (message, { send }) => {
    if (message.method === undefined) replies.push(message)
    if (message.method === 'monitor_cond_since') {
      send({ method: 'echo', params: ['are', 'you', 'there'], id: 'e' })
      send({ method: 'steal_bicycle', params: [], id: 7 })
      send({ method: 'weather', params: ['rain'], id: null })
    }
    return false
  })
  const session = openSession({ remotes: [remote], database: 'db', tables, backoffMs })
  t.teardown(() => session.close())
  const log = new EventLog(session)
  await log.next('Contents')
  await session.barrier()
  t.match(replies, [
    { id: 'e', result: ['are', 'you', 'there'], error: null },
    { id: 7, error: 'unknown method' },
  ])
  t.strictSame(log.kinds, ['Connected', 'Contents'])
})

t.test('a silent server is asked for an echo, and given up when that stays unanswered', async (t) => {
  let echoes = 0
  const remote = await fakePeer(t, (message, { number }) => {
    if (message.method !== 'echo') return false
    echoes++
    return number === 0 && echoes > 2
  })
  const session = openSession({ remotes: [remote], database: 'db', tables, backoffMs, probeIntervalMs: 20 })
  t.teardown(() => session.close())
  const log = new EventLog(session)
  t.equal((await log.next('Disconnected')).reason, 'no answer from the server within 40 ms')
  t.equal(echoes, 3)
  await log.next('Contents')
})

t.test('a server that never speaks is given up', async (t) => {
  const remote = await fakePeer(t, (_, { number }) => number === 0)
  const session = openSession({ remotes: [remote], database: 'db', tables, backoffMs, probeIntervalMs: 20 })
  t.teardown(() => session.close())
  const log = new EventLog(session)
  t.match((await log.next('Disconnected')).reason, /no answer/)
  await log.next('Contents')
})

t.test('the delay grows with failures', async (t) => {
  const remote = await fakePeer(t, ({ method }, { number, socket }) => {
    if (number > 2 || method !== 'get_schema') return false
    socket.end()
    return true
  })
  const range = { min: 20, max: 80 }
  const session = openSession({
    remotes: [remote],
    database: 'db',
    tables,
    backoffMs: range,
    random: () => 0,
  })
  t.teardown(() => session.close())
  const startedAt = performance.now()
  const log = new EventLog(session)
  await log.next('Contents')
  t.ok(performance.now() - startedAt >= 20 + 40 + 80 - 3, 'three failures before it')
})

t.test('the delay is the shortest again after contents', async (t) => {
  const failures = 20
  const remote = await fakePeer(t, ({ method }, { number, socket }) => {
    if (number > failures || method !== (number === failures ? 'echo' : 'get_schema')) return false
    socket.end()
    return true
  })
  let delays = 0
  // while it grows the delay is jittered away, beyond what a real jitter does; grown, it would be an hour
  const random = () => (delays++ < failures ? 2 : 0)
  const session = openSession({
    remotes: [remote],
    database: 'db',
    tables,
    backoffMs: { min: 5, max: 1e9 },
    random,
  })
  t.teardown(() => session.close())
  const log = new EventLog(session)
  await log.next('Contents')
  await t.rejects(session.barrier(), OutcomeUnknownError)
  await log.next('Contents')
  t.equal(delays, failures + 1)
})

t.test('events keep their order though a subscriber acts, and survive one that throws', async (t) => {
  const remote = await fakePeer(t, (message, { send }) => {
    if (message.method !== 'transact') return false
    send(JSON.stringify(update('a')) + JSON.stringify({ id: message.id, result: [], error: null }))
    send(update('b'))
    return true
  })
  const unhandled: unknown[] = []
  config.onUnhandledError = (error) => unhandled.push(error)
  t.teardown(() => (config.onUnhandledError = null))
  const session = openSession({ remotes: [remote], database: 'db', tables, backoffMs })
  t.teardown(() => session.close())
  const emittedAtReply: Promise<number>[] = []
  const log = new EventLog(session)
  session.events$.subscribe((event) => {
    if (event.kind === 'Contents') emittedAtReply.push(session.transact([]).then(() => log.events.length))
    throw new Error('a bug in a subscriber')
  })
  await log.next('Updated')
  await log.next('Updated')
  await session.barrier()
  const updated = (c: string) => ({ kind: 'Updated', updates: { T: { [rowUuid]: { modify: { c } } } } })
  t.match(log.events, [{ kind: 'Connected' }, { kind: 'Contents' }, updated('a'), updated('b')])
  t.ok(((await emittedAtReply[0]) ?? 0) >= 3, 'the reply settles after the update before it')
  while (unhandled.length < log.events.length) await new Promise(setImmediate)
  t.equal(unhandled.length, 4)
})

t.test('a lost reply leaves the outcome unknown, a late one too', async (t) => {
  const remote = await fakePeer(t, (message, { send, socket }) => {
    if (message.method !== 'transact') return false
    if (message.params?.[1] === 'cut') socket.destroy()
    if (message.params?.[1] === 'late')
      setTimeout(() => send({ id: message.id, result: [{}], error: null }), 40)
    return true
  })
  const session = openSession({ remotes: [remote], database: 'db', tables, backoffMs, transactTimeoutMs: 20 })
  t.teardown(() => session.close())
  const log = new EventLog(session)
  await t.rejects(session.transact([]), DisconnectedError)
  await log.next('Contents')
  await t.rejects(session.transact(['late']), /outcome of 'transact' unknown: no reply within 20 ms/)
  await t.rejects(
    session.transact(['cut']),
    /outcome of 'transact' unknown: the server closed the connection/,
  )
  await log.next('Disconnected')
  await t.rejects(session.transact([]), /no session with db at unix:.*: the server closed the connection/)
  await log.next('Contents')
})

t.test('close ends everything, whenever it comes', async (t) => {
  const remote = await fakePeer(t, (message) => message.method === 'transact')
  const closeAt = async (kind: string | null) => {
    const session: OvsdbSession = openSession({
      remotes: [remote],
      database: 'db',
      tables,
      lock: 'L',
      backoffMs,
    })
    let isComplete = false
    const log = new EventLog(session)
    await new Promise<void>((resolve) => {
      session.events$.subscribe({
        next: (event) => {
          if (event.kind === kind) void session.close().then(resolve)
        },
        complete: () => (isComplete = true),
      })
      if (kind === null) void session.close().then(resolve)
    })
    await session.close()
    t.ok(isComplete)
    t.equal(log.kinds.at(-1), kind ?? undefined)
    await t.rejects(session.transact([]), DisconnectedError)
    await t.rejects(session.barrier(), DisconnectedError)
  }
  for (const kind of [null, 'Connected', 'LockChanged', 'Contents']) await closeAt(kind)
})

t.test('nobody there: each attempt says why', async (t) => {
  const path = join(temporaryDirectory(t), 'nothing')
  const session = openSession({ remotes: [{ kind: 'unix', path }], database: 'db', tables, backoffMs })
  const log = new EventLog(session)
  t.match((await log.next('Disconnected')).reason, /ENOENT/)
  t.match((await log.next('Disconnected')).reason, /ENOENT/)
  await session.close()
  const withoutKeys = openSession({
    remotes: [{ kind: 'ssl', host: '::1', port: 1 }],
    database: 'db',
    tables,
  })
  t.match((await new EventLog(withoutKeys).next('Disconnected')).reason, /an ssl: remote needs --private-key/)
  await withoutKeys.close()
})
