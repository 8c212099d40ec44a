import t from 'tap'
import { startController } from '../support/controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'

const sandbox = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.2'] })
await sandbox.addPhysicalSwitch()
const start = () => sandbox.startDaemon(['--statistics-interval=1', 'br0'])
let daemon = await start()
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0
  add-ls ls1
  bind-ls br0 p0 0 ls0
  bind-ls br0 p1 10 ls0
`)

const columns = 'packets_from_local,bytes_from_local,packets_to_local,bytes_to_local'

/** The row of counters of a port and VLAN, and its four values; null: there is none. */
async function counters(port: string, vlan: number): Promise<{ row: string; values: string } | null> {
  const map = await sandbox.vtepctl('--columns=vlan_stats', '--bare', 'find', 'Physical_Port', `name=${port}`)
  const row = new RegExp(`(?:^| )${vlan}=([0-9a-f-]{36})`).exec(map)?.[1]
  if (row === undefined) return null
  const found = `--columns=${columns}`
  const json = await sandbox.vtepctl('--format=json', found, 'list', 'Logical_Binding_Stats', row)
  return { row, values: (JSON.parse(json) as { data: number[][] }).data[0]?.join(' ') ?? '' }
}

async function portRow(port: string): Promise<string> {
  return sandbox.vtepctl('--columns=_uuid', '--bare', 'find', 'Physical_Port', `name=${port}`)
}

async function becomes(port: string, vlan: number, values: string): Promise<string> {
  let last = ''
  return until(`vlan_stats of ${port} VLAN ${vlan} are ${values}`, async () => {
    const found = await counters(port, vlan)
    last = found?.values ?? 'none'
    return found?.values === values && found.row
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}, not ${last}`)
  })
}

/** Sends as many frames from p0 as it says; gives their length. */
async function send(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await sandbox.exitsOf('p0', uniqueFrame(A, BROADCAST))
}

/** Bytes of such a frame. */
const length = 60

await t.test('frames are counted where they come in and where they go out', async (t) => {
  await send(3)
  await becomes('p0', 0, `3 ${3 * length} 0 0`)
  await becomes('p1', 10, `0 0 3 ${3 * length}`)
  t.equal(await counters('p1', 11), null, 'no row for a VLAN that is not bound')
})

await t.test('what passes while the daemon is down is counted when it is back', async (t) => {
  t.equal(await daemon.stop(), 0)
  await send(2)
  daemon = await start()
  await becomes('p0', 0, `5 ${5 * length} 0 0`)
  await becomes('p1', 10, `0 0 5 ${5 * length}`)
})

await t.test('a database that lost its counters gets them again', async () => {
  await sandbox.restartServer()
  await becomes('p0', 0, `5 ${5 * length} 0 0`)
})

await t.test('rows that somebody takes away come back with what was counted', async (t) => {
  const before = await becomes('p1', 10, `0 0 5 ${5 * length}`)
  await sandbox.vtepctl('clear', 'Physical_Port', await portRow('p1'), 'vlan_stats')
  const after = await becomes('p1', 10, `0 0 5 ${5 * length}`)
  t.not(after, before)
})

await t.test('a binding to another logical switch begins at zero', async (t) => {
  await controller.write(`
    unbind-ls br0 p0 0
    bind-ls br0 p0 0 ls1
  `)
  await becomes('p0', 0, '0 0 0 0')
  await send(1)
  await becomes('p0', 0, `1 ${length} 0 0`)
  await controller.write('unbind-ls br0 p0 0')
  await until('the row is gone', async () => (await counters('p0', 0)) === null)
  t.ok(await counters('p1', 10), 'that of others is not')
})

await t.test('flows of a switch that was restarted count from zero, and we go on', async () => {
  await controller.write('bind-ls br0 p0 0 ls0')
  await send(2)
  await becomes('p1', 10, `0 0 7 ${7 * length}`)
  await sandbox.restartSwitch()
  await until('the flows are back', async () =>
    (await sandbox.ofctl('-O', 'OpenFlow14', 'dump-flows', 'br0', 'table=40')).includes('output'),
  )
  await send(1)
  await becomes('p1', 10, `0 0 8 ${8 * length}`)
  await becomes('p0', 0, `3 ${3 * length} 0 0`)
})
