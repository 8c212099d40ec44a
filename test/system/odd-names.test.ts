import { execa } from 'execa'
import { basename, join } from 'node:path'
import t from 'tap'
import { journalFile } from '../../adapters/paths.js'
import { startController } from '../support/controller.js'
import { BROADCAST, tagged, uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'

const odd = [
  ...[
    ' ',
    "'",
    '"',
    ',',
    '=',
    ':',
    ';',
    '{',
    ']',
    '<>',
    '#',
    '%41',
    '$(id)',
    '`id`',
    '\t',
    '\n',
    '\u001b[2K',
  ],
  ...['ünïcödé', '桥', '🌉', '\u202e', '-', '-x', '--help', '@x', '*', 'a b', 'true', '1', '__proto__'],
  ...['unknown-dst', '00000000-0000-4000-8000-000000000001', 'actions=drop', 'p0\nflow add actions=drop'],
]
/** A bridge's name becomes a socket's: Open vSwitch takes no slash there, no backslash, and some 80 bytes. */
const bridge = `-0: '"=,;{}[]<>$(id)%41@\t\n\u001b[2K桥${'🌉'.repeat(11)}`
const printed = bridge.replace('\t', '\\t').replace('\n', '\\n').replace('\u001b', '\\u001b')
const ports = [...odd, '/', '\\', '../p', '0010-p1-p', 'x'.repeat(300)]
const switches = [...odd, '', '/', '\\', '"\\', 'x'.repeat(5000)]

const sandbox = await startSandbox(t, { bridge, ports, tunnelIp: '10.2.2.1', remotes: ['10.2.2.2'] })
await sandbox.addPhysicalSwitch()
let daemon = await sandbox.startDaemon(['--', bridge])
const controller = await startController(sandbox)
const { exitsOf, exitsOfEach } = sandbox
const [p0 = '', p1 = ''] = ports
const journal = join(sandbox.directory, 'vtep', basename(journalFile(bridge)))

async function replay(...list: readonly string[]): Promise<string> {
  return (await execa(process.execPath, [join('dist', 'bin', 'vtep-replay.js'), ...list, journal])).stdout
}

async function planCount(): Promise<number> {
  return (await replay()).split('\n').filter((line) => line.includes('  Planned  ')).length
}

function station(i: number): string {
  return `02:00:00:00:01:${i.toString(16).padStart(2, '0')}`
}

await t.test('ports', async (t) => {
  await controller.write([
    ['add-ls', 'ports'],
    ['set', 'Logical_Switch', 'ports', 'tunnel_key=33'],
    ...ports.map((port) => ['bind-ls', bridge, port, '0', 'ports']),
    ['add-mcast-remote', 'ports', 'unknown-dst', '10.2.2.2'],
  ])
  const listing = await sandbox.vtepctl('--format=json', '--columns=name', 'list', 'Physical_Port')
  const { data } = JSON.parse(listing) as { data: string[][] }
  t.strictSame(data.flat().sort(), [...ports, 'canary'].sort(), 'all are in the database, by their names')
  t.strictSame(await exitsOf(p0, uniqueFrame(A, BROADCAST)), ['10.2.2.2 vni 33', ...ports.slice(1)].sort())
  await exitsOfEach(ports.map((port, i) => ({ port, frame: uniqueFrame(station(i), BROADCAST) })))
  const back = await exitsOfEach(ports.map((_, i) => ({ port: p0, frame: uniqueFrame(A, station(i)) })))
  t.strictSame(back.slice(1).flat(), ports.slice(1), 'and learned from')
})

await t.test('logical switches', async (t) => {
  await controller.write(
    switches.flatMap((name, i) => [
      ['add-ls', name],
      ['set', 'Logical_Switch', name, `tunnel_key=${100 + i}`],
      ['bind-ls', bridge, p0, `${i + 1}`, name],
      ['bind-ls', bridge, p1, `${i + 1}`, name],
      ['add-mcast-remote', name, 'unknown-dst', '10.2.2.2'],
    ]),
  )
  const entries = switches.map((_, i) => ({ port: p0, frame: tagged(uniqueFrame(A, BROADCAST), i + 1) }))
  const exits = switches.map((_, i) => [`10.2.2.2 vni ${100 + i}`, `${p1} vlan ${i + 1}`].sort())
  t.strictSame(await exitsOfEach(entries), exits)
  await until('A is reported in each of them', async () => {
    const rows = await sandbox.vtepctl(
      '--bare',
      '--columns=logical_switch',
      'find',
      'Ucast_Macs_Local',
      `MAC="${A}"`,
    )
    return new Set(rows.split(/\s+/)).size === switches.length + 1
  })
})

await t.test('a name that changes changes nothing', async (t) => {
  const before = await planCount()
  await controller.write([['set', 'Logical_Switch', 'ports', 'name="re\\nnamed"']])
  t.equal(await planCount(), before + 1, "but for the controller's remote MAC")
  t.strictSame(await exitsOf(p0, uniqueFrame(A, station(1))), [p1])
})

await t.test('status, journal and log say one thing a line', async (t) => {
  const notLike = (text: string, form: RegExp) => text.split('\n').filter((line) => !form.test(line))
  const status = await daemon.control('status')
  t.equal(status.split('\n')[0], `switch: ${printed} (running)`)
  t.strictSame(notLike(status, /^[\w ]+: /), [])
  const listing = await replay()
  t.strictSame(notLike(listing, /^ *\d+ {2}\d{4}-\d\d-\d\dT[\d:.]{12} {2}[A-Z]/), [])
  t.ok(listing.includes(`set Bridge ${printed} fail_mode=secure`))
  t.strictSame(notLike(daemon.output().trimEnd(), /^\d{4}-\d\d-\d\dT[\d:.]+Z\|\d+\|/), [])
  t.match(await replay('verify'), /: sound: /)
})

await t.test('a restart sends nothing', async (t) => {
  t.equal(await daemon.stop(), 0)
  const before = await planCount()
  daemon = await sandbox.startDaemon(['--', bridge])
  await until('it is in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  t.equal(await planCount(), before)
})

await t.test('exit --cleanup leaves nothing', async (t) => {
  await daemon.control('exit', '--cleanup')
  t.equal(await daemon.ended, 0)
  const flows = await sandbox.ofctl('--no-stats', 'dump-flows', `unix:${sandbox.directory}/${bridge}.mgmt`)
  t.equal(flows.trim(), 'priority=0 actions=NORMAL')
  t.equal(await sandbox.vsctl('--bare', '--columns=name', 'find', 'Interface', 'type=vxlan'), '')
  for (const table of ['Ucast_Macs_Local', 'Mcast_Macs_Local', 'Tunnel'])
    t.equal(await sandbox.vtepctl('--bare', '--columns=_uuid', 'list', table), '')
})
