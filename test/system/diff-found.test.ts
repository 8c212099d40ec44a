/** Files that Open vSwitch's own programs made of a real switch, against what is said of the switch live. */
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { execa } from 'execa'
import t from 'tap'
import { sessionName } from '../../lib/derive/view/port-names.js'
import { diffsIn, furnished } from '../support/compared.js'

const { box, daemon } = await furnished(t)
await daemon.stop()
await box.vtepctl('add-ucast-remote', 'ls0', '02:00:00:00:00:03', '10.2.2.2')
await box.ofctl('del-flows', 'br0', 'table=20,dl_dst=02:00:00:00:00:01')
await box.ofctl('add-flow', 'br0', 'table=0,priority=7,in_port=p1,actions=drop')

const at = (name: string): string => join(box.directory, name)
const kept = async (name: string, program: string, ...list: readonly string[]): Promise<string> => {
  const { stdout } = await execa(program, list, {
    env: box.env,
    cwd: box.directory,
    stripFinalNewline: false,
  })
  writeFileSync(at(name), stdout)
  return name
}
const server = `unix:${at('db.sock')}`
const bridge = at('br0.mgmt')
await kept('backup', 'ovsdb-client', 'backup', server, 'hardware_vtep')
await kept('vtep.json', 'ovsdb-client', 'dump', '--format=json', server, 'hardware_vtep')
await kept('ovs.json', 'ovsdb-client', 'dump', '--format=json', server, 'Open_vSwitch')
for (const [name, ...form] of [
  ['csv', '--format=csv'],
  ['table'],
  ['list', '--format=list'],
  ['pretty', '--format=json', '--pretty'],
] as const) {
  await kept(`vtep-${name}`, 'ovsdb-client', ...form, 'dump', server, 'hardware_vtep')
  await kept(`ovs-${name}`, 'ovsdb-client', ...form, 'dump', server, 'Open_vSwitch')
}
// as they come by mail, from a forum and from other systems
const bent = (name: string, from: string, bend: (text: string) => string | Buffer): string => {
  writeFileSync(at(name), bend(readFileSync(at(from), 'utf8')))
  return name
}
bent('vtep-mark', 'vtep-table', (text) => `\ufeff${text.replaceAll('\n', '\r\n')}`)
bent('vtep-pasted', 'vtep-csv', (text) => text.replace(/^(?=.)/gm, '    '))
bent('vtep-wide', 'vtep.json', (text) => Buffer.from(`\ufeff${text}`, 'utf16le'))
bent('vtep-unmarked', 'vtep.json', (text) => Buffer.from(text, 'utf16le'))
bent('ovs-packed', 'ovs-csv', (text) => gzipSync(text))
await kept('dump-flows_br0', 'ovs-ofctl', 'dump-flows', bridge)
await kept('flows', 'ovs-ofctl', '-O', 'OpenFlow15', '--names', 'dump-flows', bridge)
for (const table of ['Bridge', 'Port', 'Interface'])
  await kept(`list-${table}`, 'ovs-vsctl', '--format=json', 'list', table)
bent('flows-pasted', 'flows', (text) => text.replace(/^(?=.)/gm, '    ').replaceAll('\n', '\r\n'))
bent('flows-packed', 'flows', (text) => gzipSync(text))
// as ovs-bugtool has it: flows of all bridges in one file, each behind its command
mkdirSync(at('bugtool'))
copyFileSync(at('vtep.db'), at('bugtool/vtep.db'))
copyFileSync(at('ovs-csv'), at('bugtool/ovsdb-dump.out'))
bent(
  'bugtool/ovs-ofctl-dump-flows.out',
  'dump-flows_br0',
  (text) =>
    `ovs-ofctl dump-flows br-int \n cookie=0x1, table=0, priority=1 actions=drop\n\novs-ofctl dump-flows br0 \n${text}\n`,
)
await execa('tar', ['czf', 'bugtool.tar.gz', 'bugtool'], { cwd: box.directory })
await execa('tar', ['--format=pax', '-cf', 'bugtool.tar', 'bugtool'], { cwd: box.directory })
await kept('show', 'ovs-vsctl', 'show')
await kept('ports', 'ovs-ofctl', '-O', 'OpenFlow14', 'dump-ports-desc', bridge)
const lists = ['list-Bridge', 'list-Port', 'list-Interface']

// as sosreport has it
const archive = 'sosreport/sos_commands/openvswitch'
mkdirSync(at(archive), { recursive: true })
mkdirSync(at('sosreport/etc/openvswitch'), { recursive: true })
copyFileSync(at('conf.db'), at('sosreport/etc/openvswitch/conf.db'))
copyFileSync(at('vtep.db'), at('sosreport/etc/openvswitch/vtep.db'))
await kept(`${archive}/ovs-vsctl_-t_5_show`, 'ovs-vsctl', '-t', '5', 'show')
for (const table of ['bridge', 'port', 'interface', 'Open_vSwitch'])
  await kept(`${archive}/ovs-vsctl_-t_5_list_${table}`, 'ovs-vsctl', '-t', '5', 'list', table)
for (const version of ['OpenFlow10', 'OpenFlow13', 'OpenFlow14'])
  await kept(
    `${archive}/ovs-ofctl_-O_${version}_dump-flows_br0`,
    'ovs-ofctl',
    '-O',
    version,
    'dump-flows',
    bridge,
  )
await kept(`${archive}/ovs-ofctl_-O_OpenFlow13_show_br0`, 'ovs-ofctl', '-O', 'OpenFlow13', 'show', bridge)
writeFileSync(
  at(`${archive}/ovs-ofctl_-O_OpenFlow14_dump-flows_br-int`),
  'cookie=0x1, table=0, priority=1 actions=drop\n',
)
writeFileSync(at('sosreport/numbers.json'), '{"data": [1]}\n')
symlinkSync('/nowhere', at('sosreport/ovs-link'))

const given = (side: 'desired' | 'actual', files: readonly string[]): string[] =>
  files.flatMap((file) => [`--${side}`, file])
/** Without names of sources. */
const findings = (stdout: string): string =>
  stdout
    .split('\n')
    .filter((line) => !line.includes('"type":"summary"'))
    .join('\n')

t.test('says the same as the live switch', (t) => {
  const desired = [
    [],
    ['vtep.db'],
    ['backup'],
    ['vtep.json'],
    ['sosreport'],
    ['vtep-csv'],
    ['vtep-table'],
    ['vtep-list'],
    ['vtep-pretty'],
    ['vtep-mark'],
    ['vtep-pasted'],
    ['vtep-wide'],
    ['vtep-unmarked'],
    ['bugtool.tar.gz'],
    ['bugtool'],
  ]
  const actual = [
    [],
    ['conf.db', 'dump-flows_br0'],
    ['ovs.json', 'flows'],
    [...lists, 'flows'],
    ['sosreport'],
    ['show', 'ports', 'flows'],
    ['ovs-csv', 'flows-pasted'],
    ['ovs-table', 'flows-packed'],
    ['ovs-list', 'flows'],
    ['ovs-pretty', 'flows'],
    ['ovs-packed', 'flows'],
    ['bugtool.tar'],
    ['bugtool.tar.gz'],
    ['bugtool'],
  ]
  // each with what is live, and both of one archive
  const pairs = [
    ...actual.map((other) => [[], other] as const),
    ...desired.slice(1).map((one) => [one, []] as const),
    [['sosreport'], ['sosreport']] as const,
  ]
  const command = (format: string) =>
    pairs.map(([one, other]) => [
      ...['br0', '--journal', 'none', '--format', format],
      ...given('desired', one),
      ...given('actual', other),
    ])
  for (const format of ['json', 'commands']) {
    const commands = command(format)
    const [live, ...outcomes] = diffsIn(box, ...commands)
    t.equal(live?.status, 2)
    t.match(live?.stdout, format === 'json' ? /"kind":"foreign".*in_port=2/ : /02:00:00:00:00:03/)
    outcomes.forEach(({ status, stdout, stderr }, i) => {
      const name = commands[i + 1]?.join(' ') ?? ''
      t.equal(status, 2, name)
      t.equal(findings(stdout), findings(live?.stdout ?? ''), name)
      const isKept = !/--desired (vtep.db|backup|sosreport|bugtool)/.test(name)
      const untold = [
        ...(isKept ? [] : [/^vtep-diff: .*does not keep .*Tunnel:bfd_status/]),
        ...(name.includes('show')
          ? [/^vtep-diff: show, .*does not say external_ids: our ports are told by/]
          : []),
      ]
      const said = stderr.split('\n').slice(0, -1)
      t.equal(said.length, untold.length, name)
      untold.forEach((reason, line) => t.match(said[line], reason, name))
    })
  }
  t.end()
})

t.test('what hangs on a column that a text lacks is refused, and nothing else is', async (t) => {
  const session = sessionName('br0', '10.2.2.9')
  const cases: readonly (readonly [readonly string[], readonly string[], string | null, string | null])[] = [
    [
      ['add-bond', 'br0', 'bond0', 'd0', 'd1'],
      ['del-port', 'br0', 'bond0'],
      'Interface:mac_in_use, which tells the active member of the bond bond0',
      'Port:lacp, which tells the members of the bond bond0',
    ],
    [
      ['add-bond', 'br0', 'bond0', 'd0', 'd1', 'lacp=active'],
      ['del-port', 'br0', 'bond0'],
      null,
      'Port:lacp, which tells the members of the bond bond0',
    ],
    [
      ['set', 'Interface', 'p1', 'bfd:enable=true'],
      ['clear', 'Interface', 'p1', 'bfd'],
      'Interface:bfd_status, which tells whether the tunnel of p1 is up',
      null,
    ],
    [
      [
        ...[
          'add-port',
          'br0',
          session,
          '--',
          'set',
          'Port',
          session,
          'external_ids:vtep_physical_switch=br0',
        ],
        ...['external_ids:vtep_bfd=10.2.2.9', '--', 'set', 'Interface', session, 'type=vxlan'],
        'options:remote_ip=10.2.2.9',
      ],
      ['del-port', 'br0', session],
      `Interface:bfd_status, which tells whether the tunnel of ${session} is up`,
      `Interface:bfd_status, which tells whether the tunnel of ${session} is up`,
    ],
    [
      ['add-br', 'br0_vtep_ls1', '--', 'set', 'Bridge', 'br0_vtep_ls1', 'datapath_type=dummy'],
      ['del-br', 'br0_vtep_ls1'],
      null,
      'Bridge:external_ids, which tells whether br0_vtep_ls1 is a bridge of the Python ovs-vtep',
    ],
    [
      ['add-port', 'br0', 'gone', '--', 'set', 'Interface', 'gone', 'type=patch'],
      ['del-port', 'br0', 'gone'],
      null,
      null,
    ],
  ]
  const lists: (readonly string[])[] = []
  for (const [i, [change, back]] of cases.entries()) {
    await box.vsctl(...change)
    copyFileSync(at('conf.db'), at(`${i}.db`))
    const shown = await kept(`${i}-show`, 'ovs-vsctl', 'show')
    const ports = await kept(`${i}-ports`, 'ovs-ofctl', '-O', 'OpenFlow14', 'dump-ports-desc', bridge)
    lists.push(['br0', ...given('actual', [`${i}.db`, 'flows'])])
    lists.push(['br0', ...given('actual', [shown, ports, 'flows'])])
    await box.vsctl(...back)
  }
  const outcomes = diffsIn(box, ...lists)
  const reasons = cases.flatMap(([change, , ...both]) => both.map((reason) => [change, reason] as const))
  for (const [i, [change, reason]] of reasons.entries()) {
    const { status, stderr = '' } = outcomes[i] ?? {}
    t.equal(status, reason === null ? 2 : 1, `${change.join(' ')}: ${stderr}`)
    if (reason !== null) t.match(stderr, new RegExp(`^vtep-diff: [^\\n]*: it does not say ${reason}\\n?$`))
  }
})

t.test('what does not suffice is refused in one line', async (t) => {
  const flows = readFileSync(at('dump-flows_br0'), 'utf8')
  writeFileSync(at('cut'), flows.slice(0, -30))
  writeFileSync(at('twice'), flows + flows)
  writeFileSync(at('dump-flows_br1'), flows)
  writeFileSync(at('cut.json'), readFileSync(at('ovs.json'), 'utf8').slice(0, -30))
  writeFileSync(at('cut.db'), readFileSync(at('backup')).subarray(0, 5000))
  await box.vsctl('set', 'Bridge', 'br0', 'external_ids:later=1')
  await kept('later.json', 'ovsdb-client', 'dump', '--format=json', server, 'Open_vSwitch')
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [given('actual', ['conf.db']), /conf\.db: the flow tables are not in it/],
    [given('actual', ['flows']), /flows: Open_vSwitch is not in it/],
    [given('desired', ['conf.db']), /conf\.db: hardware_vtep is not in it/],
    [
      given('actual', ['show', 'flows']),
      /^vtep-diff: show: it does not say Interface:ofport, which tells the number of p[01]; "ovs-ofctl show" does, too\n?$/,
    ],
    [given('actual', ['show', 'list-Bridge', 'flows']), /show: it does not say Interface:ofport/],
    [['capture', '-o', 'c', ...given('actual', ['show', 'ports', 'flows'])], /capture: /],
    [given('actual', ['list-Bridge', 'list-Port', 'flows']), /it does not say Interface$/m],
    [
      given('actual', ['conf.db', 'cut']),
      /cut: the last line has no end|cut: line \d+: a flow that is cut off/,
    ],
    [given('actual', ['conf.db', 'twice']), /twice: line \d+: the flow of line \d+ once more/],
    [
      given('actual', ['conf.db', 'dump-flows_br1']),
      /no flow tables of br0, but, as files are named, of br1/,
    ],
    [given('actual', ['conf.db', 'flows', 'dump-flows_br0']), /both .* may be the flow tables of br0/],
    [given('actual', ['cut.json', 'flows']), /cut\.json: line \d+: the text ends within a table/],
    [given('actual', ['ovs.json', 'later.json', 'flows']), /ovs\.json and later\.json say different things/],
    [given('desired', ['cut.db']), /cut\.db: byte \d+: the file ends within this record/],
    [given('desired', ['backup@3']), /only a journal has positions/],
    [given('desired', ['backup', 'br0']), /goes alone/],
    [given('desired', ['backup', server]), /goes alone/],
    [['capture', '-o', 'c', ...given('desired', ['vtep.db'])], /capture: /],
  ]
  const outcomes = diffsIn(
    box,
    ...cases.map(([list]) => (list[0] === 'capture' ? [...list, 'br0'] : ['br0', ...list])),
  )
  for (const [i, [list, reason]] of cases.entries()) {
    const { status, stdout, stderr } = outcomes[i] ?? { status: -1, stdout: '', stderr: '' }
    t.equal(status, 1, list.join(' '))
    t.equal(stdout, '', list.join(' '))
    t.match(stderr, reason)
  }
})
