import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { sha256 } from '../sha256.js'

/** Why a request gets no answer. */
export interface Refusal {
  readonly status: 400 | 403 | 405
  readonly reason: string
}

/**
 * Lets in who has the token, in the address or in the cookie that it was changed into. The Host must be an address or
 * the name that we listen at, so that no name of somebody else's can be led here (DNS rebinding); an Origin must be us.
 */
export class Guard {
  readonly #digest: Buffer
  readonly #hostName: string
  #cookieName = ''

  constructor(token: string, hostName: string) {
    this.#digest = digestOf(token)
    this.#hostName = hostName
  }

  /** Cookies know no ports, so the name of ours does. */
  listensAt(port: number): void {
    this.#cookieName = `vtep-replay-${port}`
  }

  refusal(request: IncomingMessage): Refusal | null {
    return refusalOf(request, this.#hostName)
  }

  /** Whether this is the token; the time that it takes says nothing of it. */
  isToken(text: string): boolean {
    return timingSafeEqual(digestOf(text), this.#digest)
  }

  hasCookie(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(/; */)
    const own = cookies.find((cookie) => cookie.startsWith(`${this.#cookieName}=`))
    return own !== undefined && this.isToken(own.slice(this.#cookieName.length + 1))
  }

  cookie(token: string): string {
    return `${this.#cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`
  }
}

/** Of whoever asks, token or not; `hostName`: what we listen at. */
export function refusalOf({ method, headers }: IncomingMessage, hostName: string): Refusal | null {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'this server is read only' }
  const host = headers.host ?? ''
  if (!isHost(host, hostName)) return { status: 403, reason: 'the Host of this request is not this server' }
  const { origin } = headers
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, reason: 'a page of another origin can ask nothing here' }
  return null
}

function isHost(host: string, hostName: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return isIP(name) !== 0 || name === 'localhost' || name === hostName
}

function digestOf(text: string): Buffer {
  return Buffer.from(sha256(text))
}
