import { execa } from 'execa'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { words } from '../support/controller.js'
import { uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
await sandbox.addPhysicalSwitch()
const metrics = join(sandbox.directory, 'metrics')
const daemon = await sandbox.startDaemon([`--metrics=unix:${metrics}`, '--audit-interval=0', 'br0'])
const write = (commands: string): Promise<string> => sandbox.vtepctl(...words(commands))
const isInSync = async () => /^in sync: yes/m.test(await daemon.control('status'))
await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
await write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
`)
await until('in sync', isInSync)

const descriptors = () => readdirSync(`/proc/${daemon.pid}/fd`).map(Number)
const limit = (count: number) => execa('prlimit', ['--pid', String(daemon.pid), `--nofile=${count}:`])

await t.test(
  'without descriptors nothing can be done, and all is done when there are some again',
  async (t) => {
    // those that are open stay so
    await limit(3)
    // the bundle that waits for this one was started before
    await write('add-ucast-remote ls0 02:00:00:00:0e:01 10.2.2.3')
    await sandbox.vtepctl('add-ucast-remote', 'ls0', '02:00:00:00:0e:02', '10.2.2.3')
    await until('a batch failed', () =>
      Promise.resolve(
        /Failed +switch: ovs-ofctl: can't be started: too many open files/.test(daemon.output()),
      ),
    )
    await limit(1024)
    await until('in sync', isInSync)
    for (const mac of ['02:00:00:00:0e:01', '02:00:00:00:0e:02'])
      t.strictSame(await sandbox.exitsOf('p0', uniqueFrame('02:00:00:00:00:0a', mac)), ['10.2.2.3 vni 33'])
  },
)

await t.test('clients that say nothing take no more than their share', async (t) => {
  const before = descriptors().length
  const idle: Socket[] = []
  t.teardown(() => idle.forEach((socket) => socket.destroy()))
  await limit(256)
  for (let i = 0; i < 400; i++) idle.push(connect(metrics).on('error', () => undefined))
  await until('what is too many is hung up on', () =>
    Promise.resolve(idle.filter(({ closed }) => closed).length >= 400 - 64),
  )
  t.ok(descriptors().length <= before + 64 + 8)
  await write('add-ucast-remote ls0 02:00:00:00:0e:03 10.2.2.3')
  await until('in sync', isInSync)
  await until('those that stay silent are hung up on, too', () =>
    Promise.resolve(idle.every(({ closed }) => closed)),
  )
  t.strictSame(await daemon.stop(), 0)
})
