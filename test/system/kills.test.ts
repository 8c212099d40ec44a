import t from 'tap'
import { OURS } from '../support/daemon.js'
import { plannedSoFar, restart } from '../support/faults.js'
import { startUnderTraffic, untilAdopted } from '../support/under-traffic.js'
import { until } from '../support/until.js'

t.test('a daemon that is killed again and again loses no frame and sends nothing', async (t) => {
  const world = await startUnderTraffic(t, 'secure')
  const { sandbox, traffic, predecessor, start } = world
  await predecessor.stop()
  const victim = { program: OURS, world, daemon: await start(OURS) }
  await untilAdopted(sandbox)
  const isInSync = async () => /^in sync: yes/m.test(await victim.daemon.control('status'))
  await until('our BFD session is up', async () => (await world.tunnel.status()).remote_state === 'up')
  await until('in sync', isInSync)
  const planned = plannedSoFar(sandbox).length
  const lost = await traffic.lostWhile(async () => {
    for (let kill = 0; kill < 5; kill++) {
      await restart(victim)
      await until('in sync', isInSync)
    }
  })
  for (const [stream, numbers] of lost) t.strictSame(numbers, [], stream)
  t.strictSame(plannedSoFar(sandbox).slice(planned), [], 'no command')
})
