import t, { type Test } from 'tap'
import { openSession } from '../../../adapters/ovsdb/session.js'
import { EventLog } from './support/event-log.js'
import { PrivateServer } from './support/private-server.js'
import { RewritingProxy } from './support/rewriting-proxy.js'

const insert = { op: 'insert', table: 'Logical_Switch', row: { name: 'ls', tunnel_key: 5 } }
const modify = {
  op: 'update',
  table: 'Logical_Switch',
  where: [['name', '==', 'ls']],
  row: { tunnel_key: 6 },
}
const remove = { op: 'delete', table: 'Logical_Switch', where: [['name', '==', 'ls']] }
/** A server's history holds no more than its database does: an almost empty one forgets at once. */
const ballast = Array.from({ length: 20 }, (_, i) => ({ ...insert, row: { name: `ballast ${i}` } }))

function open(t: Test, { remote }: RewritingProxy) {
  const tables = { Logical_Switch: ['name', 'tunnel_key'] }
  const backoffMs = { min: 5, max: 20 }
  const session = openSession({ remotes: [remote], database: 'hardware_vtep', tables, backoffMs })
  t.teardown(() => session.close())
  return { session, log: new EventLog(session) }
}

const row = { name: 'ls', tunnel_key: 5 }
const dialects = [
  { unknown: [], modified: { modify: { tunnel_key: 6 } } },
  { unknown: ['monitor_cond_since'], modified: { modify: { tunnel_key: 6 } } },
  { unknown: ['monitor_cond_since', 'monitor_cond'], modified: { replace: { ...row, tunnel_key: 6 } } },
]

for (const { unknown, modified } of dialects) {
  t.test(`a server that does not know [${unknown.join(', ')}]`, async (t) => {
    const server = await PrivateServer.standalone(t)
    const { session, log } = open(t, await RewritingProxy.before(t, server.remote, unknown))
    t.strictSame((await log.next('Contents')).tables, { Logical_Switch: {} })
    for (const operation of [insert, modify, remove]) await session.transact([operation])
    const changes = log.events.flatMap((event) =>
      event.kind === 'Updated' ? Object.values(event.updates['Logical_Switch'] ?? {}) : [],
    )
    t.strictSame(changes, [{ insert: row }, modified, { delete: true }])
  })
}

t.test('a standalone server sends the contents anew after each break', async (t) => {
  const server = await PrivateServer.standalone(t)
  const proxy = await RewritingProxy.before(t, server.remote)
  const { session, log } = open(t, proxy)
  await log.next('Contents')
  await session.transact([insert])
  proxy.cut()
  await log.next('Disconnected')
  t.match(Object.values((await log.next('Contents')).tables['Logical_Switch'] ?? {}), [row])
})

t.test('a cluster goes on where the connection broke', async (t) => {
  const server = await PrivateServer.clustered(t)
  const proxy = await RewritingProxy.before(t, server.remote)
  const [watcher, writer] = [open(t, proxy), open(t, await RewritingProxy.before(t, server.remote))]
  await Promise.all([watcher.log.next('Contents'), writer.log.next('Contents')])
  await writer.session.transact(ballast)
  const [inserted] = await writer.session.transact([insert])
  await watcher.session.barrier()
  const [, uuid] = inserted?.['uuid'] as [string, string]
  watcher.log.skip()
  proxy.shut()
  await writer.session.transact([modify])
  proxy.open()
  await watcher.log.next('Connected')
  const { updates } = await watcher.log.next('Updated')
  t.strictSame(updates, { Logical_Switch: { [uuid]: { modify: { tunnel_key: 6 } } } })

  proxy.cut()
  await watcher.log.next('Connected')
  t.strictSame((await watcher.log.next('Updated')).updates, {}, 'nothing happened meanwhile')
  await watcher.session.transact([remove])
  t.strictSame((await watcher.log.next('Updated')).updates, { Logical_Switch: { [uuid]: { delete: true } } })
})
