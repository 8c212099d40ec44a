import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { Connection } from '../../adapters/ovsdb/connection.js'
import { readUpdates, type TableUpdates, type UncheckedRow } from '../../adapters/ovsdb/table-updates.js'
import { readTransactReply, type TransactResult } from '../../adapters/ovsdb/transact-reply.js'
import type { Ovs, Owner } from './ovs.js'

/** <monitor-requests> of RFC 7047, 4.1.5, word for word. */
export type MonitorRequests = Readonly<Record<string, readonly object[]>>

/** A row as the server printed it, and its UUID. */
export interface Row {
  readonly uuid: string
  readonly columns: UncheckedRow
}

/** A network controller's connection to hardware_vtep, with the plain `monitor` of RFC 7047 and its own copy. */
export interface ControllerSession {
  /** Commits `operations` as one transaction; rejects with TransactError when it was aborted. */
  transact(operations: readonly object[]): Promise<TransactResult>
  /** The rows of a monitored table as far as the server has told. */
  rows(table: string): readonly Row[]
  /** Every notification of the server, oldest first; the contents at the beginning are none. */
  readonly updates: readonly TableUpdates[]
  /** Resolves when the server has told everything committed before: its answer comes behind its updates. */
  told: () => Promise<void>
}

const DATABASE = 'hardware_vtep'

/** The controller dials the server, and monitors at once. */
export async function dialServer(
  owner: Owner,
  ovs: Ovs,
  monitorId: unknown,
  requests: MonitorRequests,
): Promise<ControllerSession> {
  const socket = connect(join(ovs.directory, 'db.sock'))
  await once(socket, 'connect')
  return openSession(owner, socket, monitorId, requests)
}

/** The server dials the controller, its manager, which monitors when it has heard the server's first echo. */
export async function awaitServer(
  owner: Owner,
  ovs: Ovs,
  monitorId: unknown,
  requests: MonitorRequests,
): Promise<ControllerSession> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const target = `tcp:127.0.0.1:${port}`
  await ovs.vtepctl('set-manager', target, '--', 'set', 'Manager', target, 'inactivity_probe=1000')
  await ovs.appctl('ovsdb-server', 'ovsdb-server/add-remote', `db:${DATABASE},Global,managers`)
  const [socket] = (await once(listener, 'connection')) as [Socket]
  listener.close()
  const [first] = (await once(socket, 'data')) as [Buffer]
  const { method, id, params } = JSON.parse(first.toString()) as Record<string, unknown>
  if (method !== 'echo') throw new Error(`the server's first words are ${first.toString()}`)
  socket.write(JSON.stringify({ result: params, error: null, id }))
  return openSession(owner, socket, monitorId, requests)
}

async function openSession(
  owner: Owner,
  socket: Socket,
  monitorId: unknown,
  requests: MonitorRequests,
): Promise<ControllerSession> {
  const copy = new Map<string, Map<string, UncheckedRow>>()
  const updates: TableUpdates[] = []
  const connection = new Connection(
    socket,
    {
      onOpened: () => undefined,
      onNotification: (method, [id, news]) => {
        if (method !== 'update' || id !== monitorId) throw new Error(`unexpected ${method}`)
        updates.push(readUpdates(news))
        follow(copy, readUpdates(news))
      },
      onClosed: () => undefined,
    },
    0,
  )
  owner.teardown(async () => connection.close(new Error('the test has ended')))
  follow(copy, readUpdates(await connection.request('monitor', [DATABASE, monitorId, requests])))
  return {
    updates,
    rows: (table) => [...(copy.get(table) ?? [])].map(([uuid, columns]) => ({ uuid, columns })),
    transact: async (operations) => {
      const reply = await connection.request('transact', [DATABASE, ...operations])
      return readTransactReply(reply, operations.length)
    },
    told: async () => {
      await connection.request('echo', [])
    },
  }
}

function follow(copy: Map<string, Map<string, UncheckedRow>>, news: TableUpdates): void {
  for (const [table, changes] of Object.entries(news)) {
    const rows = copy.get(table) ?? new Map<string, UncheckedRow>()
    copy.set(table, rows)
    for (const [uuid, change] of Object.entries(changes)) {
      if ('insert' in change) rows.set(uuid, change.insert)
      else if ('replace' in change) rows.set(uuid, change.replace)
      else rows.delete(uuid)
    }
  }
}
