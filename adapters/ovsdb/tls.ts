import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConnectionOptions, SecureVersion } from 'node:tls'
import { systemErrorText } from '../error-code.js'

/** PEM files for ssl: remotes; a null one was not named. They are read anew for each connection. */
export interface TlsFiles {
  readonly privateKey: string | null
  readonly certificate: string | null
  /** Of the CA that must have signed the server's certificate; null: none was named, 'none': any server is trusted. */
  readonly caCert: string | null
  /** What is not there is fetched from the first server that is spoken to. */
  readonly isBootstrap: boolean
  readonly oldest: SecureVersion
  readonly newest: SecureVersion
  /** As openssl-ciphers(1); null: the usual ones. */
  readonly ciphers: string | null
}

/**
 * What a TLS connection is made with. As in OVS, a server is trusted by the CA that signed it, whatever host name its
 * certificate carries. Throws an Error in one line that names the option and the file.
 */
export function tlsOptions(files: TlsFiles): ConnectionOptions {
  const key = read('--private-key', files.privateKey)
  const cert = read('--certificate', files.certificate)
  const [option, caCert] = [files.isBootstrap ? '--bootstrap-ca-cert' : '--ca-cert', files.caCert]
  const ca = caCert === 'none' ? null : read(option, caCert)
  const privateKey = parsed('--private-key', files.privateKey, 'a private key', () => createPrivateKey(key))
  const own = parsed('--certificate', files.certificate, 'a certificate', () => new X509Certificate(cert))
  if (ca !== null) parsed(option, caCert, 'a certificate', () => new X509Certificate(ca))
  if (!own.checkPrivateKey(privateKey))
    throw new Error(
      `--certificate ${String(files.certificate)}: not that of --private-key ${String(files.privateKey)}`,
    )
  return {
    key,
    cert,
    ...(ca === null ? {} : { ca }),
    ...handshakeOptions(files),
    rejectUnauthorized: ca !== null,
  }
}

/** The part that says how both sides talk, not who they are. */
export function handshakeOptions({ oldest, newest, ciphers }: TlsFiles): ConnectionOptions {
  const chosen = ciphers === null ? {} : { ciphers }
  return { minVersion: oldest, maxVersion: newest, ...chosen, checkServerIdentity: () => undefined }
}

function read(option: string, file: string | null): Buffer {
  if (file === null) throw new Error(`an ssl: remote needs ${option}`)
  try {
    return readFileSync(file)
  } catch (error) {
    throw new Error(`${option} ${file}: ${systemErrorText(error)}`)
  }
}

function parsed<T>(option: string, file: string | null, what: string, parse: () => T): T {
  try {
    return parse()
  } catch {
    throw new Error(`${option} ${String(file)}: not ${what} in PEM format, or one that needs a passphrase`)
  }
}

/** An error of a TLS connection, saying whose certificate it is about. */
export function explainTls(error: Error): Error {
  const { code, reason } = error as Error & { readonly code?: unknown; readonly reason?: unknown }
  if (typeof reason === 'string') {
    const alert = / alert (.+)$/.exec(reason)?.[1]
    return new Error(
      alert === undefined ? `TLS: ${reason}` : `the server refuses our certificate or protocol: ${alert}`,
    )
  }
  // what X509_verify_cert(3) finds has a code in capitals; a system's error begins with E, one of Node with ERR_
  const isVerification = typeof code === 'string' && /^(?!E[A-Z]+$|ERR_)[A-Z_]+$/.test(code)
  return isVerification ? new Error(`the server's certificate is not trusted: ${error.message}`) : error
}
