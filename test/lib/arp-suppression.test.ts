import t from 'tap'
import { noLimits } from '../../lib/model/limits.js'
import { parseAddress } from '../../lib/model/address.js'
import { claimKey } from '../../lib/model/claim.js'
import { lookup } from '../../lib/model/collection.js'
import { learnedKey, metadataOf } from '../../lib/model/identity.js'
import { type Mac, parseMac } from '../../lib/model/mac.js'
import { reportKey } from '../../lib/model/report.js'
import { bound, type World } from '../support/small-world.js'

const FAR = '02:00:00:00:0e:01'
const OTHER = '02:00:00:00:0e:02'
const HERE = '02:00:00:00:00:0a'
const P0 = 0x10000
const P1 = 0x2000a

function parsed<A>(value: A | undefined): A {
  if (value === undefined) throw new Error('not canonical')
  return value
}

const mac = (text: string): Mac => parsed(parseMac(text))

function answers(world: World): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(world.flows(17)).filter(([key]) => key.includes('metadata=') && !key.includes('arp_spa')),
  )
}

/** A row for a MAC with an address. */
function place(world: World, MAC: string, ls: string, vtep: string, ipaddr: string): string {
  const uuid = world.remote(MAC, ls, vtep)
  world.change('Ucast_Macs_Remote', uuid, { ipaddr })
  return uuid
}

t.test('a row with an address is answered for, and who claims it by ARP is heard', (t) => {
  const { world, ls, metadata } = bound()
  place(world, FAR, ls, '10.2.2.3', '192.168.0.20')
  place(world, FAR, ls, '10.2.2.3', 'FD00::0:20')
  const { 'table=17,priority=200,arp': none, ...flows } = world.flows(17)
  t.equal(none, undefined)
  t.match(flows, {
    [`table=17,priority=100,arp,metadata=${metadata},arp_tpa=192.168.0.20`]: `set_field:${FAR}->eth_src,resubmit(,19)`,
    [`table=17,priority=200,arp,metadata=${metadata},arp_spa=192.168.0.20,arp_tpa=192.168.0.20`]:
      'resubmit(,20)',
    [`table=17,priority=100,icmp6,metadata=${metadata},icmp_type=135,nd_target=fd00::20`]: `set_field:${FAR}->eth_src,resubmit(,19)`,
  })
  t.strictSame(world.problems(), [])
  t.end()
})

t.test('only while frames to the MAC have somewhere to go', (t) => {
  const { world, ls, metadata } = bound()
  place(world, '02:00:00:00:0e:03', ls, '10.2.2.1', '192.168.0.1')
  place(world, '02:00:00:00:0e:04', ls, 'flow', '192.168.0.2')
  place(world, 'nonsense', ls, '10.2.2.3', '192.168.0.3')
  place(world, '01:00:5e:00:00:05', ls, '10.2.2.3', '192.168.0.4')
  t.strictSame(answers(world), {}, 'our own, no end point, no MAC, a group')
  const row = place(world, FAR, ls, '10.2.2.3', '192.168.0.20')
  const key = `table=17,priority=100,arp,metadata=${metadata},arp_tpa=192.168.0.20`
  t.strictSame(Object.keys(answers(world)), [key])
  world.change('Logical_Switch', ls, { tunnel_key: null })
  t.strictSame(answers(world), {}, 'without a VNI nothing is tunnelled')
  world.change('Logical_Switch', ls, { tunnel_key: 33 })
  t.strictSame(Object.keys(answers(world)), [key])
  world.unbind(ls)
  t.strictSame(answers(world), {})
  world.bind('p0', [[0, ls]])
  t.strictSame(Object.keys(answers(world)), [key])
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(row))
  t.strictSame(answers(world), {})
  t.end()
})

t.test('one too many for --max-macs is not answered for', (t) => {
  const { world, ls } = bound({ ...noLimits, macs: 1 })
  place(world, OTHER, ls, '10.2.2.3', '192.168.0.21')
  t.equal(Object.keys(answers(world)).length, 1)
  place(world, FAR, ls, '10.2.2.3', '192.168.0.20')
  t.match(Object.keys(answers(world)), [/arp_tpa=192.168.0.20$/])
  t.end()
})

t.test('of rows that contradict each other the newest counts', (t) => {
  const { world, ls } = bound()
  place(world, OTHER, ls, '10.2.2.3', '192.168.0.20')
  const row = place(world, FAR, ls, '10.2.2.4', '192.168.0.20')
  t.strictSame(Object.values(answers(world)), [`set_field:${FAR}->eth_src,resubmit(,19)`])
  world.edit((tables) => tables.Ucast_Macs_Remote.delete(row))
  t.strictSame(Object.values(answers(world)), [`set_field:${OTHER}->eth_src,resubmit(,19)`])
  t.end()
})

t.test('logical switches with the same addresses are apart', (t) => {
  const { world, ls } = bound()
  const tenant = world.insert('Logical_Switch', { name: 'tenant', tunnel_key: 34 })
  world.bind('p1', [
    [10, ls],
    [11, tenant],
  ])
  place(world, FAR, ls, '10.2.2.3', '192.168.0.20')
  place(world, OTHER, tenant, '10.2.2.3', '192.168.0.20')
  const all = Object.entries(answers(world))
  t.equal(all.length, 2)
  for (const [key, actions] of all) t.match(actions, key.includes(metadataOf(ls)) ? FAR : OTHER)
  t.end()
})

t.test('an ipaddr that is none is a problem of its own row, and frames go to the MAC', (t) => {
  const { world, ls } = bound()
  for (const ipaddr of ['192.168.0.20/24', 'far', '0.0.0.0', '224.0.0.1', '::ffff:1.2.3.4', '10.0.0.1 ']) {
    const row = place(world, FAR, ls, '10.2.2.3', ipaddr)
    t.match(world.problems().join('\n'), `ipaddr is not a unicast IP address: ${JSON.stringify(ipaddr)}`)
    t.strictSame(answers(world), {})
    t.ok(Object.keys(world.flows(20)).some((key) => key.endsWith(FAR)))
    world.change('Ucast_Macs_Remote', row, { ipaddr: '' })
    t.strictSame(world.problems(), [])
    world.edit((tables) => tables.Ucast_Macs_Remote.delete(row))
  }
  t.end()
})

function stations() {
  const { world, ls, metadata } = bound()
  const learn = (text: string, binding: number | null) =>
    world.record({
      type: 'MacsLearned',
      isCatchUp: false,
      updates: [{ key: learnedKey(metadata, mac(text)), binding }],
    })
  const claim = (address: string, text: string | null, binding = P0) =>
    world.record({
      type: 'AddressesClaimed',
      updates: [
        {
          key: claimKey(metadata, parsed(parseAddress(address))),
          claim: text === null ? null : { mac: mac(text), binding },
        },
      ],
    })
  const reported = (text: string) => {
    const reports = world.core.derived()?.desired.reports
    const report =
      reports && lookup(reports, reportKey({ table: 'Ucast_Macs_Local', logicalSwitch: ls, mac: text }))
    return report?.table === 'Ucast_Macs_Local' ? report.ipaddr : null
  }
  return { world, ls, learn, claim, reported }
}

t.test('of the addresses that a learned MAC claims one is reported', (t) => {
  const { learn, claim, reported } = stations()
  claim('fe80::1', HERE)
  t.equal(reported(HERE), null, 'it was not learned')
  learn(HERE, P0)
  t.equal(reported(HERE), 'fe80::1')
  claim('2001:db8::1', HERE)
  t.equal(reported(HERE), '2001:db8::1', 'what holds beyond the link goes first')
  claim('169.254.0.1', HERE)
  t.equal(reported(HERE), '169.254.0.1', 'and IPv4 before IPv6')
  claim('192.168.0.12', HERE)
  claim('192.168.0.11', HERE)
  t.equal(reported(HERE), '192.168.0.11', 'the lowest, whichever came first')
  claim('192.168.0.11', null)
  t.equal(reported(HERE), '192.168.0.12')
  learn(HERE, null)
  t.equal(reported(HERE), null)
  t.end()
})

t.test('nobody takes an address by claiming it elsewhere, or one that is the controller’s', (t) => {
  const { world, ls, learn, claim, reported } = stations()
  learn(HERE, P0)
  claim('192.168.0.11', HERE, P1)
  t.equal(reported(HERE), '', 'somebody at another binding said so')
  claim('192.168.0.11', HERE, P0)
  t.equal(reported(HERE), '192.168.0.11')
  const row = place(world, FAR, ls, '10.2.2.3', '192.168.0.11')
  t.equal(reported(HERE), '', 'the controller says whose it is')
  t.equal(Object.values(answers(world)).length, 1)
  world.change('Ucast_Macs_Remote', row, { ipaddr: '192.168.0.12' })
  t.equal(reported(HERE), '192.168.0.11')
  learn('02:00:00:00:00:0b', P1)
  claim('192.168.0.11', '02:00:00:00:00:0b', P1)
  t.strictSame([reported(HERE), reported('02:00:00:00:00:0b')], ['', '192.168.0.11'], 'it has moved')
  t.end()
})

t.test('a reported row stays when its address changes', (t) => {
  const { world, learn, claim } = stations()
  learn(HERE, P0)
  world.work()
  const rows = () => [...world.database.rows('Ucast_Macs_Local')].map(([uuid, { ipaddr }]) => [uuid, ipaddr])
  const [[uuid] = []] = rows()
  t.strictSame(rows(), [[uuid, '']])
  for (const address of ['192.168.0.12', '192.168.0.11']) {
    claim(address, HERE)
    world.work()
    t.strictSame(rows(), [[uuid, address]])
  }
  t.strictSame(world.work(), [], 'and that is all')
  t.end()
})

t.test('where nothing is suppressed nothing is answered, noted or reported', (t) => {
  const { world, ls, learn, claim, reported } = stations()
  place(world, FAR, ls, '10.2.2.3', 'nonsense')
  learn(HERE, P0)
  claim('192.168.0.11', HERE)
  const { settings } = world.core.state
  const { suppressesArp, ...off } = parsed(settings ?? undefined)
  t.ok(suppressesArp)
  world.record({ type: 'Started', version: 'test', settings: off })
  for (const table of [17, 18, 19, 23, 24, 25, 26]) t.strictSame(world.flows(table), {}, `table ${table}`)
  t.strictSame(world.problems(), [])
  t.equal(reported(HERE), '')
  t.end()
})
