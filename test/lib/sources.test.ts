import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { byOwner } from '../../lib/ingest/flows.js'
import { readDatabaseFile } from '../../lib/compare/sources/database-file.js'
import { type DatabaseContents, declarations, SourceError } from '../../lib/compare/sources/database.js'
import { parseDatum } from '../../lib/compare/sources/datum.js'
import { readFlowDump } from '../../lib/compare/sources/flow-dump.js'
import { readLists } from '../../lib/compare/sources/lists.js'
import { readPortNumbers } from '../../lib/compare/sources/port-numbers.js'
import { recognise } from '../../lib/compare/sources/recognise.js'
import { readShow } from '../../lib/compare/sources/show.js'
import { readTableDocuments } from '../../lib/compare/sources/table-documents.js'

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex')
const uuid = '00000000-0000-4000-8000-00000000000a'
const none = new Map<string, number>()

function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (error instanceof SourceError) return error.message
    throw error
  }
}

function record(json: unknown): Buffer {
  const body = Buffer.from(`${JSON.stringify(json)}\n`)
  return Buffer.concat([Buffer.from(`OVSDB JSON ${body.length} ${sha1(body)}\n`), body])
}

function schema(version?: string) {
  const tables = Object.entries(declarations.hardware_vtep).map(([table, columns]) => [
    table,
    { columns: Object.fromEntries(Object.keys(columns).map((column) => [column, {}])) },
  ])
  return {
    name: 'hardware_vtep',
    ...(version !== undefined && { version }),
    tables: Object.fromEntries(tables) as object,
  }
}

function file(...records: readonly unknown[]): Buffer {
  return Buffer.concat(records.map(record))
}

const readFile = (bytes: Uint8Array) => readDatabaseFile(bytes, sha1)
const named = (name: string) => ({ Logical_Switch: { [uuid]: { name } } })

function switchesIn(bytes: Uint8Array): unknown {
  return [...(readFile(bytes).contents['Logical_Switch']?.values() ?? [])].map(({ name }) => name)
}

t.test('a dump of flows is read with its lines', (t) => {
  const ports = new Map([
    ['p0', 1],
    ['p 1', 2],
    ['p2', 3],
  ])
  const [old, recent] = ['2.13-OpenFlow10', '3.6-OpenFlow15'].map((name) =>
    readFlowDump(readFileSync(join(process.cwd(), 'test', 'lib', 'dumps', `${name}.txt`), 'utf8'), ports),
  )
  t.strictSame(old, recent, 'the oldest and the newest say the same')
  t.strictSame([old?.flows.length, old?.unclear, old?.isEnded], [5, [], true])
  const { own, learned, foreign } = byOwner(old?.flows ?? [])
  t.strictSame([own.size, [...learned], foreign.length], [2, [['0x5/00:00:00:00:00:aa', 0x2000a]], 2])
  t.match(old?.flows[0], { actions: 'set_field:0x10000->reg0,set_field:0x5->metadata,resubmit(,10)' })

  const line = ' cookie=0x1, table=1, priority=5,ip actions=drop'
  const cases: readonly (readonly [string, unknown])[] = [
    ['', { flows: [], unclear: [], isEnded: true }],
    [line, { flows: [{ key: 'table=1,priority=5,ip' }], isEnded: false }],
    [
      `2026-01-01T00:00:00Z|00001|vconn|WARN|closed\n\n${line},frob(1)\n`,
      { unclear: [{ line: 3, reason: 'no such action: "frob(1)"' }], isEnded: true },
    ],
    [`${line}\n${line}\n`, 'line 2: the flow of line 1 once more; a file is of one bridge'],
    [
      `${line}\n cookie=0x1, table=1, prio`,
      'line 2: a flow that is cut off, without actions: "cookie=0x1, table=1, prio"',
    ],
    [`${line}\n cookie=0x`, 'line 2: a flow that is cut off, without actions: "cookie=0x"'],
    ['priority=5,ip', 'line 1: a flow that is cut off, without actions: "priority=5,ip"'],
    ['{"a":1}', 'line 1: not a flow: "{\\"a\\":1}"'],
    [
      'ovs-ofctl: br0 is not a bridge or a socket\n',
      'line 1: not a flow: "ovs-ofctl: br0 is not a bridge or a socket"',
    ],
    [
      'table_id=254, duration=3s, n_packets=0, n_bytes=0, priority=0,actions=drop\n',
      'line 1: flows without cookies, as of "ovs-appctl bridge/dump-flows" before Open vSwitch 3.2; "ovs-ofctl dump-flows" is needed',
    ],
    [
      'duration=3s, n_packets=0, n_bytes=0, priority=0,actions=NORMAL\n',
      'line 1: flows without cookies, as of "ovs-appctl bridge/dump-flows" before Open vSwitch 3.2; "ovs-ofctl dump-flows" is needed',
    ],
    [
      // bridge/dump-flows since 3.2: no cookie of zeros, a table that is hidden, and flows of in-band control
      'duration=0s, n_packets=0, n_bytes=0, priority=0,actions=NORMAL\n' +
        'cookie=0x77, table_id=3, duration=0s, n_packets=0, n_bytes=0, priority=5,dl_vlan=5,actions=strip_vlan,output:1\n' +
        'duration=9s, n_packets=0, n_bytes=0, priority=180002,arp,dl_dst=02:00:00:00:00:01,arp_op=2,actions=NORMAL\n' +
        'table_id=254, duration=0s, n_packets=0, n_bytes=0, priority=2,recirc_id=0,actions=drop\n',
      {
        flows: [
          { key: 'table=0,priority=0', cookie: '0x0', actions: 'NORMAL' },
          { key: 'table=3,priority=5,dl_vlan=5', cookie: '0x77', actions: 'pop_vlan,output:1' },
        ],
        unclear: [],
      },
    ],
    [' priority=0 actions=NORMAL\n', { flows: [{ key: 'table=0,priority=0', cookie: '0x0' }] }],
  ]
  const part = (number: number) => ` cookie=0x5, table=${number}, priority=1 actions=drop\n`
  const more = 'OFPST_FLOW reply (OF1.4) (xid=0x2): flags=[more]\n'
  const last = 'OFPST_FLOW reply (OF1.4) (xid=0x2):\n'
  t.strictSame(
    readFlowDump(more + part(1) + more + part(2) + last + part(3), none).flows.map(({ key }) => key),
    [1, 2, 3].map((number) => `table=${number},priority=1`),
    'a reply in several parts',
  )
  for (const [text, expected] of cases)
    t.match(
      outcome(() => readFlowDump(text, none)),
      expected,
      text,
    )
  t.end()
})

t.test('a database file: versions, differences, a torn end', (t) => {
  const two = file(schema('1.7.0'), named('ls0'), named('ls1'))
  t.strictSame(switchesIn(two), ['ls1'])
  t.notOk('warning' in readFile(two))
  const first = file(schema('1.7.0'), named('ls0')).length
  const start = file(schema('1.7.0')).length
  for (const length of [first + 1, first + 12, first + 30, first + 60, two.length - 1]) {
    const torn = two.subarray(0, length)
    t.strictSame(switchesIn(torn), ['ls0'], `cut after ${length}`)
    t.equal(readFile(torn).warning, `byte ${first}: the file ends within this record, which is passed over`)
  }
  for (const [length, byte] of [
    [start + 5, start],
    [first - 1, start],
    [start - 1, 0],
    [3, 0],
  ] as const)
    t.equal(
      outcome(() => readFile(two.subarray(0, length))),
      `byte ${byte}: the file ends within this record`,
      `nothing would be left after ${length}`,
    )
  t.equal(
    outcome(() => readFile(Buffer.concat([two, Buffer.from('OVSDB NONSENSE')]))),
    `byte ${two.length}: not the beginning of an OVSDB record`,
  )

  t.equal(
    outcome(() => readFile(file(schema(), { Logical_Switch: { x: {} } }))),
    `byte ${file(schema()).length}: Logical_Switch: not a UUID: "x"`,
  )

  const set = (values: readonly string[]) => ({ tunnel_ips: ['set', values] })
  const changed = (change: object) =>
    readFile(
      file(schema(), { Physical_Switch: { [uuid]: { name: 'ps', ...set(['a', 'b']) } } }, change),
    ).contents['Physical_Switch']?.get(uuid)?.['tunnel_ips']
  const row = { Physical_Switch: { [uuid]: set(['b', 'c']) } }
  t.strictSame(changed({ _is_diff: true, ...row }), ['a', 'c'], 'a difference')
  t.strictSame(changed(row), ['b', 'c'], 'new values')

  t.equal(readFile(file(schema())).version, null)
  t.equal(readFile(file(schema('1.3.0'))).version, '1.3.0')
  const refused: readonly (readonly [unknown, string])[] = [
    [schema('2.0.0'), 'hardware_vtep with schema version "2.0.0"; 1.x.y is the newest that can be read'],
    [schema('new'), 'hardware_vtep with a schema version that is none: "new"'],
    [
      { name: 'hardware_vtep', version: '1.0.0', tables: {} },
      "hardware_vtep with schema version 1.0.0 has no table Physical_Switch, so it can't be read",
    ],
    [
      { name: 'OVN_Southbound', version: '20.1.0', tables: {} },
      'a database "OVN_Southbound", not hardware_vtep or Open_vSwitch',
    ],
  ]
  for (const [json, message] of refused)
    t.equal(
      outcome(() => readFile(file(json))),
      message,
    )
  t.end()
})

t.test('lists for people', (t) => {
  const values: readonly (readonly [string, unknown])[] = [
    ['[]', ['set', []]],
    ['{}', ['map', []]],
    ['""', ''],
    ['p0', 'p0'],
    ['"5"', '5'],
    ['-5', -5],
    ['1.5e3', 1500],
    ['true', true],
    ['[a, "b, c"]', ['set', ['a', 'b, c']]],
    [uuid, ['uuid', uuid]],
    [
      '{a="q\\"u, o}te", b="1"}',
      [
        'map',
        [
          ['a', 'q"u, o}te'],
          ['b', '1'],
        ],
      ],
    ],
    [`{0=${uuid}}`, ['map', [[0, ['uuid', uuid]]]]],
  ]
  for (const [text, value] of values) t.strictSame(parseDatum(text), value, text)
  for (const text of ['[', '[a', '[a,]', '{a}', '{a=}', '{a=1', '"', 'a b', '"\\x"', '[a] b', '{a=1}}'])
    t.throws(() => parseDatum(text), { name: 'Unclear' }, text)

  const port = `_uuid               : ${uuid}\nbond_mode           : []\ninterfaces          : [${uuid}]\nname                : p0\n`
  const found = readLists(port)
  const columns = { name: 'p0', interfaces: [uuid], lacp: null, bond_active_slave: null, external_ids: [] }
  t.strictSame(found.contents, { Port: new Map([[uuid, columns]]) })
  t.ok(found.lacks.includes('Port:lacp') && found.lacks.includes('Bridge'))
  t.strictSame(recognise('sos_commands/openvswitch/ovs-vsctl_-t_5_list_Port', port), { kind: 'lists' })
  const empty = readLists(`Bridge table\n\nSSL table\n_uuid : [\n\nPort table\n${port}`)
  t.strictSame(Object.keys(empty.contents), ['Bridge', 'Port'], 'captions')
  const manager = `Manager table\n_uuid : ${uuid}\ntarget : "tcp:192.0.2.1:6640"\n`
  const managed = readLists(`${manager}\nPort table\n${port}`)
  t.match(managed.contents['Manager']?.get(uuid), { target: 'tcp:192.0.2.1:6640', connection_mode: null })
  const others = readLists(`${manager}\nTunnel table\n`)
  t.strictSame([others.database, Object.keys(others.contents)], ['hardware_vtep', ['Tunnel']], 'its own')
  const odd = readLists(`constructor table\n\nPort table\n${port}`)
  t.strictSame(Object.keys(odd.contents), ['Port'], 'a table of no name that we know')
  t.notOk(
    empty.lacks.some((column) => column.startsWith('Bridge')),
    'a table without rows is whole',
  )
  const refused: readonly (readonly [string, string])[] = [
    ['', 'line 1: no table'],
    ['hello', 'line 1: not a column and its value'],
    ['name : p0', 'line 1: no known table has these columns'],
    ['\nname : p0\nbond_mode : []', 'line 2: a row of Port without _uuid'],
    [`${port}\n${port}`, `line 6: the row ${uuid} once more`],
    [port.slice(0, -5), 'line 4: not a column and its value'],
    [port.replace(`[${uuid}]`, '[p'), 'line 3: interfaces: not a set: "[p"'],
    [port.replace(`[${uuid}]`, '5'), `line 1: Port ${uuid}: column interfaces: not a uuid: 5`],
    [
      `${port}\n_uuid : ${uuid}\ntunnel_ips : []\n`,
      'line 6: a table of hardware_vtep among those of Open_vSwitch',
    ],
  ]
  for (const [text, message] of refused)
    t.equal(
      outcome(() => readLists(text)),
      message,
      JSON.stringify(text),
    )
  t.equal(
    outcome(() => readPortNumbers('no')),
    'line 1: no output of "ovs-ofctl show"',
  )
  t.equal(
    outcome(() => readPortNumbers('OFPST_PORT_DESC reply (OF1.4) (xid=0x2):\n 1("\\x"): addr:00')),
    'line 2: not a quoted name: "\\"\\\\x\\""',
  )
  t.end()
})

t.test('a text is told by its first characters, whatever its name', (t) => {
  const flows = (bridge: string | null) => ({ kind: 'flows', bridge }) as const
  const cases: readonly (readonly [string, string, ReturnType<typeof recognise>])[] = [
    ['vtep.db', 'OVSDB JSON 1 ', { kind: 'database-file' }],
    ['ovs-ofctl_show_br0', 'OVSDB CLUSTER 1 ', { kind: 'clustered-file' }],
    ['ovs-ofctl_-O_OpenFlow13_dump-flows_br0', 'OFPST_FLOW reply (OF1.3) (xid=0x2):\n', flows('br0')],
    ['ovs-ofctl-dump-flows-br-int.out', 'NXST_FLOW reply (xid=0x4):\n', flows('br-int')],
    ['a/b/c', ` cookie=0x0, duration=1.2s, table=0, ${'n'.repeat(900)}`, flows(null)],
    ['x', 'priority=5,ip actions=drop', flows(null)],
    ['x', 'duration=3s, n_packets=0', flows(null)],
    [
      'ovs-ofctl_dump-ports-desc_br1',
      'OFPST_PORT_DESC reply (OF1.4) (xid=0x2):\n',
      { kind: 'ports', bridge: 'br1' },
    ],
    ['ovs-vsctl_-t_5_show', `${uuid}\n    Bridge br0\n`, { kind: 'show' }],
    ['ovs-vsctl_-t_5_list_Interface', `_uuid               : ${uuid}\n`, { kind: 'lists' }],
    ['ovsdb-client_dump', 'AutoAttach table\n\nBridge table\n', { kind: 'lists' }],
    ['x', '{"caption":"Bridge table"', { kind: 'tables' }],
    ['ovs-ofctl_dump-flows_br0', 'ovs-ofctl: br0 is not a bridge or a socket\n', undefined],
    ['vtep.db', '', undefined],
  ]
  for (const [name, head, kind] of cases) t.strictSame(recognise(name, head), kind, `${name}: ${head}`)
  t.end()
})

/** What damage does to a text: letters go, come, change places, or it ends. */
function damaged(whole: string): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...['"', '\\', '{', '}', '[', ']', ',', '=', ':', ' ', '\n', '0', '-', 'null', '"set"', '__proto__'],
    ...['Bridge table', 'actions=', 'cookie=', '\u0000', 'é'],
  )
  const edit = fc.tuple(fc.nat(whole.length), fc.nat(20), piece)
  return fc.array(edit, { minLength: 1, maxLength: 5 }).map((edits) => {
    let text = whole
    for (const [at, drop, added] of edits) text = text.slice(0, at) + added + text.slice(at + drop)
    return text
  })
}

t.test('no damage breaks a reader: it reads or refuses', (t) => {
  const list = `_uuid : ${uuid}\nbond_mode : []\nname : p0\n\n_uuid : ${uuid.replace('a', 'b')}\nbond_mode : []\n`
  const table = {
    caption: 'Port table',
    headings: ['_uuid', 'name', 'interfaces'],
    data: [[['uuid', uuid], 'p0', ['set', []]]],
  }
  const show = `${uuid}\n    Bridge br0\n        Port "p 0"\n            Interface "p 0"\n                type: vxlan\n                options: {key=flow, remote_ip="1.2.3.4"}\n    ovs_version: "3.1.0"\n`
  const flows = ' cookie=0x1, table=1, priority=5,ip actions=drop\n cookie=0x1, priority=5 actions=output:1\n'
  const ports = 'OFPT_FEATURES_REPLY (xid=0x2): dpid:0\n 1("p 0"): addr:00:00:00:00:00:00\n'
  const readers: readonly (readonly [string, string, (text: string) => unknown])[] = [
    ['lists', list, readLists],
    ['tables', JSON.stringify(table), readTableDocuments],
    ['show', show, readShow],
    ['flows', flows, (text) => readFlowDump(text, none)],
    ['ports', ports, readPortNumbers],
  ]
  for (const [name, text, read] of readers) {
    t.not(typeof outcome(() => read(text)), 'string', `${name}, whole`)
    fc.assert(
      fc.property(fc.oneof(damaged(text), fc.string()), (broken) => {
        outcome(() => read(broken))
        recognise('x', broken)
      }),
      { numRuns: 1000 },
    )
  }
  const sound = file(schema('1.7.0'), named('ls0'), { _is_diff: true, ...named('ls1') })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 4 }), (edits) => {
      const bytes = Uint8Array.from(sound)
      for (const [at, byte] of edits) bytes[at] = byte
      const found = outcome(() => readFile(bytes))
      const isSame = Buffer.compare(bytes, sound) === 0
      return typeof found === 'string' || isSame || (found as DatabaseContents).warning !== undefined
    }),
    { numRuns: 1000 },
  )
  const wrong = fc.oneof(
    fc.constant(named('x')),
    fc.json().map((json): unknown => JSON.parse(json)),
  )
  const rows = fc.record({ Logical_Switch: fc.oneof(wrong, fc.dictionary(fc.constant(uuid), wrong)) })
  fc.assert(
    fc.property(wrong, fc.oneof(rows, wrong), (head, body) => {
      outcome(() => readFile(file(head, body)))
      outcome(() => readFile(file(schema('1.7.0'), body)))
    }),
    { numRuns: 1000 },
  )
  t.end()
})
