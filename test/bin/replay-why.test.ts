import t from 'tap'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { questionsTo, replays } from '../support/replays.js'

const entries = longHistory(120)
const journal = journalOf(entries, ownDirectory(t))
const { answer, json } = questionsTo(journal, t)

/** What a question that is none is answered. */
function refused(command: string, ...list: readonly string[]): string {
  const [outcome] = replays([[command, journal, ...list]])
  t.equal(outcome?.status, 1, list.join(' '))
  t.equal(outcome?.stdout, '')
  return outcome?.stderr ?? ''
}

t.test('history: every value, by whatever name', (t) => {
  const update = entries.flatMap(({ event }) => (event.type === 'VtepUpdated' ? event.updates : []))
  const removed = update.find(({ table, row }) => table === 'Ucast_Macs_Remote' && row === null)
  const values = json('history', removed?.uuid ?? '') as { what: string; value: { MAC: string } | null }[]
  t.ok(values.length >= 2)
  t.equal(values.at(-1)?.value, null)
  const mac = values[0]?.value?.MAC ?? ''
  const byMac = json('history', mac) as { what: string; how?: string; value: unknown }[]
  t.ok(byMac.some(({ what, value }) => what === 'row' && value !== null))
  t.ok(
    byMac.some(({ what, how, value }) => what === 'flow' && how === 'planned' && value !== null),
    'the flow that was made for it',
  )
  const [line = ''] = answer('flows').split('\n').slice(-2)
  const key = /table=.*(?=,actions=)/.exec(line)?.[0] ?? ''
  t.match(answer('history', key), /flow \(planned\) cookie=0x5654.*,table=.*,actions=/)
  t.match(refused('history', 'nobody'), /^vtep-replay: "nobody": nothing that is recorded has this name$/m)
  t.end()
})

t.test(
  'explain: from a flow to its row, its cause, its plan and what came of it; also when it is gone',
  (t) => {
    const macRows = entries.flatMap(({ seq, event }) =>
      event.type === 'VtepUpdated'
        ? event.updates.flatMap(({ table, uuid, row }) =>
            table === 'Ucast_Macs_Remote' ? [{ seq, uuid, row }] : [],
          )
        : [],
    )
    const flowsNow = answer('flows')
    const cookie = (uuid: string): string => `0x5654${uuid.replaceAll('-', '').slice(0, 12)}`
    const ofMacs = flowsNow.split('\n').filter((one) => one.includes(',table=20,'))
    const line = ofMacs.find((one) => macRows.some(({ uuid }) => one.includes(cookie(uuid)))) ?? ''
    const living = macRows.find(({ uuid }) => line.includes(cookie(uuid)))
    const pasted = ` ${line
      .replace('flow add ', '')
      .replace(/,table=(\d+),/, ', duration=1.5s, table=$1, n_packets=0, n_bytes=0, ')
      .replace(',actions=', ' actions=')}`
    const text = answer('explain', pasted)
    t.match(text, /^ {2}meaning: {2}frames go to [0-9a-f:]{17} in .* to VTEP (10\.|fd00:)/m)
    t.match(text, /^ {2}rule: {5}remote MAC$/m)
    const [row, logicalSwitch, locator] = text.split('  row:      ').slice(1)
    t.match(row, /^Ucast_Macs_Remote \S+ in .* \([0-9a-f-]{36}\)\n/)
    t.ok(row?.includes(`(${living?.uuid})\n    cause:  entry ${living?.seq}, `))
    t.match(row, /^ {4}cause: {2}entry \d+, \S+: insert$/m)
    t.match(logicalSwitch, /^Logical_Switch /, 'the rows that it leads to, too')
    t.match(locator, /^Physical_Locator (10\.|fd00:)/)
    t.match(text, /^ {2}plan: {5}entry \d+, \S+: switch: ovs-ofctl bundle/m)
    t.match(text, /^ {2}command: {2}ovs-ofctl -O OpenFlow14 bundle br0 -$/m)
    t.match(text, /^ {2}outcome: {2}entry \d+, .*switch in 1 ms$/m)
    t.match(text, /^ {2}now: {6}there$/m)
    t.equal(answer('explain', cookie(living?.uuid ?? '')), text, 'by cookie too')
    t.equal(answer('explain', `cookie=${cookie(living?.uuid ?? '')},`), text, 'as it is pasted')
    const gone = macRows.findLast(({ uuid, row }) => row === null && !flowsNow.includes(cookie(uuid)))
    const then = macRows.find(({ uuid }) => uuid === gone?.uuid)
    t.match(answer('explain', cookie(gone?.uuid ?? '')), /^ {2}now: {6}gone, entry \d+, .*ovs-ofctl bundle/m)
    t.match(
      answer('explain', cookie(gone?.uuid ?? ''), '--at', String((then?.seq ?? 0) + 4)),
      /now: {6}there/,
    )
    t.match(refused('explain', 'nobody'), /"nobody": nothing that is recorded has this name/)
    t.match(answer('explain', 'br0'), /^no flow of ours was ever there for "br0"; `history` shows/m)
    t.end()
  },
)

t.test(
  'explain: the cookie of a flow that was replaced leads to it, and to what stands in its place',
  (t) => {
    const planned = entries.flatMap(({ seq, event }) =>
      event.type === 'Planned' && event.batch.kind === 'flows'
        ? event.batch.add.map(({ key, cookie }) => ({ seq, key, cookie }))
        : [],
    )
    const second = planned.find(({ key, cookie }, i) =>
      planned.slice(0, i).some((one) => one.key === key && one.cookie !== cookie),
    )
    const first = planned.find(({ key }) => key === second?.key)
    const text = answer('explain', first?.cookie ?? '')
    t.match(text, new RegExp(`^cookie=${first?.cookie},`, 'm'))
    t.match(text, new RegExp(`^ {2}now: {6}gone, entry ${second?.seq}, `, 'm'))
    t.end()
  },
)

t.test('blame: every flow in the switch, each with the plan that installed it', (t) => {
  const keys = answer('blame')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).at(-1))
  const flows = answer('flows')
    .trimEnd()
    .split('\n')
    .map((line) => /table=.*(?=,actions=)/.exec(line)?.[0])
  t.strictSame([...keys].sort(), flows.sort())
  const blamed = json('blame') as { flow: { key: string }; planned: { seq: number } }[]
  for (const { flow, planned } of blamed) {
    const event = entries[planned.seq - 1]?.event
    const batch = event?.type === 'Planned' ? event.batch : null
    const added = batch?.kind === 'flows' ? batch.add : batch?.kind === 'config' ? batch.restoration?.add : []
    t.ok(
      added?.some(({ key }) => key === flow.key),
      `${flow.key} in entry ${planned.seq}`,
    )
  }
  t.end()
})

t.test('mistyped filters are errors with a suggestion; a known subject without entries says so', (t) => {
  for (const [list, said] of [
    [['--kind', 'plans'], /"plans" is no kind of entry; did you mean Planned\?/],
    [['--table', 'Ucast'], /"Ucast" is no table; did you mean Ucast_Macs_Local or Ucast_Macs_Remote\?/],
    [['--about', 'br1'], /"br1": nothing that is recorded has this name; did you mean br0\?/],
    [['--about', '10.2.2.250'], /"10.2.2.250": nothing that is recorded is about it; did you mean/],
    [['--from', '50', '--to', '40'], /--from is entry 50, and --to is entry 40 before it/],
  ] as const)
    t.match(refused('log', ...list), said, list.join(' '))
  const [none] = replays([['log', journal, '--about', 'br0', '--from', String(entries.length)]])
  t.equal(none?.status, 0)
  t.equal(none?.stdout, '')
  t.match(none?.stderr, new RegExp(`none of the entries ${entries.length} to ${entries.length} is about br0`))
  t.match(answer('log', '--table', 'ucast_macs_remote'), /Ucast_Macs_Remote/, 'in either case')
  t.end()
})
