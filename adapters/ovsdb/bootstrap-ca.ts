import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { systemErrorText } from '../error-code.js'
import type { Remote } from './remote.js'
import { explainTls, handshakeOptions, tlsOptions, type TlsFiles } from './tls.js'

const patienceMs = 10_000

/**
 * Saves as `files.caCert` the CA certificate that the server at `remote` presents, without any proof that it is the
 * right one: from then on it is. Resolves when the file is there; rejects with an Error in one line.
 */
export async function bootstrapCa(remote: Remote, files: TlsFiles): Promise<void> {
  if (remote.kind === 'unix') throw new Error('no TLS at a unix socket')
  const trusting = { ...tlsOptions({ ...files, caCert: 'none' }), ...handshakeOptions(files), ca: [] }
  const stream = connect({ host: remote.host, port: remote.port, ...trusting })
  try {
    await once(stream, 'secureConnect', { signal: AbortSignal.timeout(patienceMs) })
    save(files.caCert ?? '', rootOf(stream.getPeerCertificate(true)))
  } catch (error) {
    throw error instanceof Error ? explainTls(error) : error
  } finally {
    stream.on('error', () => undefined).destroy()
  }
}

/** Only one that was sent counts; ovsdb-server sends it with --peer-ca-cert. */
function rootOf(leaf: DetailedPeerCertificate): Buffer {
  let one = leaf
  // Node types the link as always there, yet where the chain ends without a root it is missing
  while ((one.issuerCertificate as DetailedPeerCertificate | undefined) !== undefined) {
    if (one.issuerCertificate === one) return one.raw
    one = one.issuerCertificate
  }
  throw new Error('the server does not present its CA certificate (ovsdb-server does with --peer-ca-cert)')
}

function save(file: string, der: Buffer): void {
  const body = (der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')
  try {
    writeFileSync(file, `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`, {
      flag: 'wx',
      mode: 0o444,
    })
  } catch (error) {
    throw new Error(`--bootstrap-ca-cert ${file}: ${systemErrorText(error)}`)
  }
}
