import { type MaskedIp, printIp } from '../../model/acl/ip.js'
import type { Flow } from '../../model/flow.js'
import type { Problem } from '../../model/problem.js'
import { connectedRoutes, type Router } from '../../model/routing/router.js'
import type { Uuid } from '../../model/uuid.js'
import { joiningFlows, ownAddressFlows } from '../../pipeline/rules/router.js'
import { routeFlow } from '../../pipeline/rules/routes.js'
import { nothing, type Output } from '../output.js'
import { pieceKind } from './kind.js'
import type { Sight } from './sight.js'

/** A Logical_Router: what it does in the logical switches that it joins, its routes, and what is wrong with it. */
export const routerPiece = pieceKind<Uuid>({
  name: 'router',
  all: ({ view }) => view.routers.all.keys(),
  turn: ({ old, sight, bound }, { stale }) => {
    const [was, is] = [old.view.routers, sight.view.routers]
    // a logical switch may come to another router when one changes
    if (was !== is) for (const uuid of [...was.all.keys(), ...is.all.keys()]) stale.add(uuid)
    for (const logicalSwitch of bound) {
      const router = is.bySwitch.get(logicalSwitch)
      if (router !== undefined) stale.add(router)
    }
  },
  derive: deriveRouter,
})

function deriveRouter(uuid: Uuid, sight: Sight): Output {
  const { routers } = sight.view
  const router = routers.all.get(uuid)
  if (router === undefined) return nothing
  const problem = (fault: Problem['fault'], reason: string): Problem => ({
    table: 'Logical_Router',
    uuid,
    fault,
    reason,
  })
  const twin = routers.twins.get(uuid)
  if (twin !== undefined)
    return { ...nothing, problems: [problem('lr_creation_fault', `its UUID begins like that of ${twin}`)] }
  const taken = router.interfaces.filter(({ logicalSwitch }) => routers.bySwitch.get(logicalSwitch) !== uuid)
  return {
    ...nothing,
    flows: routerFlows(uuid, router, sight),
    problems: [
      ...router.mistakes.map(({ fault, reason }) => problem(fault, reason)),
      ...taken.map(({ key, logicalSwitch }) => {
        const by = String(routers.bySwitch.get(logicalSwitch))
        const reason = `switch_binding ${JSON.stringify(key)}: its logical switch belongs to router ${by}`
        return problem('lr_switch_bindings_fault', reason)
      }),
    ],
  }
}

/** Where none of its logical switches is bound it has none. */
function routerFlows(uuid: Uuid, { mac, interfaces, routes }: Router, { view, settings }: Sight): Flow[] {
  const isHere = ({ logicalSwitch }: { readonly logicalSwitch: Uuid }) =>
    view.routers.bySwitch.get(logicalSwitch) === uuid && view.bindings.has(logicalSwitch)
  const here = interfaces.filter(isHere)
  const joined = new Set(here.map(({ logicalSwitch }) => logicalSwitch))
  return [
    ...[...joined].flatMap((one) => joiningFlows(uuid, one, mac, settings.macAgingSeconds)),
    ...here.flatMap(({ prefix, logicalSwitch }) =>
      ownAddressFlows(uuid, logicalSwitch, mac, printIp(prefix.ip) as MaskedIp),
    ),
    ...[...connectedRoutes(here), ...routes.filter(isHere)].map((route) => routeFlow(uuid, mac, route)),
  ]
}
