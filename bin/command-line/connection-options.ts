import { resolve } from 'node:path'
import type { SecureVersion } from 'node:tls'
import type { Command } from 'commander'
import * as z from 'zod'
import type { TlsFiles } from '../../adapters/ovsdb/tls.js'
import { UsageError } from './usage-error.js'

/** How a database is come by at its remotes. */
export interface Access {
  readonly tls: TlsFiles
  /** Of a cluster only the leader will do. */
  readonly isLeaderOnly: boolean
}

/** The options that say how databases are come by, as Open vSwitch's programs have them. */
export function addConnectionOptions(command: Command): void {
  command
    .option('--no-leader-only', 'take any connected member of a cluster, or a relay, not only the leader')
    .optionsGroup('Public key infrastructure options, needed for ssl: remotes:')
    .option('-p, --private-key <FILE>', 'file with our private key')
    .option('-c, --certificate <FILE>', 'file with the certificate for our private key')
    .option('-C, --ca-cert <FILE>', "file with the certificate of the CA that signs the servers', or none")
    .option('--bootstrap-ca-cert <FILE>', 'the same; a file that is not there yet is fetched from the server')
    .option('--ssl-protocols <LIST>', 'versions of TLS to speak (default: TLSv1.2,TLSv1.3)')
    .option('--ssl-ciphers <LIST>', 'ciphers to use, see openssl-ciphers(1)')
}

/** What `opts()` gives of them. */
export const ConnectionOptions = z.object({
  leaderOnly: z.boolean(),
  privateKey: z.string().optional(),
  certificate: z.string().optional(),
  caCert: z.string().optional(),
  bootstrapCaCert: z.string().optional(),
  sslProtocols: z.string().default('TLSv1.2,TLSv1.3'),
  sslCiphers: z.string().optional(),
})

/** What `options` ask for, files absolute. Throws UsageError. */
export function accessOf(options: z.infer<typeof ConnectionOptions>): Access {
  return { tls: tlsFilesOf(options), isLeaderOnly: options.leaderOnly }
}

function tlsFilesOf(options: z.infer<typeof ConnectionOptions>): TlsFiles {
  const { privateKey, certificate, caCert, bootstrapCaCert } = options
  if (caCert !== undefined && bootstrapCaCert !== undefined)
    throw new UsageError("options '--ca-cert' and '--bootstrap-ca-cert' exclude each other")
  return {
    privateKey: absolute(privateKey),
    certificate: absolute(certificate),
    caCert: caCert === 'none' ? caCert : absolute(caCert ?? bootstrapCaCert),
    isBootstrap: bootstrapCaCert !== undefined,
    ...protocolsOf(options.sslProtocols),
    ciphers: options.sslCiphers ?? null,
  }
}

/** The same files as options of one of Open vSwitch's commands. What it speaks is its own affair: 3.1 has no name for TLS 1.3. */
export function commandOptions({ tls: { privateKey, certificate, caCert } }: Access): readonly string[] {
  const named = { 'private-key': privateKey, certificate, 'ca-cert': caCert }
  return Object.entries(named).flatMap(([name, file]) => (file === null ? [] : [`--${name}=${file}`]))
}

function absolute(file: string | undefined): string | null {
  return file === undefined ? null : resolve(file)
}

/** Oldest first. */
const versions: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

/** A list has no gaps, for none can be asked for. */
function protocolsOf(text: string): { readonly oldest: SecureVersion; readonly newest: SecureVersion } {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  const chosen = versions.filter((version) => names.includes(version))
  const [oldest, newest] = [chosen[0], chosen.at(-1)]
  const isWhole = chosen.length === new Set(names).size
  const span = oldest && newest ? versions.indexOf(newest) - versions.indexOf(oldest) + 1 : 0
  if (!isWhole || oldest === undefined || newest === undefined || span !== chosen.length)
    throw new UsageError(
      `option '--ssl-protocols' needs a list without gaps of ${versions.join(', ')}, not '${text}'`,
    )
  return { oldest, newest }
}
