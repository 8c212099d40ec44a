import { once } from 'node:events'
import { lstatSync, unlinkSync } from 'node:fs'
import { createServer, type RequestListener, type Server as HttpServer, type ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import { socketPath } from './unixctl/socket-path.js'

/** Clients ask and go; more than this at a time is a mistake or malice. */
const mostClients = 64

/**
 * Bounds what clients can take from us: so many connections, the next ones are closed at once. A client that can't be taken for want
 * of a descriptor is lost, and the server goes on.
 */
export function limitClients(server: Server): void {
  server.maxConnections = mostClients
  server.on('error', () => undefined)
}

/** How long a client of HTTP may take to ask. */
const askingMs = 10_000

/**
 * An HTTP server for few clients. One that neither asks nor reads for `idleMs` is cut off; it may wait for its answer
 * as long as we need for that.
 */
export function limitedHttpServer(idleMs: number, answer: RequestListener): HttpServer {
  const answers = new WeakMap<Socket, ServerResponse>()
  const limits = {
    maxHeaderSize: 16_384,
    headersTimeout: askingMs,
    requestTimeout: askingMs,
    connectionsCheckingInterval: askingMs / 4,
    keepAliveTimeout: askingMs,
  }
  const server = createServer(limits, (request, response) => {
    answers.set(request.socket, response)
    answer(request, response)
  })
  server.setTimeout(idleMs, (socket: Socket) => {
    if (answers.get(socket)?.headersSent !== false) socket.destroy()
  })
  limitClients(server)
  return server
}

/** Has `server` listen at a port; rejects with Node's error where it can't. Gives the port. */
export async function listenAtPort(server: Server, host: string, port: number): Promise<number> {
  server.listen({ host, port })
  await once(server, 'listening')
  const bound = server.address()
  return typeof bound === 'object' && bound !== null ? bound.port : port
}

/**
 * The same at the socket `file`, for the owner and as much of the group as the umask allows. A socket left there is
 * replaced, any other file is an error. The socket is removed when the process exits, or by what this gives.
 */
export async function listenAtFile(server: Server, file: string): Promise<() => void> {
  removeSocket(file)
  const socket = socketPath(file)
  const umask = process.umask(0o077)
  process.umask(umask | 0o007)
  server.listen(socket.path)
  process.umask(umask)
  await once(server, 'listening')
  const remove = (): void => removeSocket(file)
  process.once('exit', remove)
  server.once('close', () => socket.close())
  return () => {
    process.off('exit', remove)
    remove()
  }
}

/** A missing file is not an error; one that isn't a socket stays. */
function removeSocket(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSocket()) unlinkSync(file)
}
