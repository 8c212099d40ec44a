import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Owner } from './ovs.js'

/** Keys and certificates of ovs-pki(8): a server's, trusted by switches, and a switch's, trusted by the server. */
export interface Pki {
  readonly directory: string
  /** Options of an ovsdb-server that presents its CA certificate, too. */
  readonly server: readonly string[]
  readonly key: string
  readonly cert: string
  readonly caCert: string
}

export function createPki(owner: Owner): Pki {
  const directory = mkdtempSync(join(tmpdir(), 'vtep-pki-'))
  owner.teardown(async () => rmSync(directory, { recursive: true, force: true }))
  const file = (...path: readonly string[]): string => join(directory, ...path)
  const ovsPki = (...args: readonly string[]): unknown =>
    execFileSync('ovs-pki', [`--dir=${file('pki')}`, `--log=${file('log')}`, '-u', ...args], {
      cwd: directory,
      stdio: 'ignore',
    })
  ovsPki('init')
  ovsPki('req+sign', 'server', 'controller')
  ovsPki('req+sign', 'switch', 'switch')
  const [caCert, peerCaCert] = ['controllerca', 'switchca'].map((name) => file('pki', name, 'cacert.pem'))
  return {
    directory,
    server: [
      `--private-key=${file('server-privkey.pem')}`,
      `--certificate=${file('server-cert.pem')}`,
      `--ca-cert=${peerCaCert ?? ''}`,
      `--peer-ca-cert=${caCert ?? ''}`,
    ],
    key: file('switch-privkey.pem'),
    cert: file('switch-cert.pem'),
    caCert: caCert ?? '',
  }
}
