import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startSandbox } from '../support/sandbox.js'
import { words } from '../support/controller.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
await sandbox.addPhysicalSwitch()
const vsctl = join(sandbox.recorder.binDirectory, 'ovs-vsctl')
await rename(vsctl, `${vsctl}.real`)

await t.test('ovs-vsctl that ends with 65 has committed its transaction', async (t) => {
  // as 3.6 and newer where some port of the transaction could not be set up; older ones end with 0
  await writeFile(vsctl, `#!/bin/sh\n'${vsctl}.real' "$@" && exit 65\n`, { mode: 0o755 })
  const daemon = await sandbox.startDaemon()
  await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
  await sandbox.vtepctl(
    ...words(
      'add-ls ls0\nset Logical_Switch ls0 tunnel_key=33\nbind-ls br0 p0 0 ls0\nadd-ucast-remote ls0 02:00:00:00:0e:01 10.2.2.3',
    ),
  )
  await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  t.equal(await sandbox.vsctl('get-fail-mode', 'br0'), 'secure')
  t.notMatch(daemon.output(), /Failed/)
  await daemon.stop()
})

await t.test('any other status is a failure, and says what the program said', async (t) => {
  await writeFile(vsctl, `#!/bin/sh\necho 'ovs-vsctl: no such thing' >&2\nexit 64\n`, { mode: 0o755 })
  await sandbox.vsctl('set-fail-mode', 'br0', 'standalone')
  const daemon = await sandbox.startDaemon()
  await until('it fails', () => Promise.resolve(/Failed .*no such thing/.test(daemon.output())))
  await rename(`${vsctl}.real`, vsctl)
  await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  t.equal(await sandbox.vsctl('get-fail-mode', 'br0'), 'secure')
})
