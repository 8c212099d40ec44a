import type { Random } from '../support/differential/random.js'

/** Faults that may happen to what is going on, each with a probability of its own. */
export const chances = [
  'repeated update',
  'merged updates',
  'catch-up from history',
  'kill before an append',
  'torn write',
  'kill after an append',
  'kill before a command',
  'config fails',
  'config is applied and says it failed',
  'config hangs',
  'config is applied and hangs',
  'flows fails',
  'flows is applied and says it failed',
  'flows hangs',
  'flows is applied and hangs',
  'transaction fails',
  'transaction is applied and says it failed',
  'transaction hangs',
  'transaction is applied and hangs',
  'disconnect before the reply',
  'ovs-vswitchd dies before it commits a bundle',
  'ovs-vswitchd dies after it committed a bundle',
  'ovs-vswitchd dies between a flush and its restoration',
] as const

/** Which faults may happen, and how often each has. Faults stop when `isOn` is false. */
export class Faults {
  isOn = false
  readonly counts = new Map<string, number>()
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  happens(name: (typeof chances)[number], probability: number): boolean {
    if (!this.isOn || !this.#random.chance(probability)) return false
    this.note(name)
    return true
  }

  note(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }
}
