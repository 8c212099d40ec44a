import { closeSync, constants, openSync } from 'node:fs'
import { connect as connectPlain, type Socket } from 'node:net'
import { basename, dirname } from 'node:path'
import { connect as connectTls } from 'node:tls'
import type { Remote } from './remote.js'
import { type TlsFiles, tlsOptions } from './tls.js'

/** A stream on its way to `remote`; throws when it can't even be tried. */
export function dial(remote: Remote, tls: TlsFiles | null = null): Socket {
  if (remote.kind === 'unix') return dialUnix(remote.path)
  const { host, port } = remote
  if (remote.kind === 'tcp') return connectPlain({ host, port, noDelay: true })
  if (tls === null) throw new Error('an ssl: remote needs --private-key, --certificate and --ca-cert')
  return connectTls({ host, port, ...tlsOptions(tls) }).setNoDelay(true)
}

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
