import { hostAndPort } from '../../lib/model/address.js'
import { limitedHttpServer, listenAtFile, listenAtPort } from '../listening.js'
import { refusalOf } from '../web/guard.js'

/** Where metrics can be read: a socket's file, or an address and a port, 0 for any that is free. */
export type MetricsAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

/** Content type of the text format that Prometheus reads. */
const textFormat = 'text/plain; version=0.0.4; charset=utf-8'
const idleMs = 10_000
const plain = 'text/plain; charset=utf-8'

/** Answers `GET /metrics` with what `text` gives; gives where. Rejects with Node's error where it can't listen. */
export async function serveMetrics(at: MetricsAddress, text: () => Promise<string>): Promise<string> {
  const server = limitedHttpServer(idleMs, (request, response) => {
    const send = (status: number, type: string, body: string): void =>
      void response.writeHead(status, { 'Content-Type': type }).end(request.method === 'HEAD' ? '' : body)
    // whom a socket's file lets in it is for, whatever they call it
    const refusal = at.kind === 'tcp' ? refusalOf(request, at.host) : null
    if (refusal !== null) return send(refusal.status, plain, `${refusal.reason}\n`)
    if (request.url !== '/metrics') return send(404, plain, 'metrics are at /metrics\n')
    text().then(
      (body) => send(200, textFormat, body),
      (error: unknown) => send(500, plain, `${String(error)}\n`),
    )
  })
  if (at.kind === 'unix') {
    await listenAtFile(server, at.path)
    return `unix:${at.path}`
  }
  const port = await listenAtPort(server, at.host, at.port)
  return `http://${hostAndPort(at.host, port)}/metrics`
}
