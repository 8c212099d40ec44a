import type { Binding } from '../../model/binding.js'
import { bindingFlows } from '../../pipeline/binding.js'
import { nothing } from '../output.js'
import { bindingsRefusedAnew } from '../refusals.js'
import { changedBindings, type SightTurn } from '../turn.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'

/** A port and a VLAN that belong to a logical switch, by `bindingKey`. */
export const bindingPiece = pieceKind<string>({
  name: 'binding',
  all: allBindings,
  turn: (turn, { stale }) => {
    staleBindings(turn, stale)
    staleRefused(turn, stale)
  },
  derive: (key, sight) => {
    const binding = bindingAt(key, sight)
    // its frames would pass unasked
    if (binding === undefined || sight.refusals.bindings.has(binding.number)) return nothing
    const { settings, shareOf } = sight
    return { ...nothing, flows: bindingFlows(binding, settings.macAgingSeconds, shareOf(binding)) }
  },
})

export function bindingKey({ number, logicalSwitch }: Pick<Binding, 'number' | 'logicalSwitch'>): string {
  return `${number} ${logicalSwitch}`
}

/** Undefined: there is no such binding any more. */
export function bindingAt(key: string, { view }: Pick<Sight, 'view'>): Binding | undefined {
  const cut = key.indexOf(' ')
  const number = Number(key.slice(0, cut))
  return view.bindings.get(key.slice(cut + 1))?.find((binding) => binding.number === number)
}

export function* allBindings({ view }: Pick<Sight, 'view'>): Generator<string> {
  for (const bindings of view.bindings.values()) for (const binding of bindings) yield bindingKey(binding)
}

/** Those that changed, and those where the number of bindings has changed what each of them may learn. */
export function staleBindings(turn: SightTurn, stale: Set<string>): void {
  for (const binding of changedBindings(turn.rebound)) stale.add(bindingKey(binding))
  const { old, sight } = turn
  if (old.shareOf === sight.shareOf) return
  for (const bindings of sight.view.bindings.values())
    for (const binding of bindings)
      if (old.shareOf(binding) !== sight.shareOf(binding)) stale.add(bindingKey(binding))
}

function staleRefused({ old, sight }: SightTurn, stale: Set<string>): void {
  const numbers = bindingsRefusedAnew(old.refusals, sight.refusals)
  if (numbers.size === 0) return
  for (const bindings of sight.view.bindings.values())
    for (const binding of bindings) if (numbers.has(binding.number)) stale.add(bindingKey(binding))
}
