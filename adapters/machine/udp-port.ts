import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import * as z from 'zod'
import type { PortUser } from '../../lib/doctor/machine.js'
import { askIp } from './ip.js'

const Devices = z.array(
  z.object({
    ifname: z.string().optional(),
    linkinfo: z
      .object({
        info_data: z.object({ port: z.number().optional(), external: z.boolean().optional() }).optional(),
      })
      .optional(),
  }),
)

/** Processes that have bound UDP `port`, and VXLAN devices of the kernel on it; Open vSwitch's own is for all keys (`external`). */
export async function portUsers(port: number): Promise<readonly PortUser[]> {
  const inodes = new Set(['udp', 'udp6'].flatMap((table) => socketsAt(table, port)))
  return [...(inodes.size === 0 ? [] : owners(inodes)), ...(await devices(port))]
}

/** Inodes of proc_net_udp(5); the kernel's own sockets have none. */
function socketsAt(table: string, port: number): readonly string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return linesOf(`/proc/self/net/${table}`)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '']) => local.endsWith(ending))
    .flatMap(({ 9: inode = '0' }) => (inode === '0' ? [] : inode))
}

/** One without a pid where the process is another user's. */
function owners(inodes: ReadonlySet<string>): readonly PortUser[] {
  const isOwner = (pid: string): boolean =>
    namesIn(`/proc/${pid}/fd`).some((fd) => {
      const [, inode = ''] = /^socket:\[(\d+)\]$/.exec(target(`/proc/${pid}/fd/${fd}`)) ?? []
      return inodes.has(inode)
    })
  const pids = namesIn('/proc').filter((name) => /^\d+$/.test(name) && isOwner(name))
  if (pids.length === 0) return [{ kind: 'process', pid: null, name: 'a process of another user' }]
  return pids.map((pid) => ({
    kind: 'process',
    pid: Number(pid),
    name: linesOf(`/proc/${pid}/comm`)[0] ?? 'a process',
  }))
}

async function devices(port: number): Promise<readonly PortUser[]> {
  const found = (await askIp(Devices, '-details', 'link', 'show', 'type', 'vxlan')) ?? []
  return found.flatMap(({ ifname, linkinfo }) => {
    const { port: used, external = false } = linkinfo?.info_data ?? {}
    return ifname !== undefined && used === port && !external
      ? [{ kind: 'device' as const, name: ifname }]
      : []
  })
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}
