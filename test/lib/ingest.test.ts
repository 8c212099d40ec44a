import t from 'tap'
import { readFlowLine } from '../../lib/compare/forms/flow-line.js'
import {
  amendColumns,
  decodeRow,
  isKnownAs,
  replaceColumns,
  WireError,
  type WireRow,
} from '../../lib/ingest/decode.js'
import { createRandom } from '../support/differential/random.js'
import { changeFrom } from '../../lib/ingest/changes.js'
import { learnedUpdate, observe } from '../../lib/ingest/flows.js'
import { flowChanges, flowDump, ovsUpdates, sourceLost, vtepUpdates } from '../../lib/ingest/intake.js'
import { afterImages, differences } from '../../lib/ingest/updates.js'
import { Witness } from '../../lib/ingest/witness.js'
import { amend, entriesOf, none } from '../../lib/model/collection.js'
import { parseFlow } from '../../lib/model/flow.js'
import { rowIn } from '../../lib/history/row-in.js'
import type { RowOf, TableDeclaration } from '../../lib/schema/column.js'
import { vtepTables } from '../../lib/schema/hardware-vtep.js'
import { type OvsRow, ovsTables } from '../../lib/schema/open-vswitch.js'
import { bound } from '../support/small-world.js'

const [a, b, c] = ['a', 'b', 'c'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`)
const uuid = (text: string | undefined) => ['uuid', text]

t.test('names that every object inherits are names as any other', (t) => {
  const { world } = bound()
  const { state } = world.core
  for (const table of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
    const changes = JSON.parse(`{"${table}":{"${String(a)}":{"modify":{"name":"x"}}}}`) as never
    t.strictSame(vtepUpdates(changes)(state), [], table)
    t.strictSame(ovsUpdates(changes)(state), [], table)
    const row = JSON.parse(`{"${table}":"x"}`) as WireRow
    t.strictSame(decodeRow(vtepTables.Logical_Switch, row), decodeRow(vtepTables.Logical_Switch, {}))
    const updates = [{ table: table as 'Logical_Switch', uuid: String(a), row: null }]
    world.record({ type: 'VtepUpdated', isCatchUp: false, updates })
    t.equal(rowIn(world.core.state, { table: table as never, uuid: String(a) }), undefined)
  }
  world.work()
  t.strictSame(world.problems(), [])
  t.end()
})

t.test('a row that is known as a wire row is what that is decoded to', (t) => {
  const random = createRandom(1)
  const values = [null, '', 'x', 0, 1, ['set', []], ['set', [1]], ['map', []], uuid(a), uuid(b)]
  let known = 0
  for (const table of Object.values(vtepTables) as readonly TableDeclaration[])
    for (let round = 0; round < 3_000; round++) {
      const [one, other] = [0, 1].map(() =>
        Object.fromEntries(Object.keys(table).map((name) => [name, random.pick(values) ?? undefined])),
      )
      const [row, wanted] = [one, other].map((wire) => decoded(table, wire ?? {}))
      if (row === null || row === undefined || !isKnownAs(table, row, other ?? {})) continue
      known++
      if (JSON.stringify(row) !== JSON.stringify(wanted)) t.fail(JSON.stringify({ one, other }))
    }
  t.ok(known > 100, `${known} are`)
  const mac = { MAC: 'x', logical_switch: uuid(a), locator: uuid(b) }
  const { Ucast_Macs_Remote: columns } = vtepTables
  t.ok(isKnownAs(columns, decodeRow(columns, mac), mac), 'what there is most of')
  t.notOk(isKnownAs(columns, decodeRow(columns, mac), { ...mac, locator: uuid(a) }))
  t.end()
})

function decoded(table: TableDeclaration, wire: WireRow): RowOf<TableDeclaration> | null {
  try {
    return decodeRow(table, wire)
  } catch (error) {
    if (error instanceof WireError) return null
    throw error
  }
}

t.test('rows: defaults, sets, maps and optional columns', (t) => {
  t.strictSame(decodeRow(vtepTables.Logical_Switch, { name: 'ls0', tunnel_key: 33, more: 1 }), {
    name: 'ls0',
    tunnel_key: 33,
    replication_mode: null,
  })
  t.strictSame(decodeRow(vtepTables.Physical_Switch, { ports: uuid(b), tunnel_ips: ['set', ['2', '1']] }), {
    name: '',
    description: '',
    tunnel_ips: ['1', '2'],
    ports: [b],
    tunnels: [],
    switch_fault_status: [],
  })
  const bindings = [
    'map',
    [
      [7, uuid(b)],
      [0, uuid(a)],
    ],
  ]
  t.strictSame(decodeRow(vtepTables.Physical_Port, { vlan_bindings: bindings }).vlan_bindings, [
    [0, a],
    [7, b],
  ])
  t.end()
})

t.test('a modify of update2 carries differences of sets and maps, new values of the rest', (t) => {
  const port = decodeRow(vtepTables.Physical_Port, {
    vlan_bindings: [
      'map',
      [
        [0, uuid(a)],
        [7, uuid(b)],
      ],
    ],
  })
  const amended = (pairs: unknown[]) =>
    amendColumns(vtepTables.Physical_Port, port, { vlan_bindings: ['map', pairs] })
  t.strictSame(amended([[0, uuid(a)]]).vlan_bindings, [[7, b]], 'the same pair goes')
  t.strictSame(
    amended([[7, uuid(c)]]).vlan_bindings,
    [
      [0, a],
      [7, c],
    ],
    'another value replaces',
  )
  t.strictSame(
    amended([[9, uuid(c)]]).vlan_bindings,
    [
      [0, a],
      [7, b],
      [9, c],
    ],
    'a new key comes',
  )
  const ps = decodeRow(vtepTables.Physical_Switch, { tunnel_ips: ['set', ['1', '2']] })
  t.strictSame(amendColumns(vtepTables.Physical_Switch, ps, { tunnel_ips: ['set', ['2', '3']] }).tunnel_ips, [
    '1',
    '3',
  ])
  const ls = decodeRow(vtepTables.Logical_Switch, { tunnel_key: 33 })
  t.equal(amendColumns(vtepTables.Logical_Switch, ls, { tunnel_key: 44 }).tunnel_key, 44)
  t.equal(amendColumns(vtepTables.Logical_Switch, ls, { tunnel_key: ['set', []] }).tunnel_key, null)
  t.strictSame(
    replaceColumns(vtepTables.Physical_Port, port, { vlan_bindings: ['map', []] }).vlan_bindings,
    [],
  )
  t.end()
})

t.test('columns that an earlier program did not ask for are as if empty', (t) => {
  const { name, ports, fail_mode, protocols, external_ids } = decodeRow(ovsTables.Bridge, { name: 'br0' })
  const early = { name, ports, fail_mode, protocols, external_ids } as OvsRow<'Bridge'>
  t.ok(isKnownAs(ovsTables.Bridge, early, { name: 'br0' }), 'nothing has changed')
  t.notOk(isKnownAs(ovsTables.Bridge, early, { name: 'br0', other_config: ['map', [['a', 'b']]] }))
  const amended = amendColumns(ovsTables.Bridge, early, {
    controller: uuid(c),
    other_config: ['map', [['disable-in-band', 'true']]],
  })
  t.strictSame(amended.controller, [c])
  t.strictSame(amended.other_config, [['disable-in-band', 'true']])
  t.end()
})

t.test('values that the schema does not allow are refused by table, row and column', (t) => {
  const contents = (row: object) => () =>
    differences(vtepTables, null, { Logical_Switch: { [a ?? '']: { ...row } } })
  t.throws(contents({ name: 5 }), new WireError(`Logical_Switch ${a}: column name: not a string: 5`))
  t.throws(
    contents({ tunnel_key: 1.5 }),
    new WireError(`Logical_Switch ${a}: column tunnel_key: not an integer: 1.5`),
  )
  t.throws(contents({ tunnel_key: ['set', [1, 2]] }), WireError)
  t.throws(
    () => differences(vtepTables, null, { Physical_Port: { [a ?? '']: { vlan_bindings: ['map', [[0]]] } } }),
    new WireError(`Physical_Port ${a}: column vlan_bindings: not a pair: [0]`),
  )
  t.throws(() => differences(vtepTables, null, { Logical_Switch: { x: {} } }), WireError)
  t.throws(
    () => afterImages(vtepTables, tables(), { Logical_Switch: { [b ?? '']: { modify: { name: 'x' } } } }),
    new WireError(`Logical_Switch ${b}: a change of a row that was never sent`),
  )
  t.end()
})

function tables() {
  const row = { name: 'ls0', tunnel_key: 33, replication_mode: null }
  return { Logical_Switch: amend<never>(none, [[a ?? '', row as never]]) }
}

t.test('only differences from what is known become updates', (t) => {
  const known = tables()
  t.strictSame(
    differences(vtepTables, known, { Logical_Switch: { [a ?? '']: { name: 'ls0', tunnel_key: 33 } } }),
    [],
  )
  t.strictSame(differences(vtepTables, known, {}), [{ table: 'Logical_Switch', uuid: a, row: null }])
  t.strictSame(
    afterImages(vtepTables, known, { Logical_Switch: { [a ?? '']: { modify: { tunnel_key: 33 } } } }),
    [],
  )
  t.strictSame(afterImages(vtepTables, known, { Unknown_Table: { x: { delete: true } } }), [])
  t.end()
})

t.test('lines of dump-flows', (t) => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      ' cookie=0x5654000000000000, table=20, priority=0 actions=drop',
      'table=20,priority=0',
      '0x5654000000000000',
      'drop',
    ],
    [' priority=5,in_port=7 actions=NORMAL', 'table=0,priority=5,in_port=7', '0x0', 'NORMAL'],
    [
      ' table=1, tun_src=10.0.0.1 actions=resubmit(,2)',
      'table=1,priority=32768,tun_src=10.0.0.1',
      '0x0',
      'resubmit(,2)',
    ],
    [' actions=NORMAL', 'table=0,priority=32768', '0x0', 'NORMAL'],
  ]
  for (const [line, key, cookie, actions] of cases)
    t.strictSame(parseFlow(line), { key, cookie, actions }, line)
  const flags: readonly (readonly [string, string, string | undefined])[] = [
    [' reset_counts in_port=4 actions=output:1', 'table=0,priority=32768,in_port=4', undefined],
    [' check_overlap no_packet_counts no_byte_counts actions=drop', 'table=0,priority=32768', undefined],
    [
      ' table=3, importance=4, send_flow_rem, hard_timeout=5 actions=drop',
      'table=3,priority=32768',
      'hard_timeout=5,send_flow_rem,importance=4',
    ],
    [
      ' table=3, idle_timeout=9, send_flow_rem priority=5,ip actions=drop',
      'table=3,priority=5,ip',
      'idle_timeout=9,send_flow_rem',
    ],
    [' send_flow_rem reset_counts actions=drop', 'table=0,priority=32768', 'send_flow_rem'],
  ]
  for (const [line, key, extras] of flags) {
    const flow = parseFlow(line)
    t.strictSame([flow?.key, flow?.extras], [key, extras], line)
    t.strictSame(readFlowLine(line, new Map())?.flow, flow, 'files are read alike')
  }
  t.strictSame(parseFlow(' ip actions=drop'), {
    key: 'table=0,priority=32768,ip',
    cookie: '0x0',
    actions: 'drop',
  })
  for (const line of ['', 'OFPST_FLOW reply (OF1.4) (xid=0x2):']) t.equal(parseFlow(line), undefined)
  t.end()
})

t.test('an observation is sorted by owner', (t) => {
  const { own, learned, foreign } = observe(`OFPST_FLOW reply (OF1.4) (xid=0x2):
 cookie=0x5654000000000000, table=20, priority=0 actions=drop
 cookie=0x564c000100000001, table=21, hard_timeout=300, priority=100,metadata=0x1,dl_dst=00:00:00:00:00:aa actions=load:0x2000a->NXM_NX_REG1[]
 cookie=0x5654, table=3, priority=1 actions=drop
 priority=0 actions=NORMAL
`)
  t.strictSame([...own.keys()], ['table=20,priority=0'])
  t.strictSame([...learned], [['0x1/00:00:00:00:00:aa', 0x2000a]])
  t.strictSame(
    foreign.map(({ key }) => key),
    ['table=3,priority=1', 'table=0,priority=0'],
    'a short cookie is not ours',
  )
  t.end()
})

t.test('lines of the flow monitor', (t) => {
  const rest = 'metadata=0x1,dl_dst=00:00:00:00:00:aa actions=load:0x10000->NXM_NX_REG1[]'
  const [match, actions] = ['metadata=0x1,dl_dst=00:00:00:00:00:aa', 'load:0x10000->NXM_NX_REG1[]']
  const change = { isGone: false, table: 21, match, cookie: '0x564c000100000001', actions }
  const key = '0x1/00:00:00:00:00:aa'
  const added = ` event=ADDED table=21 hard_timeout=300 cookie=0x564c000100000001 ${rest}`
  t.strictSame(changeFrom(added), change)
  t.strictSame(changeFrom(` event=MODIFIED table=21 cookie=0x564c000100000001 ${rest}`), change)
  t.strictSame(learnedUpdate(change), { key, binding: 0x10000 })
  const gone = ` event=DELETED reason=hard table=21 hard_timeout=300 cookie=0x564c000100000001 ${rest}`
  t.strictSame(changeFrom(gone), { ...change, isGone: true })
  t.strictSame(learnedUpdate({ ...change, isGone: true }), { key, binding: null })
  const wide = { ...change, actions: 'load:0x100000000->NXM_NX_REG1[]' }
  t.equal(learnedUpdate(wide), undefined, 'a register has 32 bits')
  t.match(changeFrom(' event=ADDED table=0 cookie=0x77 '), { match: '', cookie: '0x77', actions: 'drop' })
  t.match(changeFrom(' event=ADDED table=0 cookie=0x77 actions=output:1'), { match: '', actions: 'output:1' })
  t.match(changeFrom(' event=ADDED table=0 cookie=0 in_port=1 actions=drop'), { match: 'in_port=1' })
  t.equal(changeFrom('OFPST_FLOW_MONITOR reply (OF1.4) (xid=0x0):'), undefined)
  t.end()
})

t.test('a witness is sure of the flow tables while a history explains all that they say', (t) => {
  const { world, ls } = bound()
  world.remote('02:00:00:00:00:01', ls, '10.2.2.3')
  world.work()
  const witness = new Witness()
  const compared = (): boolean => {
    witness.compare(world.core.state)
    return witness.isSureOf(world.core.state)
  }
  t.notOk(compared(), 'nobody looked')
  const line = (text: string) => flowChanges([changeFrom(text)].filter((change) => change !== undefined))
  const [key = '', flow] =
    [...entriesOf(world.core.state.flows ?? none)].find(([k]) => k.includes('dl_dst=02:00:00:00:00:01')) ?? []
  const match = key.replace(/^table=20,priority=\d+,?/, '')
  const gone = line(
    ` event=DELETED table=20 cookie=${flow?.cookie ?? ''} ${match} actions=${flow?.actions ?? ''}`,
  )
  witness.take(flowDump(world.fakeSwitch.dump()))
  t.ok(compared(), 'a dump agrees')
  witness.take(gone)
  t.notOk(compared(), 'a flow is gone')
  const before = world.fakeSwitch.dump()
  world.edit((tables) => tables.Ucast_Macs_Remote.clear())
  world.work()
  t.ok(compared(), 'and the history says why')
  witness.take(flowDump(before))
  for (let round = 0; round < 20; round++) t.notOk(compared(), 'a dump does not agree')
  const lost = new Witness()
  lost.take(flowDump(world.fakeSwitch.dump()))
  lost.compare(world.core.state)
  t.ok(lost.isSureOf(world.core.state))
  lost.take(sourceLost('flows', 'gone'))
  lost.compare(world.core.state)
  t.notOk(lost.isSureOf(world.core.state), 'nothing is heard any more')
  t.end()
})
