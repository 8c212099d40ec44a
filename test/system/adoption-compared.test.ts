import t from 'tap'
import { OURS, PREDECESSOR } from '../support/daemon.js'
import { startUnderTraffic, untilAdopted } from '../support/under-traffic.js'

t.test('a predecessor started again, and one that ours takes over from', async (t) => {
  const { sandbox, traffic, predecessor, start } = await startUnderTraffic(t, null)
  let daemon = predecessor
  const byItself = await traffic.lostWhile(async () => {
    await daemon.stop()
    daemon = await start(PREDECESSOR)
  })
  const byOurs = await traffic.lostWhile(async () => {
    await daemon.stop()
    await start(OURS)
    await untilAdopted(sandbox)
  })
  t.equal(await sandbox.vsctl('get-fail-mode', 'br0'), 'secure')
  for (const [stream, numbers] of byOurs) {
    const its = byItself.get(stream)?.length ?? 0
    t.comment(`${stream}: ${numbers.length} frames lost, ${its} by the predecessor started again`)
    t.ok(numbers.length < its, `${stream}: less is lost`)
    // ovs-vswitchd drops all flows when fail_mode changes; they are back at once, and nothing else is lost
    const [first = 0] = numbers
    t.strictSame(
      numbers,
      numbers.map((_, i) => first + i),
      `${stream}: in one go`,
    )
  }
})
