import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { Guard } from '../../adapters/web/guard.js'
import { startWebServer } from '../../adapters/web/server.js'
import { until } from '../support/until.js'

const token = 'secret'
const valueBytes = 1 << 18
const values = 200

/** A page that listens; what it has read is counted. */
async function listener(
  port: number,
): Promise<{ socket: Socket; bytes: () => number; isClosed: () => boolean }> {
  const socket = connect(port, '127.0.0.1')
  let [bytes, isClosed] = [0, false]
  socket.on('error', () => undefined)
  socket.on('close', () => (isClosed = true))
  await once(socket, 'connect')
  const headers = [`Host: 127.0.0.1:${port}`, `Cookie: vtep-replay-${port}=${token}`]
  socket.write(['GET /api/events HTTP/1.1', ...headers, '', ''].join('\r\n'))
  // what comes first says that the server knows it
  const [first] = (await once(socket, 'data')) as [Buffer]
  if (!first.toString().startsWith('HTTP/1.1 200')) throw new Error(first.toString())
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
  return { socket, bytes: () => bytes, isClosed: () => isClosed }
}

t.test('a page that does not read costs its own connection, and no memory', async (t) => {
  const none = () => Promise.resolve(null)
  const server = await startWebServer(
    { host: '127.0.0.1', port: 0 },
    new Guard(token, '127.0.0.1'),
    new Map(),
    none,
  )
  t.teardown(() => server.close())
  const reading = await listener(server.port)
  const deaf = await listener(server.port)
  deaf.socket.pause()
  const value = 'x'.repeat(valueBytes)
  for (let i = 1; i <= values; i++) {
    server.push(value, '')
    await until('the one that reads has all', () => reading.bytes() >= i * valueBytes)
  }
  deaf.socket.resume()
  await until(
    'the other one is cut off, or has all',
    () => deaf.isClosed() || deaf.bytes() >= values * valueBytes,
  )
  t.ok(deaf.bytes() < (values * valueBytes) / 2, `it got ${deaf.bytes()} bytes`)
  t.notOk(reading.isClosed())
  const again = await listener(server.port)
  await until('whoever asks anew gets the latest', () => again.bytes() >= valueBytes / 2)
  for (const { socket } of [reading, again]) socket.destroy()
})
