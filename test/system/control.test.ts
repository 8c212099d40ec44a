import { join } from 'node:path'
import t from 'tap'
import { answeredAsJson } from '../support/as-json.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()
const daemon = await sandbox.startDaemon()
const socket = join(sandbox.directory, `ovs-vtep.${daemon.pid}.ctl`)
await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))

await t.test('every command of ours is answered as JSON where that is asked for', async (t) => {
  const status = await answeredAsJson(socket, 'status')
  t.match(status, { switch: 'br0' })
  t.same(
    Object.keys(status as object),
    Object.keys(JSON.parse(await daemon.control('status', '--json')) as object),
  )
  t.match(await answeredAsJson(socket, 'list-commands'), { status: '[--json]', exit: '[--cleanup]' })
  t.strictSame(await answeredAsJson(socket, 'retry'), { reply: '', 'reply-format': 'plain' })
  t.match(await answeredAsJson(socket, 'version'), { reply: /^ovs-vtep / })
})

await t.test('the last of them is answered before the daemon ends', async (t) => {
  t.strictSame(await answeredAsJson(socket, 'exit'), { reply: '', 'reply-format': 'plain' })
  t.equal(await daemon.ended, 0)
})
