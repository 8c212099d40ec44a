import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { defaultPidfile, rundir, usualRundir } from '../../adapters/paths.js'
import type { Predecessor } from '../../lib/doctor/rows.js'

/**
 * The Python ovs-vtep that runs for the switch `name` of this Open vSwitch, whether or not it keeps a pidfile; null: none that
 * can be seen. One with another run directory serves another Open vSwitch.
 */
export function predecessorOf(name: string): Predecessor | null {
  const usual = Number(textOf(defaultPidfile()))
  const pids = readdirSync('/proc').filter((entry) => /^[0-9]+$/.test(entry))
  const pid = pids
    .map(Number)
    .find((one) => isPredecessor(textOf(`/proc/${one}/cmdline`).split('\0'), name) && isHere(one))
  return pid === undefined ? null : { pid, hasUsualPidfile: pid === usual }
}

/** Whether it has our run directory, as far as its environment can be read. */
function isHere(pid: number): boolean {
  const environment = textOf(`/proc/${pid}/environ`).split('\0')
  const [, own] =
    environment.map((each) => /^OVS_RUNDIR=(.+)$/s.exec(each)).find((found) => found !== null) ?? []
  return (own ?? usualRundir) === rundir()
}

/** Its words: Python, perhaps with options, the script, and among its own the name of the switch. */
function isPredecessor(words: readonly string[], name: string): boolean {
  const script = words.findIndex((word) => basename(word) === 'ovs-vtep')
  if (script < 1 || !/^python[0-9.]*$/.test(basename(words[0] ?? ''))) return false
  return words.slice(script + 1).includes(name)
}

/** Empty where it can't be read, or is there no more. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
