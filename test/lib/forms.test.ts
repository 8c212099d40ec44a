import fc from 'fast-check'
import t from 'tap'
import { readFlowLine } from '../../lib/compare/forms/flow-line.js'
import type { Flow } from '../../lib/model/flow.js'
import { everyKind } from '../support/every-kind.js'

/** Forms as ovs-fields(7), ovs-actions(7) and ovs-ofctl(8) give them; versions but 3.1.0 could not be run here. */
const ports = new Map([
  ['p0', 1],
  ['p 1', 2],
  ['7', 9],
  ['LOCAL', 4],
  ['normal', 5],
])

function read(line: string): string {
  const found = readFlowLine(line, ports)
  if (found === undefined) return 'no flow'
  if (found.unclear !== null) return `unclear: ${found.unclear}`
  const { key, cookie, extras, actions } = found.flow
  return [
    ...(cookie === '0x0' ? [] : [cookie]),
    key,
    ...(extras === undefined ? [] : [extras]),
    actions,
  ].join(' ')
}

t.test('matches', (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['', ''],
    ['in_port=p0', 'in_port=1'],
    ['in_port="p 1"', 'in_port=2'],
    ['in_port="7"', 'in_port=9'],
    ['in_port=7', 'in_port=7'],
    ['in_port=LOCAL', 'in_port=LOCAL'],
    ['in_port="LOCAL"', 'in_port=4'],
    ['in_port=normal', 'in_port=5'],
    ['in_port=NORMAL', 'in_port=NORMAL'],
    ['in_port=local', 'in_port=LOCAL'],
    ['in_port=4294967294', 'in_port=LOCAL'],
    ['reg0=17', 'reg0=0x11'],
    ['reg0=0x11/0xffffffff', 'reg0=0x11'],
    ['NXM_NX_REG0=0x11/0xff', 'reg0=0x11/0xff'],
    // since 3.7
    ['reg16=1,reg31=2,tun_id=1,reg0=3', 'reg0=0x3,reg16=0x1,reg31=0x2,tun_id=0x1'],
    ['NXOXM_ET_REG20=0x11/0xff', 'reg20=0x11/0xff'],
    ['xreg8=0x100000002', 'reg16=0x1,reg17=0x2'],
    ['xxreg4=0x1', 'reg16=0,reg17=0,reg18=0,reg19=0x1'],
    ['xreg0=0x100000002', 'reg0=0x1,reg1=0x2'],
    ['OXM_OF_METADATA=5', 'metadata=0x5'],
    ['eth_dst=0:1:2:3:4:AB', 'dl_dst=00:01:02:03:04:ab'],
    ['dl_src=01:00:00:00:00:00/01:00:00:00:00:00', 'dl_src=01:00:00:00:00:00/01:00:00:00:00:00'],
    ['vlan_tci=0x1005/0x1fff', 'dl_vlan=5'],
    ['vlan_vid=4101', 'dl_vlan=5'],
    ['vlan_vid=0x1000/0x1000', 'vlan_tci=0x1000/0x1000'],
    ['vlan_tci=0/0x1000', 'vlan_tci=0x0000/0x1000'],
    ['dl_vlan_pcp=3,dl_vlan=5', 'dl_vlan=5,dl_vlan_pcp=3'],
    ['dl_vlan=0xffff', 'vlan_tci=0x0000'],
    ['dl_type=0x0800,nw_proto=6,tcp_dst=80', 'tcp,tp_dst=80'],
    ['eth_type=2048', 'ip'],
    ['nw_dst=10.0.0.1/255.255.255.0,ip', 'ip,nw_dst=10.0.0.0/24'],
    ['tunnel_id=0x1,tun_dst=10.0.0.1', 'tun_id=0x1,tun_dst=10.0.0.1'],
    ['tun_ipv6_src=FD00:0::1', 'tun_ipv6_src=fd00::1'],
    ['dl_dst=00:00:00:00:00:01,metadata=1,reg0=2', 'reg0=0x2,metadata=0x1,dl_dst=00:00:00:00:00:01'],
    ['reg0=0/0', ''],
    ['ct_state=+trk-new,ip', 'ct_state=-new+trk,ip'],
  ]
  for (const [given, match] of cases) {
    const line = `priority=9${given === '' ? '' : `,${given}`} actions=drop`
    t.equal(read(line), `table=0,priority=9${match === '' ? '' : `,${match}`} drop`, given)
  }
  t.end()
})

t.test('actions', (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'drop'],
    ['1', 'output:1'],
    ['p0', 'output:1'],
    ['encap(nsh),decap()', 'encap(nsh(md_type=1)),decap()'],
    ['encap(nsh(md_type=2)),encap(ethernet)', 'encap(nsh(md_type=2)),encap(ethernet)'],
    ['output:"p 1"', 'output:2'],
    ['in_port', 'IN_PORT'],
    ['Normal', 'NORMAL'],
    ['output:reg0[0..15]', 'output:NXM_NX_REG0[0..15]'],
    ['load:0x1->NXM_NX_REG0[]', 'set_field:0x1->reg0'],
    ['load:0xa020202->NXM_NX_TUN_IPV4_DST[]', 'set_field:10.2.2.2->tun_dst'],
    ['set_field:3->reg17,output:reg20[]', 'set_field:0x3->reg17,output:NXOXM_ET_REG20[]'],
    ['set_field:1/0xffff->reg0', 'load:0x1->NXM_NX_REG0[0..15]'],
    ['load:1->NXM_NX_REG0[0..15],load:2->NXM_NX_REG0[16..31]', 'set_field:0x20001->reg0'],
    ['strip_vlan', 'pop_vlan'],
    ['mod_vlan_vid:5,mod_vlan_pcp:3', 'push_vlan:0x8100,set_field:4101->vlan_vid,set_field:3->vlan_pcp'],
    ['push_vlan:0x8100,mod_vlan_vid:5', 'push_vlan:0x8100,set_field:4101->vlan_vid'],
    [
      'mod_vlan_vid:5,strip_vlan,mod_vlan_vid:6',
      'push_vlan:0x8100,set_field:4101->vlan_vid,pop_vlan,push_vlan:0x8100,set_field:4102->vlan_vid',
    ],
    ['load:0x1005->NXM_OF_VLAN_TCI[],mod_vlan_pcp:1', 'set_field:0x1005->vlan_tci,set_field:1->vlan_pcp'],
    ['mod_vlan_vid:5', 'push_vlan:0x8100,set_field:4101->vlan_vid'],
    ['goto_table:10', 'resubmit(,10)'],
    ['resubmit(in_port,10)', 'resubmit(,10)'],
    ['resubmit:p0', 'resubmit:1'],
    ['write_metadata:0x5', 'set_field:0x5->metadata'],
    ['apply_actions(output:1),goto_table:3', 'output:1,resubmit(,3)'],
    ['set_tunnel:5', 'set_field:0x5->tun_id'],
    ['mod_dl_dst:00:00:00:00:00:01', 'set_field:00:00:00:00:00:01->eth_dst'],
    ['bundle(eth_src,0,hrw,ofport,slaves:1,2)', 'bundle(eth_src,0,hrw,ofport,members:1,2)'],
    ['move:vlan_pcp[]->reg2[0..2]', 'move:OXM_OF_VLAN_PCP[]->NXM_NX_REG2[0..2]'],
    [
      'learn(cookie=0x7,eth_dst=eth_src[],metadata,priority=100,hard_timeout=300,load:reg0[]->reg1[],table=21)',
      'learn(table=21,hard_timeout=300,priority=100,cookie=0x7,OXM_OF_METADATA[],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:NXM_NX_REG0[]->NXM_NX_REG1[])',
    ],
  ]
  for (const [given, actions] of cases)
    t.equal(read(`actions=${given}`), `table=0,priority=32768 ${actions}`, given)
  t.equal(
    read('dl_vlan=4 actions=mod_vlan_vid:5'),
    'table=0,priority=32768,dl_vlan=4 set_field:4101->vlan_vid',
  )
  t.end()
})

t.test('what no form is known of stays the text that it is, without what is counted', (t) => {
  const flowOf = (line: string) => readFlowLine(line, ports)?.flow
  const cases: readonly (readonly [string, unknown])[] = [
    [
      ' cookie=0x77, duration=0.054s, table=4, n_packets=1, n_bytes=2, idle_age=0, hard_age=3, priority=5,reg99=0x5 actions=drop',
      { key: 'table=4,priority=5,reg99=0x5', cookie: '0x77', actions: 'drop' },
    ],
    [
      ' cookie=0x1, duration=9s, table=0, n_packets=0, n_bytes=0, idle_timeout=60, reset_counts priority=5 actions=frobnicate(1)',
      { key: 'table=0,priority=5', cookie: '0x1', extras: 'idle_timeout=60', actions: 'frobnicate(1)' },
    ],
  ]
  for (const [line, flow] of cases) t.strictSame(flowOf(line), flow, line)
  t.end()
})

t.test('lines', (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['NXST_FLOW reply (xid=0x4):', 'no flow'],
    ['OFPST_FLOW reply (OF1.3) (xid=0x2):', 'no flow'],
    [
      ' cookie=0x01, duration=1.2s, table=3, n_packets=1, n_bytes=2, idle_age=3, hard_age=4, ip actions=drop',
      '0x1 table=3,priority=32768,ip drop',
    ],
    [
      'hard_timeout=3,idle_timeout=0,send_flow_rem,table=0x2,actions=1',
      'table=2,priority=32768 hard_timeout=3,send_flow_rem output:1',
    ],
    ['reg99=1 actions=drop', 'unclear: no such field: "reg99"'],
    ['in_port=nosuch actions=drop', 'unclear: not a value: "nosuch"'],
    ['actions=frobnicate(1)', 'unclear: no such action: "frobnicate(1)"'],
    ['actions=clone(output:1', 'unclear: a bracket not closed: "clone(output:1"'],
    ['dl_vlan=1,dl_vlan=2 actions=drop', 'unclear: vlan_tci with two values'],
  ]
  for (const [line, outcome] of cases) t.equal(read(line), outcome, line)
  t.end()
})

/** Ways to say one thing, for a number below 4096. */
type Spellings = (value: number) => readonly string[]

const hex = (value: number) => `0x${value.toString(16)}`
const mac = (value: number) =>
  `02:00:00:00:${hex(4096 + value)
    .slice(3)
    .padStart(4, '0')
    .replace(/..$/, ':$&')}`
const ip = (value: number, last = 0) => `10.${value >> 8}.${value & 255}.${last}`

const matchSpellings: readonly Spellings[] = [
  (n) => [`reg0=${n}`, `reg0=${hex(n)}/0xffffffff`, `NXM_NX_REG0=${hex(n)}`],
  (n) => [`metadata=${hex(n)}/0xff0`, `OXM_OF_METADATA=${hex(n | 0xf00f)}/0xff0`],
  (n) => [`tun_id=${n}`, `tunnel_id=${hex(n)}`, `OXM_OF_TUNNEL_ID=${n}/0xffffffffffffffff`],
  (n) => [
    `dl_vlan=${n}`,
    `vlan_vid=${4096 + n}/0x1fff`,
    `vlan_tci=${hex(4096 + n)}/0x1fff`,
    `dl_vlan=${hex(n)}`,
  ],
  (n) => [
    `dl_dst=${mac(n)}`,
    `eth_dst=${mac(n).toUpperCase()}`,
    `NXM_OF_ETH_DST=${mac(n)}/ff:ff:ff:ff:ff:ff`,
  ],
  (n) => [
    `ip,nw_dst=${ip(n)}/24`,
    `eth_type=0x800,ip_dst=${ip(n, 77)}/255.255.255.0`,
    `NXM_OF_IP_DST=${ip(n, 1)}/24,dl_type=2048`,
  ],
]

const actionSpellings: readonly Spellings[] = [
  (n) => [
    `set_field:${n}->reg1`,
    `load:${hex(n)}->NXM_NX_REG1[]`,
    `load:${n}->reg1[0..15],load:0->reg1[16..31]`,
    `load:0->NXM_NX_REG1[12..31],set_field:${hex(n)}/0xfff->reg1`,
    `set_field:0xfff->reg1,load:${n}->reg1[0..11]`,
  ],
  (n) => [`set_tunnel:${n}`, `set_field:${hex(n)}->tunnel_id`, `load:${n}->NXM_NX_TUN_ID[]`],
  (n) => [`set_field:${n}/0xff0->metadata`, `load:${hex((n >> 4) & 255)}->OXM_OF_METADATA[4..11]`],
  (n) => [
    `mod_dl_src:${mac(n)}`,
    `set_field:${mac(n)}->eth_src`,
    `load:0x${mac(n).replaceAll(':', '')}->NXM_OF_ETH_SRC[]`,
  ],
  (n) => [`write_metadata:${hex(n)}`, `set_field:${n}->OXM_OF_METADATA`],
  (n) => [`resubmit(,${n & 127})`, `goto_table:${n & 127}`, `resubmit(in_port,${n & 127})`],
  (n) => [`output:${n}`, `${n}`, `output(${n})`],
]

t.test('whatever the spelling, one meaning has one text, and another meaning another', (t) => {
  const said = (all: readonly Spellings[]) =>
    fc
      .uniqueArray(fc.nat(all.length - 1), { maxLength: all.length })
      .chain((chosen) =>
        fc.tuple(...chosen.map((i) => fc.tuple(fc.constant(i), fc.nat(4095), fc.nat(4), fc.nat(4)))),
      )
  const spelled = (
    all: readonly Spellings[],
    parts: readonly (readonly number[])[],
    which: 2 | 3,
    added = 0,
  ) =>
    parts
      .map((part) => {
        const ways = all[part[0] ?? 0]?.(((part[1] ?? 0) + added) % 4096) ?? []
        return ways[(part[which] ?? 0) % ways.length] ?? ''
      })
      .join(',')
  fc.assert(
    fc.property(said(matchSpellings), said(actionSpellings), (matches, list) => {
      const line = (which: 2 | 3, added = 0) =>
        read(
          `priority=7,${spelled(matchSpellings, which === 2 ? matches : [...matches].reverse(), which)} actions=${spelled(actionSpellings, list, which, added)}`,
        )
      const other = line(3, 16)
      return line(2) === line(3) && !line(2).startsWith('unclear') && (list.length === 0 || line(2) !== other)
    }),
    { numRuns: 1000 },
  )
  t.end()
})

const flows = everyKind()

t.test('our own flows are read as they are, in any order and with any statistics', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...flows),
      fc.infiniteStream(fc.nat(99)),
      fc.boolean(),
      (flow, chance, isSpaced) => {
        const next = () => Number(chance.next().value)
        const statistics = [`n_packets=${next()}`, `n_bytes=${next()}`, `duration=${next()}.5s`]
        const parts = [...flow.key.split(','), `cookie=${flow.cookie}`, ...statistics]
        const mixed = parts.map((part) => [next(), part] as const).sort((a, b) => a[0] - b[0])
        const line = `${mixed.map(([, part]) => part).join(isSpaced ? ', ' : ',')} actions=${flow.actions}`
        const found = readFlowLine(line, ports)
        return found?.unclear === null && JSON.stringify(found.flow) === JSON.stringify(flow)
      },
    ),
    { numRuns: 300 },
  )
  t.end()
})

t.test('a line that says what a known flow says is that flow, and no line is read otherwise for it', (t) => {
  const byKey = new Map(flows.map((flow) => [flow.key, flow]))
  const known = (key: string) => byKey.get(key)
  const dumped = ({ key, cookie, actions }: Flow, statistics: readonly [string, string, string]) => {
    const [, table = '', rest = ''] = /^(table=\d+),(.*)$/.exec(key) ?? []
    const [first, second, third] = statistics
    return ` cookie=${cookie}, ${first}${table}, ${second}${third}${rest} actions=${actions}`
  }
  const forms = [
    ['', '', ''],
    ['duration=1.5s, ', 'n_packets=1, n_bytes=2, ', ''],
    ['duration=3s, ', 'n_packets=0, n_bytes=0, ', 'idle_age=5, hard_age=7, '],
  ] as const
  for (const flow of flows)
    for (const form of forms) {
      const found = readFlowLine(dumped(flow, form), ports, known)
      t.equal(found?.flow, flow, 'found, not made anew')
    }
  const piece = fc.constantFrom(
    ...[' ', ',', '=', '0', 'x', '1', ':', '/', '"', '(', ')', '[', ']', '#'],
    ...['cookie=0x0, ', 'table=0, ', 'idle_timeout=5, ', ' actions='],
  )
  const isAsParsed = (line: string) =>
    JSON.stringify(readFlowLine(line, ports, known)) === JSON.stringify(readFlowLine(line, ports))
  for (const flow of [flows[0], flows.at(-1)]) {
    const line = flow === undefined ? '' : dumped(flow, forms[2])
    const changed = Array.from(line, (_, at) => `${line.slice(0, at)}1${line.slice(at + 1)}`)
    t.strictSame(
      changed.filter((other) => !isAsParsed(other)),
      [],
      'whichever letter is another',
    )
  }
  fc.assert(
    fc.property(
      fc.constantFrom(...flows),
      fc.constantFrom(...forms),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2), piece), { maxLength: 3 }),
      (flow, form, edits) => {
        let line = dumped(flow, form)
        for (const [place, drop, text] of edits) {
          const at = Math.floor(place * Math.min(line.length, 200))
          line = line.slice(0, at) + text + line.slice(at + drop)
        }
        return isAsParsed(line)
      },
    ),
    { numRuns: 1000 },
  )
  t.end()
})

t.test('no text breaks the reader, and what it understands it prints for good', (t) => {
  const piece = fc.constantFrom(
    ...[
      'in_port=',
      'reg0',
      '=',
      '0x1',
      '/',
      ',',
      ' ',
      '(',
      ')',
      '"',
      '->',
      '[',
      ']',
      '..',
      '1',
      '-5',
      '\\',
      'learn(',
    ],
    ...[
      'load:',
      'set_field:',
      'resubmit',
      'clone(',
      'ct(',
      'ip',
      'dl_vlan=',
      'actions=',
      'priority=',
      'fd00::',
      '+',
    ],
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(text, text, (head, actions) => {
      const found = readFlowLine(`${head} actions=${actions}`, ports)
      if (found === undefined || found.unclear !== null) return true
      const { cookie, key, extras, actions: list } = found.flow
      const again = readFlowLine(
        `cookie=${cookie},${key}${extras === undefined ? '' : `,${extras}`} actions=${list}`,
        new Map(),
      )
      return JSON.stringify(again?.flow) === JSON.stringify(found.flow)
    }),
    { numRuns: 3000 },
  )
  t.end()
})
