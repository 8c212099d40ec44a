import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import { JsonSplitter } from '../../adapters/ovsdb/json-splitter.js'

/** What a control socket answers to a command for `ovs-appctl --format json`, which sends these two requests. */
export async function answeredAsJson(socket: string, method: string, ...params: string[]): Promise<unknown> {
  const requests = [
    { id: 0, method: 'set-options', params: ['--format', 'json'] },
    { id: 1, method, params },
  ]
  const connection = createConnection(socket)
  const sent = await text(connection.end(requests.map((request) => JSON.stringify(request)).join('')))
  const splitter = new JsonSplitter({ maxBytes: 2 ** 24, maxDepth: 30 })
  const [, reply] = [...splitter.push(Buffer.from(sent))] as readonly { readonly result?: unknown }[]
  return reply?.result
}
