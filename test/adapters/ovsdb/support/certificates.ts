import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { TlsFiles } from '../../../../adapters/ovsdb/tls.js'

/** A certificate authority of the test's own; its files are `NAME-key.pem` and `NAME-cert.pem`. */
export class CertificateAuthority {
  readonly certificate: string
  readonly #directory: string
  readonly #name: string

  constructor(directory: string, name: string) {
    this.#directory = directory
    this.#name = name
    this.certificate = this.#file(`${name}-cert.pem`)
    this.#openssl('req', '-x509', ...this.#newKey(name), '-out', this.certificate, '-days', '2')
  }

  /** Makes and signs a key pair; the files' paths. Of no days it is expired. */
  issue(name: string, days = 2): { readonly key: string; readonly cert: string } {
    const cert = this.#file(`${name}-cert.pem`)
    const request = this.#file(`${name}-req.pem`)
    const signer = ['-CA', this.certificate, '-CAkey', this.#file(`${this.#name}-key.pem`), '-CAcreateserial']
    this.#openssl('req', ...this.#newKey(name), '-out', request)
    this.#openssl('x509', '-req', '-in', request, ...signer, '-out', cert, '-days', String(days || -1))
    return { key: this.#file(`${name}-key.pem`), cert }
  }

  /** A client's files signed here, which trusts servers signed by `trusted`. */
  files(name: string, trusted: CertificateAuthority, days = 2): TlsFiles {
    const { key, cert } = this.issue(name, days)
    return {
      privateKey: key,
      certificate: cert,
      caCert: trusted.certificate,
      isBootstrap: false,
      oldest: 'TLSv1.2',
      newest: 'TLSv1.3',
      ciphers: null,
    }
  }

  #newKey(name: string): readonly string[] {
    const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    return [...algorithm, '-keyout', this.#file(`${name}-key.pem`), '-subj', `/CN=${name}`]
  }

  #file(name: string): string {
    return join(this.#directory, name)
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' })
  }
}
