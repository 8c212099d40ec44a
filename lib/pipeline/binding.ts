import type { Binding } from '../model/binding.js'
import type { Flow } from '../model/flow.js'
import { entrances } from './rules/entrance.js'
import { exits } from './rules/exit.js'
import { learn } from './rules/learning.js'

/** Everything a binding needs to itself: in, learned from, out, and never out where it came in. */
export function bindingFlows(binding: Binding, macAgingSeconds: number, mostLearned: number | null): Flow[] {
  return [...entrances(binding), learn(binding, macAgingSeconds, mostLearned), ...exits(binding)]
}
