/**
 * Two of our emulators under an OVN that makes MACs learned by one gateway known to the others (after 26.03): a station
 * that moves from one to the other is followed at once, and a forged source takes no address away.
 */
import { execaSync } from 'execa'
import t from 'tap'
import { becomes } from '../support/becomes.js'
import { words } from '../support/controller.js'
import { BROADCAST, type Frame, uniqueFrame } from '../support/frame.js'
import { programFile } from '../support/installation.js'
import { localMacs } from '../support/local-macs.js'
import { startOvn, startVtepController, whyNoOvn } from '../support/ovn.js'
import { exitsAt, type Sandbox, startSandbox } from '../support/sandbox.js'
import { injectFrame, linkUnderlays } from '../support/underlay.js'
import { until } from '../support/until.js'

const STATION = '02:00:00:00:00:0a'
const FORGED = '02:00:00:00:00:0b'
/** Behind p1 of each gateway. One that talked at both would stop OVN: its index allows a MAC once. */
const other = (at: Sandbox): string => (at.bridge === 'br0' ? '02:00:00:00:00:0c' : '02:00:00:00:00:0d')
const IP = { a: '10.2.2.1', b: '10.2.2.2' }
const PORTS = ['p0', 'p1']
const firstToTell = [26, 3, 90]

function whyNot(): string | null {
  const missing = whyNoOvn()
  if (missing !== null) return missing
  const { stdout } = execaSync(programFile('ovn-controller-vtep'), ['--version'])
  const [, major, minor, patch] = /(\d+)\.(\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? []
  const version = [major ?? 0, minor ?? 0, patch ?? 0]
  const at = version.findIndex((part, i) => part !== firstToTell[i])
  const isOld = at >= 0 && (version[at] ?? 0) < (firstToTell[at] ?? 0)
  return isOld ? `needs an OVN that tells gateways what others learned; this is ${version.join('.')}` : null
}

t.test('a station between two gateways of OVN', { skip: whyNot() ?? false }, async (t) => {
  const ports = { ports: PORTS }
  const a = await startSandbox(t, { ...ports, bridge: 'br0', tunnelIp: IP.a, remotes: [IP.b] })
  const b = await startSandbox(t, { ...ports, bridge: 'br1', tunnelIp: IP.b, remotes: [IP.a] })
  const link = await linkUnderlays(a, b)
  const ovn = await startOvn(t)
  for (const gateway of [a, b]) {
    const { bridge, vtepctl } = gateway
    await gateway.addPhysicalSwitch()
    // nothing ages while this runs
    await gateway.startDaemon([bridge, '--mac-aging', '65535'])
    await becomes(t, `the ports of ${bridge}`, () => vtepctl('list-ports', bridge), PORTS.join('\n'))
    await startVtepController(t, ovn, gateway)
    await vtepctl(...words(`add-ls ls0\nbind-ls ${bridge} p0 0 ls0\nbind-ls ${bridge} p1 0 ls0`))
  }
  await ovn.nbctl('ls-add', 'net')
  for (const { bridge } of [a, b]) await ovn.addVtepPort('net', `gateway-${bridge}`, bridge, 'ls0')

  const exitsOf = async (at: Sandbox, port: string, frame: Frame): Promise<readonly string[]> => {
    await injectFrame(at, port, frame)
    await link.settled()
    const exits = [a, b].map(async (gateway) =>
      (await exitsAt(gateway, PORTS))
        .filter(({ copy }) => copy.payload.equals(frame.payload))
        .map(({ exit }) => `${gateway.bridge} ${exit}`),
    )
    return (await Promise.all(exits)).flat().sort()
  }
  const talk = (at: Sandbox, mac: string, port = 'p0') => exitsOf(at, port, uniqueFrame(mac, BROADCAST))
  const isLocal = async (at: Sandbox, mac: string) => (await localMacs(at.vtepctl, 'ls0')).includes(mac)
  const isRemote = async (at: Sandbox, mac: string, ip: string) =>
    (await at.vtepctl('list-remote-macs', 'ls0')).includes(`${mac} -> vxlan_over_ipv4/${ip}`)
  const everywhere = ['br0 p0', 'br0 p1', 'br1 p0', 'br1 p1']

  for (const [at, own] of [
    [a, 'br0 p1'],
    [b, 'br1 p1'],
  ] as const)
    await becomes(
      t,
      `a broadcast at ${at.bridge}`,
      () => talk(at, other(at), 'p1'),
      everywhere.filter((one) => one !== own),
    )

  for (const [name, from, to, ip] of [
    ['the station comes to A', b, a, IP.a],
    ['it moves to B', a, b, IP.b],
    ['and back to A', b, a, IP.a],
  ] as const)
    await t.test(name, async (t) => {
      await until('the new gateway alone reports it', async () => {
        await talk(to, STATION)
        return (await isLocal(to, STATION)) && !(await isLocal(from, STATION))
      })
      await until('OVN tells the other one', () => isRemote(from, STATION, ip))
      const there = `${to.bridge} p0`
      const toStation = (at: Sandbox) => () => exitsOf(at, 'p1', uniqueFrame(other(at), STATION))
      await becomes(t, 'a frame from where it was', toStation(from), [there])
      await becomes(t, 'a frame from where it is', toStation(to), [there])
    })

  await t.test('who forges its source takes nothing away while it talks', async (t) => {
    await until('it is reported', async () => {
      await talk(a, FORGED)
      return isLocal(a, FORGED)
    })
    await until('OVN tells the other one', () => isRemote(b, FORGED, IP.a))
    const row = () => a.vtepctl('--bare', '--columns=_uuid', 'find', 'Ucast_Macs_Local', `MAC="${FORGED}"`)
    const before = await row()
    for (let i = 0; i < 5; i++) {
      await talk(b, FORGED)
      await talk(a, FORGED)
      for (const at of [a, b])
        t.strictSame(await exitsOf(at, 'p1', uniqueFrame(other(at), FORGED)), ['br0 p0'], at.bridge)
    }
    t.equal(await row(), before, 'its row stays')
  })
})
