import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { limitedHttpServer, listenAtPort } from '../listening.js'
import { oneLine } from '../../lib/words/one-line.js'
import type { ServedFile } from './files.js'
import type { Guard } from './guard.js'

/** What a request is answered. */
export interface Reply {
  readonly status: number
  readonly type: string
  /** A text, or lines of one that are made as they are sent. */
  readonly body: string | Iterable<string>
  /** The name under which it is to be saved; null: it is shown. */
  readonly saveAs: string | null
}

/** Gives the reply to a path below `/api/`; null: there is no such path. `signal`: nobody waits for it any more. */
export type Respond = (path: string, query: URLSearchParams, signal: AbortSignal) => Promise<Reply | null>

export interface WebServer {
  readonly port: number
  /** Sends a value as JSON to all pages that listen below `base`, and first of all to those that will. */
  push(value: unknown, base: string): void
  close(): void
}

const eventsPath = /^(.*)\/api\/events$/s
/** The page takes and asks nothing from anywhere but here, and stands in no frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const always = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/** Serves `files` and what `respond` answers to whom `guard` lets in. Rejects with Node's error where it can't listen. */
export async function startWebServer(
  at: { readonly host: string; readonly port: number },
  guard: Guard,
  files: ReadonlyMap<string, ServedFile>,
  respond: Respond,
): Promise<WebServer> {
  const listeners = new Map<ServerResponse, string>()
  const latest = new Map<string, string>()
  const server = limitedHttpServer(idleMs, (request, response) => {
    void handle(request, response)
  })

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, type: string, body: string | Buffer, more: Record<string, string> = {}) =>
      response
        .writeHead(status, { ...always, 'Content-Type': type, ...more })
        .end(request.method === 'HEAD' ? '' : body)
    const refusal = guard.refusal(request)
    if (refusal !== null) return void send(refusal.status, plain, `${refusal.reason}\n`)
    const address = request.url ?? ''
    if (!URL.canParse(address, 'http://here')) return void send(400, plain, 'this is no address\n')
    const url = new URL(address, 'http://here')
    const token = url.searchParams.get('token')
    if (token !== null && guard.isToken(token)) {
      // the token does not stay in the address bar
      url.searchParams.delete('token')
      const Location = `${url.pathname}${url.search}`
      return void send(303, plain, '', { 'Set-Cookie': guard.cookie(token), Location })
    }
    if (!guard.hasCookie(request)) return void send(403, plain, refusedText)
    const file = files.get(url.pathname)
    if (file !== undefined) return void send(200, file.type, file.body)
    const [, base] = eventsPath.exec(url.pathname) ?? []
    if (base !== undefined) {
      listen(response, base)
      return
    }
    const reply = await answer(url, response)
    if (reply === null) return void send(404, plain, 'there is nothing here\n')
    const saving =
      reply.saveAs === null ? {} : { 'Content-Disposition': `attachment; filename="${reply.saveAs}"` }
    if (typeof reply.body === 'string') return void send(reply.status, reply.type, reply.body, saving)
    response.writeHead(reply.status, { ...always, 'Content-Type': reply.type, ...saving })
    await pipeline(Readable.from(ended(reply.body)), response).catch((error: unknown) => {
      // nothing else can tell who saves it that it is not whole
      response.destroy(error instanceof Error ? error : undefined)
    })
  }

  const answer = (url: URL, response: ServerResponse): Promise<Reply | null> => {
    const abandoned = new AbortController()
    response.on('close', () => abandoned.abort())
    return respond(url.pathname, url.searchParams, abandoned.signal)
  }

  const listen = (response: ServerResponse, base: string): void => {
    response.writeHead(200, { ...always, 'Content-Type': 'text/event-stream' })
    response.write(latest.get(base) ?? ': nothing yet\n\n')
    // it is silent for as long as nothing happens
    response.socket?.setTimeout(0)
    listeners.set(response, base)
    response.on('close', () => listeners.delete(response))
  }

  const port = await listenAtPort(server, at.host, at.port)
  guard.listensAt(port)
  return {
    port,
    push: (value, base) => {
      const text = `data: ${oneLine(JSON.stringify(value))}\n\n`
      latest.set(base, text)
      for (const [response, from] of listeners) {
        if (from !== base) continue
        // one that does not read is cut off; its page asks anew and gets the latest first
        if (response.writableLength > mostUnreadBytes) response.destroy()
        else response.write(text)
      }
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A browser stops reading while its user is asked where to save a file. */
const idleMs = 300_000
const mostUnreadBytes = 1 << 20
const plain = 'text/plain; charset=utf-8'
const refusedText =
  'Without its token this address shows nothing. Open the one that vtep-replay printed when it was started.\n'

function* ended(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}
