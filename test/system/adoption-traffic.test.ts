import t from 'tap'
import { dialServer } from '../support/controller-session.js'
import { OURS } from '../support/daemon.js'
import { startUnderTraffic, untilAdopted } from '../support/under-traffic.js'
import { until } from '../support/until.js'

t.test('where the bridge fails closed already, adoption loses no frame', async (t) => {
  const { sandbox, traffic, predecessor, start, tunnel, peer } = await startUnderTraffic(t, 'secure')
  const watch = await dialServer(t, sandbox, 'status', { Tunnel: [{ columns: ['bfd_status'] }] })
  const isUp = async (): Promise<boolean> => (await tunnel.status()).remote_state === 'up'
  t.ok(await isUp())

  const lost = await traffic.lostWhile(async () => {
    await predecessor.stop()
    await start(OURS)
    await untilAdopted(sandbox)
    await until("our BFD session is up in the predecessor's row", isUp)
  })
  for (const [stream, numbers] of lost) t.strictSame(numbers, [], stream)

  t.strictSame((await sandbox.vsctl('list-br')).split('\n').sort(), ['br0', 'underlay'])
  const ports = (await sandbox.vsctl('list-ports', 'br0')).split('\n').sort()
  t.match(ports, [/^bfd-[0-9a-f]{8}$/, 'p0', 'p1', /^vtep-[0-9a-f]{8}$/])
  t.match(await peer.vsctl('get', 'Interface', 'bfd', 'bfd_status'), /forwarding="?true/)
  await watch.told()
  // a controller takes that for a refusal, and ends the session at the other end
  t.notMatch(JSON.stringify(watch.updates), '"enabled","false"')
})
