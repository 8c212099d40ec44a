import { metadataOf } from '../../model/identity.js'
import { metadataIn, placeNumber } from '../crowds.js'
import { nothing } from '../output.js'
import { allBindings, bindingAt, bindingKey, staleBindings } from './binding.js'
import { pieceKind } from './kind.js'

/**
 * Says that a binding has learned about as many MACs as it may; from there on others are flooded. No fault: the controller
 * asked for none of them. Not at the very limit, or it would come and go with each that is forgotten.
 */
export const crowdPiece = pieceKind<string>({
  name: 'crowd',
  all: allBindings,
  turn: (turn, { stale }) => {
    staleBindings(turn, stale)
    for (const place of turn.crowdPlaces) {
      const logicalSwitch = turn.sight.boundAs.of(metadataIn(place))
      if (logicalSwitch !== undefined) stale.add(bindingKey({ number: placeNumber(place), logicalSwitch }))
    }
  },
  derive: (key, sight) => {
    const binding = bindingAt(key, sight)
    if (binding === undefined) return nothing
    const share = sight.shareOf(binding)
    const count = sight.crowds.sizeAt(metadataOf(binding.logicalSwitch), binding.number)
    if (share === null || count < share - Math.floor(share / 8)) return nothing
    const reason = `VLAN ${binding.vlan}: about as many MACs are learned as may be, ${share}`
    return { ...nothing, problems: [{ table: 'Physical_Port', uuid: binding.port, fault: null, reason }] }
  },
})
