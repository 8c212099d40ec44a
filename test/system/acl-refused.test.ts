import { execa } from 'execa'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Status } from '../../lib/words/status.js'
import { frameOf } from '../support/acl/bytes.js'
import { words } from '../support/controller.js'
import { insert, map, mutate, named, set, update, where } from '../support/operations.js'
import { replayProgramFile } from '../support/replays.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0', 'p1', 'p2'], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()
const daemon = await sandbox.startDaemon()
await until('the ports are reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p2'))
await sandbox.vtepctl(
  ...words(`
    add-ls ls0
    bind-ls br0 p0 0 ls0
    bind-ls br0 p1 0 ls0
    bind-ls br0 p2 0 ls0
  `),
)

const status = async (): Promise<Status> => JSON.parse(await daemon.control('status', '--json')) as Status
/** `missing`: so many flows are desired, and refused. */
const untilSettled = (quarantined: number, missing = 0): Promise<true> =>
  until(`${quarantined} refused, and nothing is under way`, async () => {
    const now = await status()
    return (
      now.pending.length === 0 &&
      now.quarantined.length === quarantined &&
      now.flows.installed === now.flows.desired - missing
    )
  })
const fault = async (table: string, column: string): Promise<string> =>
  (await sandbox.vtepctl('--bare', `--columns=${column}`, 'list', table)).trim()
const untilFaults = (acl: string, port: string): Promise<true> =>
  until(`the faults are ${acl} and ${port}`, async () => {
    const said = [await fault('ACL', 'acl_fault_status'), await fault('Physical_Port', 'port_fault_status')]
    return said[0] === acl && said[1]?.trim() === port
  })
const flowsIn = async (table: number): Promise<number> =>
  (await sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', 'br0', `table=${table}`)).split('actions=').length -
  1

/** Gives the UUID of the row that the first operation inserts. */
async function transact(...operations: readonly object[]): Promise<string> {
  const request = JSON.stringify(['hardware_vtep', ...operations])
  const { stdout } = await execa('ovsdb-client', ['transact', request], { env: { ...sandbox.env } })
  if (stdout.includes('"error"')) throw new Error(stdout)
  const [first] = JSON.parse(stdout) as readonly { readonly uuid?: readonly [string, string] }[]
  return first?.uuid?.[1] ?? ''
}

/** Room for `count` flows in a table; what does not fit is refused. */
const limit = (table: number, count: number): Promise<string> =>
  sandbox.vsctl(
    ...`--id=@t create Flow_Table flow_limit=${count} overflow_policy=refuse`.split(' '),
    ...`-- set Bridge br0 flow_tables:${table}=@t`.split(' '),
  )

/** Where a frame to a port of TCP comes out that enters at `from`. */
function exitsTo(port: number, from: string): Promise<readonly string[]> {
  const ip = { source: '10.0.0.1', dest: '10.0.0.2', protocol: 6, isLater: false }
  const ends = { source: '02:00:00:00:00:0a', dest: '02:00:00:00:00:0b', ethertype: 0x0800 }
  return sandbox.exitsOf(from, frameOf({ ...ends, ip, ports: { source: 1024, dest: port }, flags: 2 }, 0))
}

/** Some ports are permitted, of the rest nothing. */
const permitted = [22, 25, 80, 443]
const entries = [...permitted, null].map((port, sequence) => ({
  ...{ sequence, direction: 'ingress', ethertype: '0x0800', protocol: 6 },
  ...(port === null ? { action: 'deny' } : { action: 'permit', dest_port_min: port, dest_port_max: port }),
}))
const room = (acls: number): number => acls * (entries.length + 1)

const acl = (name: string): object[] => [
  ...entries.map((entry, i) => insert('ACL_entry', entry, `${name}${i}`)),
  insert('ACL', { acl_name: name, acl_entries: set(entries.map((_, i) => named(`${name}${i}`))) }, name),
]
const bindTo = (port: string, name: string): object =>
  update('Physical_Port', where('name', port), { acl_bindings: map([[0, named(name)]]) })

/** One entry more in the first ACL, or one less. */
const ofFirst = (how: 'insert' | 'delete', entry: unknown): object =>
  mutate('ACL', where('acl_name', 'first'), ['acl_entries', how, set([entry])])

/** `from` lets all pass that the ACL permits, and nothing else. */
async function isGuarded(t: Test, from: string): Promise<void> {
  for (const port of [...permitted, 8080])
    t.equal((await exitsTo(port, from)).length > 0, permitted.includes(port), `tcp/${port} at ${from}`)
}

await t.test('an ACL for which the switch has no room lets nothing pass, and harms no other', async (t) => {
  await limit(5, room(1) + 3)
  await transact(...acl('first'), bindTo('p0', 'first'))
  await untilSettled(0)
  await transact(...acl('second'), bindTo('p1', 'second'))
  await untilSettled(1)
  t.equal(await flowsIn(5), room(1), 'no part of it is there')
  await isGuarded(t, 'p0')
  for (const port of [...permitted, 8080]) t.strictSame(await exitsTo(port, 'p1'), [], `tcp/${port} at p1`)
  await untilFaults('resource_shortage', 'invalid_ACL_binding')
  const { problems, isInSync } = await status()
  t.notOk(isInSync)
  t.match(problems.map(({ reason }) => reason).join('\n'), /the switch refuses its flows: .*TABLE_FULL/)
})

await t.test('with room made for it, it is there as a whole, and the faults go', async (t) => {
  await limit(5, room(2))
  await daemon.control('retry')
  await untilSettled(0)
  t.equal(await flowsIn(5), room(2))
  await isGuarded(t, 'p1')
  await untilFaults('', '')
})

await t.test('one that outgrows its room goes as a whole, and comes back when it fits again', async (t) => {
  const more = { ...entries[0], sequence: 9, dest_port_min: 9, dest_port_max: 9 }
  const uuid = await transact(insert('ACL_entry', more, 'more'), ofFirst('insert', named('more')))
  await untilSettled(1)
  t.equal(await flowsIn(5), room(1))
  for (const port of [...permitted, 8080]) t.strictSame(await exitsTo(port, 'p0'), [], `tcp/${port} at p0`)
  await isGuarded(t, 'p1')
  await untilFaults('resource_shortage', 'invalid_ACL_binding')
  await transact(ofFirst('delete', ['uuid', uuid]))
  await untilSettled(0)
  await isGuarded(t, 'p0')
  await untilFaults('', '')
})

await t.test('where no ACL can be asked no frame passes', async (t) => {
  await limit(5, room(3))
  await limit(10, await flowsIn(10))
  await transact(...acl('third'), bindTo('p2', 'third'))
  await until(
    'the fault is raised',
    async () => (await fault('Physical_Port', 'port_fault_status')).trim() === 'invalid_ACL_binding',
  )
  await untilSettled(1, 1)
  for (const port of [...permitted, 8080]) t.strictSame(await exitsTo(port, 'p2'), [], `tcp/${port} at p2`)
  await isGuarded(t, 'p0')
  await limit(10, 1_000)
  await daemon.control('retry')
  await untilSettled(0)
  await isGuarded(t, 'p2')
  await untilFaults('', '')
})

await t.test('all of it is a fold of entries', async (t) => {
  await daemon.control('exit')
  const journal = join(sandbox.directory, 'vtep', 'br0.journal')
  const { stdout } = await execa(process.execPath, [replayProgramFile, 'verify', journal])
  t.match(stdout, /: sound: /)
})
