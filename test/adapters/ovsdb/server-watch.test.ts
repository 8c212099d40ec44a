import t, { type Test } from 'tap'
import { openSession, type OvsdbSession } from '../../../adapters/ovsdb/session.js'
import type { Remote } from '../../../adapters/ovsdb/remote.js'
import { EventLog } from './support/event-log.js'
import { fakePeer, type PeerConnection, rowUuid } from './support/fake-peer.js'

type Row = Readonly<Record<string, unknown>>

/** A server that says `rows` of its database, one for each connection, the last one for ever. */
async function server(
  t: Test,
  ...rows: readonly Row[]
): Promise<{ at: Remote; connections: PeerConnection[] }> {
  const connections: PeerConnection[] = []
  const at = await fakePeer(t, ({ method, params, id }, connection) => {
    if (method !== 'monitor' || params?.[0] !== '_Server') return false
    connections.push(connection)
    const row = { name: 'db', ...(rows[connection.number] ?? rows.at(-1)) }
    connection.send({ id, result: { Database: { [rowUuid]: { new: row } } }, error: null })
    return true
  })
  return { at, connections }
}

/** What a server says later. */
function say(connection: PeerConnection | undefined, row: Row): void {
  const changed = { Database: { [rowUuid]: { old: {}, new: { name: 'db', ...row } } } }
  connection?.send({ id: null, method: 'update', params: ['server', changed] })
}

function sessionOf(t: Test, remotes: readonly Remote[], isLeaderOnly?: boolean): [OvsdbSession, EventLog] {
  const session = openSession({
    remotes,
    database: 'db',
    tables: { T: ['c'] },
    backoffMs: { min: 2, max: 20 },
    ...(isLeaderOnly === undefined ? {} : { isLeaderOnly }),
  })
  t.teardown(() => session.close())
  return [session, new EventLog(session)]
}

const member = { model: 'clustered', connected: true, leader: false, index: 5, cid: ['uuid', rowUuid] }
const leader = { ...member, leader: true }
const relay = { model: 'relay', connected: true, leader: false, index: ['set', []] }

t.test('which servers will do', async (t) => {
  const cases: readonly (readonly [Row, leaderOnly: string | null, any: string | null])[] = [
    [{ model: 'standalone', connected: true, leader: true }, null, null],
    [{ ...relay, name: 'other' }, null, null],
    [leader, null, null],
    [member, 'not the leader of its cluster', null],
    [{ ...leader, connected: false }, 'cut off from its cluster', 'cut off from its cluster'],
    [relay, 'a relay, which only --no-leader-only takes', null],
    [
      { ...relay, connected: false },
      'a relay, which only --no-leader-only takes',
      'a relay without its source',
    ],
  ]
  for (const [row, ...flaws] of cases) {
    const { at } = await server(t, row)
    for (const [i, flaw] of flaws.entries()) {
      const [, log] = sessionOf(t, [at], i === 0 ? undefined : false)
      if (flaw === null) t.ok(await log.next('Contents'))
      else t.equal((await log.next('Disconnected')).reason, flaw)
      t.equal(log.kinds.includes('Connected'), flaw === null)
    }
  }
})

t.test('the leader is found among the members, and followed when it is another one', async (t) => {
  const one = await server(t, leader, member)
  const other = await server(t, member, leader)
  const [session, log] = sessionOf(t, [other.at, one.at])
  t.same((await log.next('Connected')).remote, one.at)
  await log.next('Contents')
  say(one.connections[0], member)
  t.match((await log.next('Disconnected')).reason, /not the leader of its cluster$/)
  t.same((await log.next('Connected')).remote, other.at)
  await log.next('Contents')
  t.equal(one.connections.length, 1)
  await session.close()
})

t.test('nobody will do: each says why', async (t) => {
  const one = await server(t, member)
  const other = await server(t, { ...leader, connected: false })
  const [, log] = sessionOf(t, [one.at, other.at])
  t.match(
    (await log.next('Disconnected')).reason,
    /: not the leader of its cluster; .*: cut off from its cluster$/,
  )
})

t.test('a member that knows less than what was seen is refused until it has caught up', async (t) => {
  const later = [5, 6, 7, 8].map((index) => ({ ...member, index }))
  const { at, connections } = await server(t, member, ...later)
  const [, log] = sessionOf(t, [at], false)
  await log.next('Contents')
  say(connections[0], { ...member, index: 7 })
  connections[0]?.socket.end()
  await log.next('Disconnected')
  for (const index of [5, 6])
    t.match(await log.next('Disconnected'), {
      reason: `stale: it knows up to index ${index}, and 7 was seen`,
    })
  await log.next('Contents')
  t.equal(connections.length, 4)
})

t.test('another cluster at the same place begins anew', async (t) => {
  const rebuilt = { ...member, index: 1, cid: ['uuid', 'another'] }
  const { at, connections } = await server(t, member, rebuilt)
  const [, log] = sessionOf(t, [at], false)
  await log.next('Contents')
  connections[0]?.socket.destroy()
  await log.next('Disconnected')
  t.ok(await log.next('Contents'))
})
