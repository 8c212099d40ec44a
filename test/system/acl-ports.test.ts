import { execa } from 'execa'
import t from 'tap'
import { frameOf } from '../support/acl/bytes.js'
import { randomEntries, randomPacket } from '../support/acl/generate.js'
import { places, randomBindings, reached, type WrittenAcls } from '../support/acl/world.js'
import { startController } from '../support/controller.js'
import { createRandom, type Random } from '../support/differential/random.js'
import { startSandbox } from '../support/sandbox.js'

const seed = Number(process.env['ACL_SEED'] ?? Date.now() % 1_000_000)
const rounds = Number(process.env['ACL_ROUNDS'] ?? 8)
const packetsARound = 40

const sandbox = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon()
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  bind-ls br0 p0 0 ls0
  bind-ls br0 p0 10 ls0
  bind-ls br0 p1 0 ls0
`)

/** Gives the UUIDs of inserted rows, in the order of the operations. */
async function transact(operations: readonly object[]): Promise<readonly string[]> {
  const { stdout } = await execa(
    'ovsdb-client',
    ['transact', JSON.stringify(['hardware_vtep', ...operations])],
    {
      env: { ...sandbox.env },
    },
  )
  const outcomes = JSON.parse(stdout) as readonly ({
    readonly uuid?: readonly [string, string]
    readonly error?: string
  } | null)[]
  const errors = outcomes.filter((outcome) => outcome?.error !== undefined)
  if (errors.length > 0) throw new Error(stdout)
  return outcomes.map((outcome) => outcome?.uuid?.[1] ?? '')
}

/** All ACLs anew, in one transaction with their bindings. */
async function write(random: Random): Promise<WrittenAcls> {
  const groups = Array.from({ length: 1 + random.int(3) }, () =>
    randomEntries(random, 1 + random.int(10), random.chance(0.2) ? 0.1 : 0),
  )
  const bound = randomBindings(random, groups.length)
  const named = groups.map((group, i) =>
    group.map((row, j) => ({ op: 'insert', table: 'ACL_entry', row, 'uuid-name': `e${i}x${j}` })),
  )
  const acls = named.map((group, i) => ({
    op: 'insert',
    table: 'ACL',
    'uuid-name': `acl${i}`,
    row: {
      acl_name: `acl ${i}`,
      acl_entries: ['set', group.map((entry) => ['named-uuid', entry['uuid-name']])],
    },
  }))
  const ports = Object.entries(bound).map(([name, own]) => ({
    op: 'update',
    table: 'Physical_Port',
    where: [['name', '==', name]],
    row: { acl_bindings: ['map', own.map(([vlan, i]) => [vlan, ['named-uuid', `acl${i}`]])] },
  }))
  const before = [
    { op: 'delete', table: 'ACL', where: [] },
    { op: 'delete', table: 'ACL_entry', where: [] },
  ]
  const uuids = (await transact([...before, ...named.flat(), ...acls, ...ports])).slice(before.length)
  await controller.write('')
  return {
    acls: groups.map((group) => ({
      uuid: '',
      entries: group.map((entry) => ({ ...entry, uuid: uuids.shift() ?? '' })),
    })),
    bound,
  }
}

await t.test(`frames through real ports come out where vtep(5) says, seed ${seed}`, async (t) => {
  const random = createRandom(seed)
  let [asked, denied] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const written = await write(random)
    const entries = written.acls.flatMap((acl) => acl.entries)
    const sent = Array.from({ length: packetsARound }, () => {
      const [from, packet] = [random.pick(places), randomPacket(random, entries)]
      return { from, packet, port: from.port, frame: frameOf(packet, from.vlan) }
    })
    const exits = await sandbox.exitsOfEach(sent)
    for (const [i, { from, packet }] of sent.entries()) {
      const expected = reached(written, from, packet).map(
        ({ port, vlan }) => `${port}${vlan === 0 ? '' : ` vlan ${vlan}`}`,
      )
      asked++
      if (expected.length < places.length - 1) denied++
      if (exits[i]?.join() !== expected.sort().join())
        t.strictSame(exits[i], expected, JSON.stringify({ seed, round, from, packet, written }, null, 1))
    }
  }
  t.comment(`${asked} frames, ${denied} denied somewhere`)
  t.ok(denied > asked / 20)
})
