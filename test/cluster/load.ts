import { openSession, type OvsdbSession } from '../../adapters/ovsdb/session.js'
import { parseRemotes } from '../../adapters/ovsdb/remote.js'
import type { Batch } from '../../lib/model/batch.js'
import type { Random } from '../support/differential/random.js'
import type { Owner } from '../support/ovs.js'
import { until } from '../support/until.js'

/** What a MAC was placed behind, one after another; null: nothing. */
type Course = readonly (string | null)[]

const macs = Array.from({ length: 40 }, (_, i) => `02:00:00:00:0e:${i.toString(16).padStart(2, '0')}`)
const table = 'Ucast_Macs_Remote'

/** UUIDs of rows that are there to stay; the locators by their address. */
interface Rows {
  readonly logicalSwitch: string
  readonly locators: ReadonlyMap<string, string>
}

/** A controller that moves MACs about in a cluster, and knows what it asked for. */
export class Load {
  readonly #session: OvsdbSession
  readonly #random: Random
  readonly #courses = new Map<string, (string | null)[]>(macs.map((mac) => [mac, [null]]))
  readonly #rows: Rows
  /** How many changes were committed. */
  changes = 0
  /** How often a transaction had to be sent again. */
  retries = 0

  constructor(owner: Owner, remotes: string, rows: Rows, random: Random) {
    const backoffMs = { min: 50, max: 200 }
    this.#session = openSession({
      remotes: parseRemotes(remotes),
      database: 'hardware_vtep',
      tables: { Global: [] },
      backoffMs,
      probeIntervalMs: 1000,
      transactTimeoutMs: 3000,
    })
    owner.teardown(() => this.#session.close())
    this.#rows = rows
    this.#random = random
  }

  /** Makes `count` changes, each again until it is committed. */
  async change(count: number): Promise<void> {
    for (let made = 0; made < count; made++) {
      const mac = this.#random.pick(macs)
      const address = this.#random.pick([...this.#rows.locators.keys(), null])
      this.#courses.get(mac)?.push(address)
      const operations = [
        { op: 'delete', table, where: [['MAC', '==', mac]] },
        ...this.#placing(mac, address),
      ]
      await until(`a change is committed`, async () => {
        const outcome = await this.#session.transact(operations).catch(() => null)
        if (outcome === null) this.retries++
        return outcome !== null
      })
      this.changes++
    }
  }

  /** Where each MAC is now, those that are nowhere left out. */
  get placed(): ReadonlyMap<string, string> {
    const last = [...this.#courses].map(([mac, course]) => [mac, course.at(-1) ?? null] as const)
    return new Map(last.filter((one): one is readonly [string, string] => one[1] !== null))
  }

  /** MACs that `batches` sent to places where they were never asked to be, or in another order. */
  notAskedFor(batches: readonly Batch[]): readonly string[] {
    const sent = new Map<string, (string | null)[]>(macs.map((mac) => [mac, [null]]))
    for (const batch of batches) {
      if (batch.kind !== 'flows') continue
      for (const { key } of batch.remove) sent.get(macOf(key))?.push(null)
      for (const { key, actions } of batch.add)
        sent.get(macOf(key))?.push(/set_field:([\d.]+)->tun_dst/.exec(actions)?.[1] ?? null)
    }
    return [...sent].flatMap(([mac, course]) => {
      const asked = this.#courses.get(mac) ?? []
      return isWithin(withoutRepeats(course), withoutRepeats(asked))
        ? []
        : [`${mac}: sent to ${course.join(' ')}, asked for ${asked.join(' ')}`]
    })
  }

  /** The locally learned MACs in the database, as often as they are there, sorted. */
  async localMacs(): Promise<readonly string[]> {
    const select = { op: 'select', table: 'Ucast_Macs_Local', where: [], columns: ['MAC'] }
    const [reply] = await this.#session.transact([select])
    const rows = reply?.['rows'] as readonly { readonly MAC: string }[]
    return rows.map(({ MAC }) => MAC).sort()
  }

  #placing(mac: string, address: string | null): readonly object[] {
    if (address === null) return []
    const { logicalSwitch, locators } = this.#rows
    const row = {
      MAC: mac,
      logical_switch: ['uuid', logicalSwitch],
      locator: ['uuid', locators.get(address)],
      ipaddr: '',
    }
    return [{ op: 'insert', table, row }]
  }
}

function macOf(key: string): string {
  return (key.startsWith('table=20,') ? /dl_dst=([0-9a-f:]+)/.exec(key)?.[1] : undefined) ?? ''
}

function withoutRepeats(course: Course): Course {
  return course.filter((place, i) => i === 0 || place !== course[i - 1])
}

/** Whether `part` is `whole` with some left out. */
function isWithin(part: Course, whole: Course): boolean {
  let at = 0
  for (const place of whole) if (at < part.length && part[at] === place) at++
  return at === part.length
}
