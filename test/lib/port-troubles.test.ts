/** Ports of ours that have no device: ovs-vswitchd says why in Interface.error, and gives ofport -1. */
import t from 'tap'
import { doctorRowFindings } from '../../lib/doctor/rows.js'
import { verify } from '../../lib/history/verify.js'
import { bound, type World } from '../support/small-world.js'

const REMOTE = '10.2.2.3'

/** A world with a tunnel port, and a BFD port to REMOTE. */
function withPorts(): World {
  const { world, ls } = bound()
  world.remote('00:11:22:33:44:55', ls, REMOTE)
  world.work()
  const [tunnel = ''] = world.database.rows('Tunnel').keys()
  world.change('Tunnel', tunnel, { bfd_params: [['enable', 'true']] })
  world.work()
  return world
}

function view({ core }: World) {
  const derived = core.derived()
  if (derived === null) throw new Error('nothing is derived')
  return derived.view
}

const ports: Readonly<Record<string, (world: World) => string | undefined>> = {
  'the tunnel port': (world) => view(world).tunnelPorts[0]?.row.name,
  'a BFD port': (world) => view(world).sessions.get(REMOTE as never)?.name,
}

const faults = (world: World): unknown =>
  [...world.database.rows('Physical_Switch').values()][0]?.['switch_fault_status']

for (const [what, nameIn] of Object.entries(ports))
  t.test(`${what} without a device is a problem until it has one`, (t) => {
    const world = withPorts()
    const name = nameIn(world) ?? ''
    t.match(name, /^(vtep|bfd)-/)
    t.strictSame([world.problems(), faults(world)], [[], []])
    const tell = (error: string | null, ofport: number): void => {
      const updates = world.fakeSwitch.setError(name, error, ofport)
      world.record({ type: 'OvsUpdated', isCatchUp: false, updates })
      world.work()
    }
    tell(`could not open network device ${name} (No such device)`, -1)
    const reason = `the switch has no interface "${name}": could not open network device ${name} (No such device)`
    t.strictSame([world.problems(), faults(world)], [[reason], ['tunnel_exhaustion']])
    t.ok(world.core.isInSync(), 'nothing can be done about it')
    t.match(doctorRowFindings(world.core, [], { ovs: [], vtep: [] }), [
      { isWrong: true, text: /No such device/ },
    ])
    tell(null, 60_000)
    t.strictSame([world.problems(), faults(world)], [[], []])
    t.ok(world.core.isInSync())
    t.strictSame([...verify(world.entries)], [])
    t.end()
  })
