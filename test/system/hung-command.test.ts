import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { words } from '../support/controller.js'
import { uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const REMOTE = '02:00:00:00:0e:01'
const FIRST = '02:00:00:00:0e:02'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
await sandbox.addPhysicalSwitch()
let daemon = await sandbox.startDaemon()
const write = (commands: string): Promise<string> => sandbox.vtepctl(...words(commands))
const ofctl = join(sandbox.recorder.binDirectory, 'ovs-ofctl')
await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
await write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
`)
await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))

await t.test('a daemon whose command hangs ends nevertheless', async (t) => {
  await rename(ofctl, `${ofctl}.real`)
  // one that does not even hear SIGTERM, for bundles only
  await writeFile(
    ofctl,
    `#!/bin/sh\ncase "$*" in *bundle*) trap '' TERM; exec sleep 600;; esac\nexec '${ofctl}.real' "$@"\n`,
    { mode: 0o755 },
  )
  // for this one a command waits that was started before
  await write(`add-ucast-remote ls0 ${FIRST} 10.2.2.3`)
  await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  await write(`add-ucast-remote ls0 ${REMOTE} 10.2.2.3`)
  await until('the command hangs', async () => /^under way: /m.test(await daemon.control('status')))
  let hasEnded = false
  const ended = daemon.control('exit').then(() => (hasEnded = true))
  // far less than the time after which a command that hangs is given up anyway
  await until('the daemon has ended', () => Promise.resolve(hasEnded))
  await ended
  t.match(daemon.output(), /Failed +switch: .*for the daemon ends/)
})

await t.test('the next one looks, and makes what is missing', async (t) => {
  await rename(`${ofctl}.real`, ofctl)
  daemon = await sandbox.startDaemon()
  await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame('02:00:00:00:00:0a', REMOTE)), ['10.2.2.3 vni 33'])
})

await t.test('a flow monitor whose line does not end is ended, and started anew', async (t) => {
  await rename(ofctl, `${ofctl}.real`)
  const mark = join(sandbox.directory, 'endless')
  await writeFile(
    ofctl,
    `#!/bin/sh
case "$*" in *monitor*) if mkdir '${mark}' 2>/dev/null; then echo ready; exec tr '\\0' x </dev/zero >&2; fi;; esac
exec '${ofctl}.real' "$@"
`,
    { mode: 0o755 },
  )
  await sandbox.restartSwitch()
  await until('the loss is said', async () =>
    /SourceLost +flows: flow monitor: a line of/.test(daemon.output()),
  )
  await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  t.match(
    daemon.output(),
    /SourceLost +flows: flow monitor: a line of more than 4194304 characters; what the switch holds/m,
  )
  await rename(`${ofctl}.real`, ofctl)
})
