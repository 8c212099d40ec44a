import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import * as z from 'zod'
import type { Machine } from '../../lib/doctor/machine.js'
import { isLoopback, parseAddress } from '../../lib/model/address.js'
import { Child, outputTextOf } from '../child.js'
import { askIp } from './ip.js'
import { portUsers } from './udp-port.js'

const Devices = z.array(z.object({ dev: z.string().optional() }))

/** The machine's network as the kernel has it, with the routes to `remotes`. Nothing is changed. Throws where ip(8) can't be run. */
export async function readMachine(remotes: readonly string[], port: number): Promise<Machine> {
  const addresses = new Map<string, string>()
  for (const [device, list] of Object.entries(networkInterfaces()))
    for (const { address, internal } of list ?? [])
      if (!internal || !isLoopback(address)) addresses.set(address, device)
  return {
    addresses,
    unrouted: await unrouted(remotes),
    device: await mainDevice(addresses),
    portUsers: await portUsers(port),
  }
}

/** In one process, however many; where one has no route it says so and goes on. */
async function unrouted(remotes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const asked = remotes.flatMap((text) => parseAddress(text) ?? [])
  const input = asked.map((address) => `route get ${address}\n`).join('')
  const ip = new Child('ip', ['-force', '-batch', '-'], { stdio: ['pipe', 'ignore', 'pipe'] })
  const said = outputTextOf(ip.stderr)
  ip.stdin?.end(input)
  const { trouble } = await ip.ended
  if (trouble !== null) throw new Error(`ip: ${trouble}`)
  const reasons = new Map<string, string>()
  let reason = ''
  for (const line of ((await said) ?? '').split('\n')) {
    const [, number] = /^Command failed -:(\d+)/.exec(line) ?? []
    const address = number === undefined ? undefined : asked[Number(number) - 1]
    if (address === undefined) reason = line.replace(/^(?:RTNETLINK answers|Error): /, '')
    else reasons.set(address, reason)
  }
  return reasons
}

async function mainDevice(addresses: ReadonlyMap<string, string>): Promise<string | null> {
  const [first] = (await askIp(Devices, 'route', 'show', 'default')) ?? []
  return first?.dev ?? [...addresses.values()].find((device) => isUp(device)) ?? null
}

function isUp(device: string): boolean {
  try {
    return readFileSync(`/sys/class/net/${device}/operstate`, 'utf8').trim() !== 'down'
  } catch {
    return false
  }
}
