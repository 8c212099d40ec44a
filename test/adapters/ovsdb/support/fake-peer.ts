import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'

import { JsonSplitter } from '../../../../adapters/ovsdb/json-splitter.js'
import type { Remote } from '../../../../adapters/ovsdb/remote.js'
import { type TearingDown, temporaryDirectory } from './temporary-directory.js'

export const rowUuid = '00000000-0000-4000-8000-000000000001'
export const noTxn = '00000000-0000-0000-0000-000000000000'

export interface PeerMessage {
  readonly method?: string
  readonly params?: readonly unknown[]
  readonly id: unknown
  readonly result?: unknown
}

export interface PeerConnection {
  readonly socket: Socket
  /** How many connections the peer has had before. */
  readonly number: number
  readonly send: (message: object | string | Buffer) => void
}

/** Gets each message before the peer answers by itself; true when it has dealt with it. */
export type Script = (message: PeerMessage, connection: PeerConnection) => boolean

const answers: Readonly<Record<string, (params: readonly unknown[]) => unknown>> = {
  monitor: () => ({}), // of _Server, which has nothing to say
  get_schema: () => ({ name: 'db', version: '1.0.0', tables: { T: { columns: { c: { type: 'string' } } } } }),
  monitor_cond_since: () => [false, noTxn, { T: { [rowUuid]: { initial: { c: 'first' } } } }],
  lock: () => ({ locked: true }),
  echo: (params) => params,
  transact: () => [],
}

/** An OVSDB server with the database `db`, a table T and one row, that misbehaves where `script` says. */
export async function fakePeer(t: TearingDown, script: Script): Promise<Remote> {
  const path = join(temporaryDirectory(t), 's')
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    const splitter = new JsonSplitter()
    const connection = {
      socket,
      number: connections++,
      send: (message: object | string | Buffer) => send(socket, message),
    }
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      for (const message of splitter.push(chunk)) answer(message as PeerMessage, connection, script)
    })
  })
  await once(server.listen(path), 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { kind: 'unix', path }
}

function send(socket: Socket, message: object | string | Buffer): void {
  socket.write(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
}

function answer(message: PeerMessage, connection: PeerConnection, script: Script): void {
  if (script(message, connection)) return
  const { method = '', params = [], id } = message
  const result = answers[method]?.(params)
  if (result !== undefined) connection.send({ id, result, error: null })
}
