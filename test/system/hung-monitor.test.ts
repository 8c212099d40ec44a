import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { startController } from '../support/controller.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { usualUnderlay, writeUsualNetwork } from '../support/usual-network.js'

const REMOTE = '02:00:00:00:0e:01'

const sandbox = await startSandbox(t, usualUnderlay)
await sandbox.addPhysicalSwitch()
// without audits: what is noticed here is noticed by event
const daemon = await sandbox.startDaemon(['--audit-interval=0', 'br0'])
const controller = await startController(sandbox)
await writeUsualNetwork(controller, REMOTE)

const flows = () => sandbox.ofctl('-O', 'OpenFlow14', '--no-stats', 'dump-flows', 'br0')
const isInSync = async () => /^in sync: yes/m.test(await daemon.control('status'))

function read(pid: string, what: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1')
  } catch {
    return ''
  }
}

/** The daemon's flow monitors that are not at their end. */
function monitors(): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids
    .filter((pid) => new RegExp(`\\) [^Z] ${daemon.pid} `).test(read(pid, 'stat')))
    .filter((pid) => read(pid, 'cmdline').includes('\0monitor\0br0\0'))
    .map(Number)
}

await t.test(
  'a flow monitor that hangs is replaced, and what was changed meanwhile is put back',
  async (t) => {
    await until('in sync', async () => (await flows()).includes(REMOTE) && (await isInSync()))
    const [victim = 0] = monitors()
    process.kill(victim, 'SIGSTOP')
    await sandbox.ofctl('-O', 'OpenFlow14', 'del-flows', 'br0', `table=20,dl_dst=${REMOTE}`)
    await until('there is another', () => monitors().length === 1 && monitors()[0] !== victim)
    t.ok(victim > 0)
    await until('that is said', () => /flow monitor: it does not answer/.test(daemon.output()))
    await until('the flow is back', async () => (await flows()).includes(REMOTE))
    await until('in sync', isInSync)
  },
)

await t.test('batches do not wait for one that hangs', async (t) => {
  const [victim = 0] = monitors()
  process.kill(victim, 'SIGSTOP')
  for (let i = 2; i < 8; i++) await controller.write(`add-ucast-remote ls0 02:00:00:00:0e:0${i} 10.2.2.3`)
  await until('all are made', async () => (await flows()).includes('02:00:00:00:0e:07') && (await isInSync()))
  await until('it is replaced', () => monitors().length === 1 && monitors()[0] !== victim)
  t.pass('and it is')
})
