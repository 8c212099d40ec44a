import type { Command } from '../../lib/plan/command.js'
import { isLearnedCookie } from '../../lib/model/identity.js'
import { FakeSwitch } from '../support/fake-switch.js'

/** ovs-vswitchd: the fake switch, what its flow monitor prints, stops and starts, and learned flows that go with their learner. */
export class SimulatedSwitch {
  readonly fake = new FakeSwitch('br0')
  isUp = true
  readonly #told: (lines: readonly string[]) => void
  #before: ReadonlyMap<string, string> = new Map(this.fake.flows)

  constructor(told: (lines: readonly string[]) => void) {
    this.#told = told
  }

  execute(command: Command): void {
    this.fake.execute(command)
    this.changed()
  }

  /** Flows were changed: those who watch are told. */
  changed(): void {
    this.#forgetLearned()
    const lines: string[] = []
    const { flows } = this.fake
    for (const [key, value] of this.#before) if (!flows.has(key)) lines.push(line('DELETED', key, value))
    for (const [key, value] of flows) {
      const old = this.#before.get(key)
      if (old !== value) lines.push(line(old === undefined ? 'ADDED' : 'MODIFIED', key, value))
    }
    this.#before = new Map(flows)
    this.#told(lines)
  }

  stop(): void {
    this.isUp = false
    this.fake.flows.clear()
    this.#before = new Map()
  }

  start(): void {
    this.isUp = true
    this.fake.restart()
    this.#before = new Map(this.fake.flows)
  }

  /** A frame from a station: the switch learns by one of the flows that do, numbers choose. */
  learn(a: number, mac: string): void {
    const learners = [...this.fake.flows].filter(
      ([key, value]) => key.startsWith('table=10,') && /learn\(/.test(value),
    )
    const [key, value] = learners[a % learners.length] ?? []
    const [, register, metadata] = /reg0=(0x[0-9a-f]+),metadata=(0x[0-9a-f]+)/.exec(key ?? '') ?? []
    const cookie = /[,(]cookie=(0x[0-9a-f]+)/.exec(value ?? '')?.[1]
    if (register === undefined || metadata === undefined || cookie === undefined) return
    const place = `table=21,priority=100,metadata=${metadata},dl_dst=${mac}`
    this.fake.flows.set(place, `${cookie} load:${register}->NXM_NX_REG1[]`)
    this.changed()
  }

  /** A station says by ARP that an address is its own: the switch notes it where it notes any, numbers choose. */
  claim(a: number, mac: string, address: string): void {
    const [key, value] = this.#chosen(a, /^table=24,priority=100,arp,/)
    const [, metadata] = /metadata=(0x[0-9a-f]+)/.exec(key) ?? []
    const [, register] = /reg0=(0x[0-9a-f]+)/.exec(this.#chosen(a, /^table=10,.*reg0=/)[0]) ?? []
    const cookie = /[,(]cookie=(0x[0-9a-f]+)/.exec(value)?.[1]
    if (register === undefined || metadata === undefined || cookie === undefined) return
    const number = `0x${mac.replaceAll(':', '').replace(/^0+/, '')}`
    const place = `table=18,priority=100,arp,metadata=${metadata},arp_tpa=${address}`
    const note = `load:${number}->NXM_OF_ETH_DST[],load:${register}->NXM_NX_REG11[]`
    this.fake.flows.set(place, `${cookie} ${note}`)
    this.changed()
  }

  #chosen(a: number, kind: RegExp): readonly [key: string, value: string] {
    const flows = [...this.fake.flows].filter(([key]) => kind.test(key))
    return flows[a % flows.length] ?? ['', '']
  }

  /** A learned flow ages. */
  forget(a: number): void {
    const learned = [...this.fake.flows].filter(([, value]) => isLearnedCookie(cookieIn(value)))
    const [key] = learned[a % learned.length] ?? []
    if (key !== undefined) this.fake.flows.delete(key)
    this.changed()
  }

  #forgetLearned(): void {
    const { flows } = this.fake
    const learners = [...flows].filter(([key]) => /^table=(10|24),/.test(key)).map(([, value]) => value)
    for (const [key, value] of flows) {
      const cookie = cookieIn(value)
      if (isLearnedCookie(cookie) && !learners.some((learner) => learner.includes(`cookie=${cookie},`)))
        flows.delete(key)
    }
  }
}

export function cookieIn(value: string): string {
  return value.slice(0, value.indexOf(' '))
}

/** As `ovs-ofctl monitor` prints it; it leaves out priorities, and actions that are none. */
function line(event: string, key: string, value: string): string {
  const [, table, match] = /^table=(\d+),priority=\d+(?:,(.*))?$/.exec(key) ?? []
  const [cookie, ...actions] = value.split(' ')
  const reason = event === 'DELETED' ? ' reason=delete' : ''
  const shown = actions.join(' ') === 'drop' ? '' : ` actions=${actions.join(' ')}`
  return ` event=${event}${reason} table=${table} cookie=${cookie}${match === undefined ? '' : ` ${match}`}${shown}`
}
