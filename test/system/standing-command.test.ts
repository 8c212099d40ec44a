import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { words } from '../support/controller.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
await sandbox.addPhysicalSwitch()
let daemon = await sandbox.startDaemon()
const write = (commands: string): Promise<string> => sandbox.vtepctl(...words(commands))
const isInSync = async () => /^in sync: yes/m.test(await daemon.control('status'))
const remoteFlows = () =>
  sandbox.ofctl('-O', 'OpenFlow14', '--no-stats', '--sort', 'dump-flows', 'br0', 'table=20')

/** What proc(5) says of a process; empty: there is none. */
function read(pid: number, what: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1')
  } catch {
    return ''
  }
}

/** The daemon's processes that wait for a bundle. */
function waiting(): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((pid) => {
    const isChild = new RegExp(`\\) \\w ${daemon.pid} `).test(read(pid, 'stat'))
    return isChild && read(pid, 'cmdline').endsWith('\0bundle\0br0\0-\0')
  })
}

async function theOne(): Promise<number> {
  await until('one waits', () => Promise.resolve(waiting().length === 1))
  return waiting()[0] ?? 0
}

/** Also where nobody has asked how it ended. */
const isGone = (pid: number) => () => Promise.resolve(/^$|\) Z/.test(read(pid, 'stat')))

await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
await write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
`)
await until('in sync', isInSync)

await t.test('the process of a bundle is started before there is anything to change', async (t) => {
  const before = await theOne()
  await write('add-ucast-remote ls0 02:00:00:00:0e:01 10.2.2.3')
  await until('it is made', async () => (await remoteFlows()).includes('02:00:00:00:0e:01'))
  await until('it has done its work', isGone(before))
  t.not(await theOne(), before, 'and the next one waits')
})

await t.test('one that was stopped while it waited is replaced', async (t) => {
  const victim = await theOne()
  process.kill(victim, 'SIGSTOP')
  await until('it is stopped', () => Promise.resolve(/\) T/.test(read(victim, 'stat'))))
  await write('add-ucast-remote ls0 02:00:00:00:0e:05 10.2.2.3')
  await until('it is made', async () => (await remoteFlows()).includes('02:00:00:00:0e:05'))
  await until('it is gone', isGone(victim))
  t.notMatch(daemon.output(), /no answer within/, 'it was not waited for')
})

await t.test('one that was killed while it waited is not missed', async (t) => {
  const victim = await theOne()
  process.kill(victim, 'SIGKILL')
  await until('it is gone', isGone(victim))
  await write('add-ucast-remote ls0 02:00:00:00:0e:02 10.2.2.3')
  await until('it is made', async () => (await remoteFlows()).includes('02:00:00:00:0e:02'))
  t.notMatch(daemon.output(), /\bFailed\b/)
  await theOne()
})

await t.test('it ends with a daemon that is killed, and changes nothing', async (t) => {
  await until('in sync', isInSync)
  const [before, orphan] = [await remoteFlows(), await theOne()]
  await daemon.kill()
  await until('it is gone', isGone(orphan))
  t.equal(await remoteFlows(), before)
})

await t.test('it ends with a daemon that stops', async (t) => {
  daemon = await sandbox.startDaemon()
  await until('in sync', isInSync)
  const last = await theOne()
  const bundlesOfNothing = async () =>
    (await sandbox.recorder.commands()).filter(({ stdin }) => stdin === '').length
  const before = await bundlesOfNothing()
  t.equal(await daemon.stop(), 0)
  await until('it is gone', isGone(last))
  t.equal(await bundlesOfNothing(), before, 'without a word to the switch')
})
