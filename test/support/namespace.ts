import { execa, execaSync } from 'execa'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { atProcessEnd } from './process-end.js'
import type { Owner, Run } from './ovs.js'

/** A network namespace of Linux, with its loopback up. */
export interface Namespace {
  readonly name: string
  /** `ip …` inside it. */
  readonly ip: Run
  /** Any command inside it. */
  readonly run: Run
}

/** Its name is random and ends with `label`; it goes, with its devices, when `owner` ends. */
export async function createNamespace(owner: Owner, label: string): Promise<Namespace> {
  const name = `vtep-${randomBytes(4).toString('hex')}-${label}`
  const run: Run = async (...command) =>
    (await execa('ip', ['netns', 'exec', name, ...command], { stdin: 'ignore' })).stdout
  const ip: Run = async (...args) => (await execa('ip', ['-n', name, ...args], { stdin: 'ignore' })).stdout
  await execa('ip', ['netns', 'add', name])
  const withdraw = atProcessEnd(() => execaSync('ip', ['netns', 'del', name], { reject: false }))
  owner.teardown(async () => {
    withdraw()
    await execa('ip', ['netns', 'del', name])
  })
  await ip('link', 'set', 'lo', 'up')
  return { name, ip, run }
}

/** Why namespaces with real packets cannot be used here, or null when they can. */
export async function whyNoNamespaces(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'needs root for network namespaces'
  if (!existsSync('/dev/net/tun')) return 'needs /dev/net/tun'
  const probe = ['link', 'add', 'probe', 'type', 'vxlan', 'id', '1', 'dstport', '4789', 'dev', 'lo']
  const { failed, stderr } = await execa('unshare', ['--net', 'ip', ...probe], { reject: false })
  return failed ? `needs network namespaces with vxlan devices: ${stderr}` : null
}
