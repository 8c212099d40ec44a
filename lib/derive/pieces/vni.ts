import { anySenderFlow } from '../../pipeline/rules/sender.js'
import { nothing } from '../output.js'
import { pieceKind } from './kind.js'

/** With `--accept-any-peer`: all VTEPs may send to the switch that has the VNI. */
export const vniPiece = pieceKind<string>({
  name: 'vni',
  *all({ vnis }) {
    for (const vni of vnis.byVni.keys()) yield String(vni)
  },
  turn: ({ vnis, isTunnelled, sight }, { stale }) => {
    for (const vni of vnis) stale.add(String(vni))
    if (isTunnelled) for (const vni of sight.vnis.byVni.keys()) stale.add(String(vni))
  },
  derive: (key, { settings, vnis, view }) => {
    const vni = Number(key)
    const owner = vnis.byVni.get(vni)
    const isNone = settings.acceptsAnyPeer !== true || owner === undefined || view.exits.length === 0
    return isNone ? nothing : anySenderFlow(vni, owner)
  },
})
