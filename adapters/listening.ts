import { once } from 'node:events'
import { lstatSync, unlinkSync } from 'node:fs'
import type { Server } from 'node:net'
import { socketPath } from './unixctl/socket-path.js'

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
