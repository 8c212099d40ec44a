import { commandOf, type Command } from '../command.js'
import type { Core } from '../core.js'
import { entriesOf, lookup } from '../model/buckets.js'
import type { OvsTables } from '../model/state.js'
import { vsctlMap } from '../plan/ports.js'

/**
 * Commands that make a switch with the bridge, the ports and our flows of this state from nothing. Flows that are
 * desired, as the databases asked for them; learned MACs are not among them. None while either database is not known.
 */
export function buildCommands(core: Core): readonly Command[] {
  const { ovs, settings } = core.state
  const derived = core.derived()
  const bridge = derived?.view.bridge ?? null
  if (ovs === null || settings === null || derived === null || bridge === null) return []
  const add = [...entriesOf(derived.desired.flows)]
    .map(([, flow]) => flow)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const parts = [
    ['--may-exist', 'add-br', bridge.name],
    ...(bridge.fail_mode === null ? [] : [['set', 'Bridge', bridge.name, `fail_mode=${bridge.fail_mode}`]]),
    ...bridge.ports.flatMap((uuid) => [...portCommands(bridge.name, uuid, ovs)]),
  ]
  const list = parts.flatMap((part, i) => (i === 0 ? part : ['--', ...part]))
  return [
    { program: 'ovs-vsctl', arguments: list, input: '' },
    commandOf({ kind: 'flows', bridge: bridge.name, remove: [], add }),
  ]
}

function* portCommands(bridge: string, uuid: string, ovs: OvsTables): Generator<readonly string[]> {
  const port = lookup(ovs.Port, uuid)
  // the bridge's own port comes with it
  if (port === undefined || port.name === bridge) return
  const interfaces = port.interfaces.flatMap((id) => lookup(ovs.Interface, id) ?? [])
  const names = interfaces.map(({ name }) => name)
  if (names.length > 1) yield ['--may-exist', 'add-bond', bridge, port.name, ...names]
  else yield ['--may-exist', 'add-port', bridge, port.name]
  if (port.external_ids.length > 0)
    yield ['set', 'Port', port.name, `external_ids=${vsctlMap(port.external_ids)}`]
  for (const { name, type, options, ofport } of interfaces) {
    const columns = [
      ...(type === '' ? [] : [`type=${type}`]),
      ...(options.length === 0 ? [] : [`options=${vsctlMap(options)}`]),
      ...(ofport === null || ofport < 1 ? [] : [`ofport_request=${ofport}`]),
    ]
    if (columns.length > 0) yield ['set', 'Interface', name, ...columns]
  }
}
