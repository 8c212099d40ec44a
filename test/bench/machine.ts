import { execa } from 'execa'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { daemonFile } from '../support/installation.js'

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly linux: string
  readonly node: string
  readonly openVSwitch: string
  /** The load average of the minute before the run: how busy others kept the machine. */
  readonly loadBefore: number
}

export async function thisMachine(): Promise<Machine> {
  const { stdout } = await execa(daemonFile('ovs-vswitchd'), ['--version'])
  const [first] = cpus()
  return {
    cpu: first?.model.trim() ?? 'unknown CPU',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    linux: release(),
    node: process.versions.node,
    openVSwitch: /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'unknown',
    loadBefore: loadavg()[0] ?? NaN,
  }
}

export function inWords({ cpu, cores, memoryGb, linux, node, openVSwitch, loadBefore }: Machine): string {
  return `${cores} cores of an ${cpu}, ${memoryGb} GB, Linux ${linux}, Node ${node}, Open vSwitch ${openVSwitch} (dummy datapath), load before: ${loadBefore.toFixed(1)}`
}
