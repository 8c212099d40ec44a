import { mkdirSync, renameSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { TransactError } from '../../../adapters/ovsdb/errors.js'
import type { Remote } from '../../../adapters/ovsdb/remote.js'
import { openSession, type OvsdbSession } from '../../../adapters/ovsdb/session.js'
import { EventLog } from './support/event-log.js'
import { PrivateServer } from './support/private-server.js'

const database = 'hardware_vtep'
const tables = { Logical_Switch: ['name', 'tunnel_key', 'other_config'], Manager: ['target', 'status'] }
const absent = '00000000-0000-4000-8000-000000000001'

function open(t: Test, remote: Remote, lock = ''): { session: OvsdbSession; log: EventLog } {
  const backoffMs = { min: 5, max: 20 }
  const session = openSession({
    remotes: [remote],
    database,
    tables,
    backoffMs,
    ...(lock === '' ? {} : { lock }),
  })
  t.teardown(() => session.close())
  return { session, log: new EventLog(session) }
}

const insertSwitch = (name: string, row: object = {}) => ({
  op: 'insert',
  table: 'Logical_Switch',
  row: { name, ...row },
})
const updateSwitch = (name: string, row: object) => {
  return { op: 'update', table: 'Logical_Switch', where: [['name', '==', name]], row }
}
const uuidOf = (result: unknown) => (result as { uuid: [string, string] }).uuid[1]
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )
const map = (...pairs: [string, string][]) => ['map', pairs]

t.test('contents, then each kind of change, with sets and maps as differences', async (t) => {
  const server = await PrivateServer.standalone(t)
  const { session, log } = open(t, server.remote)
  const connected = await log.next('Connected')
  t.equal(connected.schema.name, database)
  t.strictSame(connected.missing, [])
  t.strictSame((await log.next('Contents')).tables, { Logical_Switch: {}, Manager: {} })

  const row = { tunnel_key: 5, other_config: map(['a', '1'], ['b', '2']) }
  const [inserted] = await session.transact([insertSwitch('ls', row)])
  const uuid = uuidOf(inserted)
  t.equal(log.kinds.at(-1), 'Updated', 'the reply came behind its own update')
  const nextChange = async () => (await log.next('Updated')).updates['Logical_Switch']?.[uuid]
  t.strictSame(await nextChange(), { insert: { name: 'ls', ...row } })

  const other = open(t, server.remote)
  t.strictSame((await other.log.next('Contents')).tables['Logical_Switch'], {
    [uuid]: { name: 'ls', ...row },
  })

  await session.transact([updateSwitch('ls', { tunnel_key: 6, other_config: map(['a', '9'], ['c', '3']) })])
  const difference = map(['a', '9'], ['b', '2'], ['c', '3'])
  t.strictSame(await nextChange(), { modify: { tunnel_key: 6, other_config: difference } })
  await session.transact([updateSwitch('ls', { tunnel_key: ['set', []], other_config: map() })])
  const emptied = { tunnel_key: ['set', []], other_config: map(['a', '9'], ['c', '3']) }
  t.strictSame(await nextChange(), { modify: emptied })
  await session.transact([{ op: 'delete', table: 'Logical_Switch', where: [] }])
  t.strictSame(await nextChange(), { delete: true })
})

t.test('columns the server lacks are named and left out', async (t) => {
  const server = await PrivateServer.standalone(t)
  const wanted = { Logical_Switch: ['name', 'colour'], Global: ['shape'] }
  const session = openSession({ remotes: [server.remote], database, tables: wanted })
  t.teardown(() => session.close())
  const log = new EventLog(session)
  t.strictSame((await log.next('Connected')).missing, ['Logical_Switch.colour', 'Global.shape'])
  t.match((await log.next('Contents')).tables, { Logical_Switch: {}, Global: {} })
})

t.test('a missing database is waited for', async (t) => {
  const server = await PrivateServer.standalone(t)
  const session = openSession({
    remotes: [server.remote],
    database: 'nope',
    tables: {},
    backoffMs: { min: 5, max: 20 },
  })
  t.teardown(() => session.close())
  const log = new EventLog(session)
  t.match((await log.next('Disconnected')).reason, /^get_schema: unknown database: .*nope$/)
  t.match((await log.next('Disconnected')).reason, /unknown database/)
})

t.test('transactions: results, and errors by operation', async (t) => {
  const { remote } = await PrivateServer.standalone(t)
  const { session, log } = open(t, remote)
  await log.next('Contents')
  const results = await session.transact([
    insertSwitch('a'),
    updateSwitch('a', { description: 'x' }),
    { op: 'select', table: 'Logical_Switch', where: [], columns: ['name'] },
    { op: 'comment', comment: 'for the log' },
  ])
  t.match(results, [{ uuid: ['uuid', String] }, { count: 1 }, { rows: [{ name: 'a' }] }, {}])
  t.strictSame(await session.transact([]), [])

  const badColumn = session.transact([insertSwitch('b'), updateSwitch('b', { nope: 1 }), insertSwitch('c')])
  t.match(await failureOf(badColumn), { operationIndex: 1, error: 'unknown column', details: /nope/ })
  const dangling = {
    MAC: '00:00:00:00:00:01',
    locator: ['uuid', absent],
    logical_switch: ['uuid', absent],
  }
  const broken = session.transact([{ op: 'insert', table: 'Ucast_Macs_Remote', row: dangling }])
  await t.rejects(broken, TransactError)
  t.match(await failureOf(broken), { operationIndex: null, error: 'referential integrity violation' })
  const where = [['name', '==', 'a']]
  const wait = {
    op: 'wait',
    timeout: 0,
    table: 'Logical_Switch',
    where,
    columns: ['name'],
    until: '==',
    rows: [],
  }
  t.match(await failureOf(session.transact([wait])), { operationIndex: 0, error: 'timed out' })
})

t.test("a barrier comes behind everything others' transactions changed before it", async (t) => {
  const { remote } = await PrivateServer.standalone(t)
  const writer = open(t, remote)
  const reader = open(t, remote)
  await Promise.all([writer.log.next('Contents'), reader.log.next('Contents')])
  let late = 0
  for (let i = 0; i < 300; i++) {
    const name = `ls${i}`
    const [inserted] = await writer.session.transact([insertSwitch(name)])
    const hasCome = () => {
      const last = reader.log.events.at(-1)
      return last?.kind === 'Updated' && uuidOf(inserted) in (last.updates['Logical_Switch'] ?? {})
    }
    if (!hasCome()) late++
    await reader.session.barrier()
    if (!hasCome()) t.fail(`${name} is missing behind the barrier`)
  }
  t.comment(`${late} of 300 had not come before the barrier`)
})

t.test('a lock goes to the first, to the next when that ends, and to a thief', async (t) => {
  const { remote } = await PrivateServer.standalone(t)
  const first = open(t, remote, 'the_lock')
  t.strictSame(await first.log.next('LockChanged'), { kind: 'LockChanged', isHeld: true })
  const second = open(t, remote, 'the_lock')
  await second.log.next('Contents')
  await second.session.barrier()
  t.notOk(second.log.kinds.includes('LockChanged'), 'waits')
  await first.session.close()
  t.equal((await second.log.next('LockChanged')).isHeld, true)

  const thief = connect(remote.kind === 'unix' ? remote.path : '')
  t.teardown(() => thief.destroy())
  thief.write(JSON.stringify({ method: 'steal', params: ['the_lock'], id: 0 }))
  t.equal((await second.log.next('LockChanged')).isHeld, false)
  thief.destroy()
  t.equal((await second.log.next('LockChanged')).isHeld, true, 'back after the thief left')
})

t.test('a server killed and started again', async (t) => {
  const server = await PrivateServer.standalone(t)
  const { session, log } = open(t, server.remote, 'the_lock')
  await log.next('Contents')
  const [inserted] = await session.transact([insertSwitch('kept')])
  await session.barrier()
  log.skip()
  await server.kill()
  t.equal((await log.next('LockChanged')).isHeld, false)
  t.match((await log.next('Disconnected')).reason, /closed the connection|ECONNRESET/)
  await server.start()
  await log.next('Connected')
  const { Logical_Switch } = (await log.next('Contents')).tables
  t.match(Logical_Switch, { [uuidOf(inserted)]: { name: 'kept' } })
  await session.transact([insertSwitch('works again')])
})

t.test('over TCP, and over a socket path too long for sockaddr_un', async (t) => {
  const server = await PrivateServer.standalone(t, ['--remote=ptcp:0:127.0.0.1'])
  const tcp = open(t, { kind: 'tcp', host: '127.0.0.1', port: await server.listeningPort() })
  await tcp.log.next('Contents')
  const path = server.remote.kind === 'unix' ? server.remote.path : ''
  const deep = join(dirname(path), 'x'.repeat(120))
  mkdirSync(deep)
  renameSync(path, join(deep, 's'))
  const long = open(t, { kind: 'unix', path: join(deep, 's') })
  await long.log.next('Contents')
  const tooLong = open(t, { kind: 'unix', path: join(deep, 'y'.repeat(120)) })
  t.match((await tooLong.log.next('Disconnected')).reason, /^socket name too long: .*yyy$/)
})
