import type { Capture } from './capture.js'
import type { Frame } from './frame.js'
import type { Namespace } from './namespace.js'
import { decapsulate } from './vxlan.js'

/** An ARP request or neighbour solicitation that passed, as `KIND SENDER TARGET`, with `to MAC` where it went to one station. */
export async function requestsIn(capture: Capture): Promise<readonly string[]> {
  return (await capture.frames()).flatMap((frame) => requestText(decapsulate(frame)?.inner ?? frame) ?? [])
}

/** RFC 826 and RFC 4861, 4.3; undefined for any other frame. */
function requestText({ dst, etherType, payload }: Frame): string | undefined {
  const to = /^(ff:ff:ff:ff:ff:ff|33:33:ff)/.test(dst) ? '' : ` to ${dst}`
  if (etherType === 0x0806 && payload.readUInt16BE(6) === 1)
    return `arp ${dotted(payload, 14)} ${dotted(payload, 24)}${to}`
  if (etherType === 0x86dd && payload[6] === 58 && payload[40] === 135)
    return `nd ${grouped(payload, 8)} ${grouped(payload, 48)}${to}`
  return undefined
}

function dotted(bytes: Buffer, at: number): string {
  return [...bytes.subarray(at, at + 4)].join('.')
}

/** Without RFC 5952's shortening but that of a long run of zeros in the middle. */
function grouped(bytes: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(at + 2 * i).toString(16))
  return groups.join(':').replace(/(?:^|:)0(?::0)+(?:$|:)/, '::')
}

/** What the kernel knows of an address: the MAC; '' while it knows none. */
export async function neighbourOf(host: Namespace, address: string): Promise<string> {
  return /lladdr (\S+)/.exec(await host.ip('neighbour', 'show', address))?.[1] ?? ''
}

/** Has the kernel resolve the address anew; gives the MAC. */
export async function resolved(host: Namespace, address: string): Promise<string> {
  await host.ip('neighbour', 'flush', 'all')
  await host.run('ping', '-c', '1', '-W', '1', address).catch(() => '')
  return neighbourOf(host, address)
}

/** Sends an ARP request as RFC 5227 has them: `sender` 0.0.0.0 is a probe, `sender` = `target` an announcement. */
export async function sendArp(host: Namespace, sender: string, target: string): Promise<void> {
  const mac = (await host.run('cat', '/sys/class/net/eth0/address')).trim()
  const hex = (address: string) =>
    address
      .split('.')
      .map((octet) => Number(octet).toString(16).padStart(2, '0'))
      .join('')
  const source = mac.replaceAll(':', '')
  const frame = `ffffffffffff${source}08060001080006040001${source}${hex(sender)}000000000000${hex(target)}`
  const program = `import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
s.send(bytes.fromhex("${frame}"))`
  await host.run('python3', '-c', program)
}
