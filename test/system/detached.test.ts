import { join } from 'node:path'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { words } from '../support/controller.js'
import { OURS, runToEnd } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()
const pidfile = join(sandbox.directory, 'pid')
const pid = () => Number(readFileSync(pidfile, 'utf8'))

// what is missing takes its time
const vsctl = join(sandbox.recorder.binDirectory, 'ovs-vsctl')
renameSync(vsctl, `${vsctl}.real`)
writeFileSync(vsctl, `#!/bin/sh\nsleep 1\nexec '${vsctl}.real' "$@"\n`, { mode: 0o755 })

t.test('when --detach returns the ports of the switch can be bound', async (t) => {
  // the rows of the first round stand for the later ones, so each has a port more
  for (let i = 0; i < 2; i++) {
    const port = `q${i}`
    await sandbox.vsctl('add-port', 'br0', port, '--', 'set', 'Interface', port, 'type=dummy')
    const list = ['--detach', `--pidfile=${pidfile}`, 'br0']
    t.match(await runToEnd(OURS, list, sandbox.daemonEnv), { status: 0, stderr: '' })
    t.match(await sandbox.vsctl('list-ports', 'br0'), /^vtep-/m, 'the tunnel port is there')
    await sandbox.vtepctl(...words(`--may-exist add-ls ls${i}\nbind-ls br0 ${port} ${i} ls${i}`))
    const daemon = pid()
    process.kill(daemon, 'SIGTERM')
    await until('it has ended', () => {
      try {
        return Promise.resolve(!process.kill(daemon, 0))
      } catch {
        return Promise.resolve(true)
      }
    })
  }
})
