import t from 'tap'
import { buildCommands } from '../../lib/history/build.js'
import { bound } from '../support/small-world.js'

/** MAX_ARG_STRLEN of execve(2), which is the least that all arguments may take, too. */
const mostBytes = 128 * 1024

t.test('BFD with thousands of VTEPs: as many commands as it needs, each of whole ports', (t) => {
  const { world, ls } = bound()
  const count = 300
  const remotes = Array.from({ length: count }, (_, i) => `10.2.${i >> 8}.${i & 255}`)
  for (const [i, remote] of remotes.entries())
    world.remote(
      `02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`,
      ls,
      remote,
    )
  world.work()
  world.edit((tables) => {
    for (const [uuid, row] of tables.Tunnel)
      tables.Tunnel.set(uuid, { ...row, bfd_params: [['enable', 'true']] })
  })
  const made = world.work().flatMap((batch) => (batch.kind === 'config' ? [batch.arguments] : []))
  t.ok(made.length > 1, `${made.length} commands`)
  for (const list of made) {
    t.ok(Buffer.byteLength(list.join('\0')) < mostBytes)
    const added = list.filter((word) => word === 'add-port').length
    t.equal(list.filter((word) => word.startsWith('external-ids:vtep_bfd=')).length, added)
    t.equal(list.filter((word) => word === 'type=vxlan').length, added)
    t.ok(list.lastIndexOf('add-port') < list.indexOf('set'), 'ovs-vsctl reads all ports anew behind a set')
  }
  const again = buildCommands(world.core).filter(({ program }) => program === 'ovs-vsctl')
  t.ok(again.length > 1, `${again.length} commands make the switch anew`)
  for (const command of again) t.ok(Buffer.byteLength(command.arguments.join('\0')) < mostBytes)
  t.equal(
    again.flatMap((command) => command.arguments).filter((word) => /^external_ids=.*vtep_bfd=/.test(word))
      .length,
    count,
  )
  t.equal(made.flat().filter((word) => word === 'add-port').length, count)
  world.edit((tables) => {
    for (const [uuid, row] of tables.Tunnel) tables.Tunnel.set(uuid, { ...row, bfd_params: [] })
  })
  const gone = world.work().flatMap((batch) => (batch.kind === 'config' ? [batch.arguments] : []))
  t.equal(gone.flat().filter((word) => word === 'del-port').length, count)
  for (const list of gone) t.ok(Buffer.byteLength(list.join('\0')) < mostBytes)
  t.end()
})
