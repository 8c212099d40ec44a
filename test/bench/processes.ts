import { readFileSync } from 'node:fs'

/** What a process has used so far. */
export interface Usage {
  readonly cpuMs: number
  readonly residentMb: number
}

const ticksASecond = 100

/** From proc(5): the process's own time, without that of its children. */
export function usageOf(pid: number): Usage {
  const [user = 0, system = 0] = timesOf(pid)
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return { cpuMs: user + system, residentMb: Number(kilobytes) / 1_024 }
}

/** Milliseconds that a process and the children it has waited for have used. */
export function processTimes(pid: number): number {
  return timesOf(pid).reduce((sum, ms) => sum + ms, 0)
}

/** In user and system mode, and the same of its children, in milliseconds. */
function timesOf(pid: number): readonly number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).map((ticks) => (Number(ticks) * 1_000) / ticksASecond)
}
