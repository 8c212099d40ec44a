import { closeSync, constants, openSync } from 'node:fs'
import { connect as connectPlain, type Socket } from 'node:net'
import { basename, dirname } from 'node:path'
import { connect as connectTls } from 'node:tls'
import type { Remote } from './remote.js'

/** PEM texts for ssl: remotes: our private key and certificate, and the CA that must have signed the server's. */
export interface TlsIdentity {
  readonly key: string | Buffer
  readonly cert: string | Buffer
  readonly ca: string | Buffer
}

/**
 * A stream on its way to `remote`; throws when it can't even be tried. As in OVS, a TLS server is
 * trusted by the CA that signed it, whatever host name its certificate carries.
 */
export function dial(remote: Remote, tls: TlsIdentity | undefined): Socket {
  if (remote.kind === 'unix') return dialUnix(remote.path)
  const { host, port } = remote
  if (remote.kind === 'tcp') return connectPlain({ host, port, noDelay: true })
  if (tls === undefined)
    throw new Error('an ssl: remote needs a private key, a certificate and a CA certificate')
  const stream = connectTls({ host, port, ...tls, rejectUnauthorized: true, checkServerIdentity })
  return stream.setNoDelay(true)
}

const checkServerIdentity = () => undefined

/** sockaddr_un holds 107 bytes and a NUL; Node 20 cuts a longer path off in silence. */
const maxSocketPathBytes = 107

function dialUnix(path: string): Socket {
  if (Buffer.byteLength(path) <= maxSocketPathBytes) return connectPlain(path)
  const directory = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY)
  const shortcut = `/proc/self/fd/${directory}/${basename(path)}`
  if (Buffer.byteLength(shortcut) > maxSocketPathBytes) {
    closeSync(directory)
    throw new Error(`socket name too long: ${path}`)
  }
  const stream = connectPlain(shortcut)
  const release = () => {
    stream.off('connect', release).off('close', release)
    closeSync(directory)
  }
  return stream.once('connect', release).once('close', release)
}
