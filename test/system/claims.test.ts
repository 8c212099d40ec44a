import t from 'tap'
import { startController } from '../support/controller.js'
import { BROADCAST, type Frame } from '../support/frame.js'
import { encodeArpRequest, ETHERTYPE_ARP } from '../support/ipv4.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const REMOTE = '10.2.2.2'
const FAR = '02:00:00:00:0e:01'
const HOSTILE = '02:00:00:00:00:0a'
const PEER = '02:00:00:00:00:0b'
const OTHER = '02:00:00:00:00:0c'
/** Each takes two notes of the 2,048 that a logical switch has. */
const mostClaims = 1024

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1', 'p2', 'p3'],
  tunnelIp: '10.2.2.1',
  remotes: [REMOTE],
})
await sandbox.addPhysicalSwitch()
const daemon = await sandbox.startDaemon(['br0'])
const controller = await startController(sandbox)
await controller.write(`
  add-ls ls0 -- add-ls ls1
  set Logical_Switch ls0 tunnel_key=33 -- set Logical_Switch ls1 tunnel_key=34
  bind-ls br0 p0 0 ls0 -- bind-ls br0 p1 0 ls0
  bind-ls br0 p2 0 ls1 -- bind-ls br0 p3 0 ls1
  add-mcast-remote ls0 unknown-dst ${REMOTE} -- add-mcast-remote ls1 unknown-dst ${REMOTE}
  add-ucast-remote ls0 ${FAR} ${REMOTE}
`)
const row = await sandbox.vtepctl('--bare', '--columns=_uuid', 'find', 'Ucast_Macs_Remote', `MAC="${FAR}"`)
await sandbox.vtepctl('set', 'Ucast_Macs_Remote', row, 'ipaddr=192.168.0.20')
const notes = async (what: string) =>
  (await sandbox.ofctl('--no-stats', 'dump-flows', 'br0', 'table=18'))
    .split('\n')
    .filter((line) => line.includes(what))
await until('all is in place', async () => {
  const flows = await sandbox.ofctl('dump-flows', 'br0', 'table=17')
  return flows.includes('192.168.0.20') && (await daemon.control('status')).includes('in sync: yes')
})

function request(src: string, sender: string, target: string): Frame {
  return {
    dst: BROADCAST,
    src,
    tags: [],
    etherType: ETHERTYPE_ARP,
    payload: encodeArpRequest(src, sender, target),
  }
}
const exits = (port: string, src: string, sender: string, target: string) =>
  sandbox.exitsOf(port, request(src, sender, target))
const UNKNOWN = '192.168.0.99'

await t.test('a station that claims thousands of addresses harms only its own logical switch', async (t) => {
  const frames = Array.from({ length: mostClaims + 200 }, (_, i) =>
    request(HOSTILE, `10.0.${i >> 8}.${i & 255}`, UNKNOWN),
  )
  // the switch may lose some of many
  await until('there is no more room', async () => {
    for (let i = 0; i < frames.length; i += 50)
      await sandbox.exitsOfEach(frames.slice(i, i + 50).map((frame) => ({ port: 'p0', frame })))
    return (await notes('arp_tpa=10.0.')).length >= 2 * mostClaims
  })
  t.equal((await notes('arp_tpa=10.0.')).length, 2 * mostClaims)
  await exits('p2', PEER, '10.0.0.1', UNKNOWN)
  t.equal(
    (await notes('')).filter((line) => line.includes('2000000000b')).length,
    1,
    'another switch has room',
  )
  t.strictSame(await exits('p3', OTHER, '10.0.0.2', '10.0.0.1'), ['p2'], 'and knows its own stations only')
  t.strictSame(
    await exits('p1', PEER, '192.168.0.11', '10.0.4.40'),
    [`${REMOTE} vni 33`, 'p0'],
    'no room: all hear it',
  )
  await until('the daemon has noted them, too', async () =>
    (await daemon.control('status')).includes(`claimed IP addresses: ${mostClaims + 2}`),
  )
})

await t.test('nobody takes the address of a remote MAC by claiming it', async (t) => {
  t.strictSame(
    await exits('p0', HOSTILE, '192.168.0.20', '192.168.0.20'),
    [`${REMOTE} vni 33`, 'p1'],
    'all hear of it',
  )
  await exits('p0', HOSTILE, '192.168.0.20', UNKNOWN)
  t.strictSame(await exits('p1', PEER, '192.168.0.11', '192.168.0.20'), [], 'it is answered for as before')
  const row = await sandbox.vtepctl(
    '--bare',
    '--columns=ipaddr',
    'find',
    'Ucast_Macs_Local',
    `MAC="${HOSTILE}"`,
  )
  t.equal(row, '10.0.0.0', 'and not reported')
})

await t.test('a claim in the name of a MAC that is not here is of no effect', async (t) => {
  const forged = request('02:00:00:00:00:77', '192.168.0.50', UNKNOWN)
  await sandbox.inject('p2', { ...forged, src: PEER })
  t.equal((await notes('arp_tpa=192.168.0.50')).length, 2, 'it is noted')
  t.strictSame(await exits('p3', OTHER, '10.0.0.2', '192.168.0.50'), [`${REMOTE} vni 34`, 'p2'])
})

await t.test('what goes with a logical switch goes', async () => {
  await controller.write('unbind-ls br0 p0 0 -- unbind-ls br0 p1 0')
  await until('its notes are gone', async () => (await notes('arp_tpa=10.0.1.')).length === 0)
  await until('the daemon knows', async () =>
    /claimed IP addresses: [1-4]$/m.test(await daemon.control('status')),
  )
})
