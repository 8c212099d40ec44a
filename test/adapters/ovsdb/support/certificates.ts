import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TlsIdentity } from '../../../../adapters/ovsdb/dial.js'

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

  /** Makes and signs a key pair; the files' paths. */
  issue(name: string): { readonly key: string; readonly cert: string } {
    const cert = this.#file(`${name}-cert.pem`)
    const request = this.#file(`${name}-req.pem`)
    const signer = ['-CA', this.certificate, '-CAkey', this.#file(`${this.#name}-key.pem`), '-CAcreateserial']
    this.#openssl('req', ...this.#newKey(name), '-out', request)
    this.#openssl('x509', '-req', '-in', request, ...signer, '-out', cert, '-days', '2')
    return { key: this.#file(`${name}-key.pem`), cert }
  }

  /** A client's identity signed here, which trusts servers signed by `trusted`. */
  identity(name: string, trusted: CertificateAuthority): TlsIdentity {
    const { key, cert } = this.issue(name)
    return { key: readFileSync(key), cert: readFileSync(cert, 'utf8'), ca: readFileSync(trusted.certificate) }
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
