import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Connection } from '../../adapters/ovsdb/connection.js'
import { readUpdates } from '../../adapters/ovsdb/table-updates.js'
import type { Ovs, Owner } from '../support/ovs.js'

/** When things are first heard of, by name; times are those of `performance.now()` when the news arrives here. */
export class Arrivals {
  readonly #atMs = new Map<string, number>()
  #waiting: { readonly missing: Set<string>; readonly resolve: () => void } | null = null

  note(name: string): void {
    if (!this.#atMs.has(name)) this.#atMs.set(name, performance.now())
    if (this.#waiting?.missing.delete(name) === true && this.#waiting.missing.size === 0)
      this.#waiting.resolve()
  }

  /** When the last of `names` came. One caller at a time. Rejects when that takes too long. */
  async all(names: readonly string[]): Promise<number> {
    const missing = new Set(names.filter((name) => !this.#atMs.has(name)))
    if (missing.size > 0) {
      const came = new Promise<void>((resolve) => (this.#waiting = { missing, resolve }))
      await inTime(
        came,
        () => `${missing.size} of ${names.length} never came, ${[...missing][0] ?? ''} among them`,
      )
    }
    return Math.max(...names.map((name) => this.#atMs.get(name) ?? 0))
  }

  forget(): void {
    this.#atMs.clear()
  }
}

const longestWaitMs = 300_000

async function inTime(work: Promise<void>, reason: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(reason())), longestWaitMs)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Flows of a bridge that come and go, by their destination MAC, else by their VLAN. */
export interface FlowWatch {
  readonly added: Arrivals
  readonly removed: Arrivals
}

/** `matches`: what is watched, each in the syntax of ovs-ofctl(8) "Flow Syntax"; none: everything. */
export async function watchFlows(
  owner: Owner,
  ovs: Ovs,
  bridge: string,
  matches: readonly string[] = [''],
): Promise<FlowWatch> {
  const watch = { added: new Arrivals(), removed: new Arrivals() }
  const requests = matches.map((match) => `watch:!initial${match === '' ? '' : `,${match}`}`)
  const child = spawn('ovs-ofctl', ['monitor', bridge, ...requests], {
    env: { ...process.env, ...ovs.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  owner.teardown(async () => void child.kill('SIGKILL'))
  let rest = ''
  // what happens is printed on standard error, the reply to the request on standard output
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const name = wordOf(line, 'dl_dst=') ?? wordOf(line, 'dl_vlan=')
      if (name === undefined) continue
      if (line.startsWith(' event=ADDED')) watch.added.note(name)
      else if (line.startsWith(' event=DELETED')) watch.removed.note(name)
    }
  })
  await once(child.stdout, 'data')
  return watch
}

function wordOf(line: string, field: string): string | undefined {
  const at = line.indexOf(field)
  if (at < 0) return undefined
  const rest = line.slice(at + field.length)
  return rest.slice(0, rest.search(/[ ,]|$/))
}

/** Learned MACs that are reported in Ucast_Macs_Local, by MAC. */
export async function watchReports(owner: Owner, ovs: Ovs): Promise<Arrivals> {
  const arrivals = new Arrivals()
  const socket = connect(join(ovs.directory, 'db.sock'))
  await once(socket, 'connect')
  const note = (updates: unknown): void => {
    for (const update of Object.values(readUpdates(updates)['Ucast_Macs_Local'] ?? {}))
      if ('insert' in update) arrivals.note(String(update.insert['MAC']))
  }
  const handlers = {
    onOpened: () => undefined,
    onNotification: (_: string, [, updates]: readonly unknown[]) => note(updates),
    onClosed: () => undefined,
  }
  const connection = new Connection(socket, handlers, 0)
  owner.teardown(async () => connection.close(new Error('the benchmark has ended')))
  const request = { Ucast_Macs_Local: [{ columns: ['MAC'], select: { initial: false } }] }
  await connection.request('monitor', ['hardware_vtep', 'reports', request])
  return arrivals
}
