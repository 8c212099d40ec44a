/**
 * `npm run bench:restart`: how long after ovs-vswitchd was killed and answers again every flow is back, by
 * number of remote MACs. Prints times, judges nothing.
 */
import { parseArgs } from 'node:util'
import { dialServer } from '../support/controller-session.js'
import { insert, locator, named, uuid } from '../support/operations.js'
import type { Owner } from '../support/ovs.js'
import { createOwner } from '../support/owner.js'
import { startSandbox, type Sandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { machine, summarize, table } from './summary.js'

const { values } = parseArgs({
  options: { macs: { type: 'string', default: '10000,100000' }, rounds: { type: 'string', default: '5' } },
})
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const patienceMs = 120_000
const macsATransaction = 100_000

async function measure(macs: number, rounds: number): Promise<readonly number[]> {
  const owner = createOwner()
  try {
    const sandbox = await startSandbox(owner, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.2'] })
    await sandbox.addPhysicalSwitch()
    await fill(owner, sandbox, macs)
    const daemon = await sandbox.startDaemon()
    const isDone = async (): Promise<boolean> => {
      const status = await daemon.control('status')
      return /^in sync: yes/m.test(status) && Number(/^flows: (\d+) installed/m.exec(status)?.[1]) > macs
    }
    await until('all flows are installed', isDone, patienceMs)
    const timesMs: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const startedMs = performance.now()
      await sandbox.restartSwitch()
      const answersMs = performance.now()
      await until('the switch is lost', async () => !(await isDone()), patienceMs)
      await until('all flows are back', isDone, patienceMs)
      timesMs.push(performance.now() - answersMs)
      say(
        `${macs} MACs, ${round} of ${rounds}: away ${(answersMs - startedMs).toFixed(0)} ms, then ${timesMs.at(-1)?.toFixed(0)} ms`,
      )
    }
    return timesMs
  } finally {
    await owner.end()
  }
}

/** Straight into the database: vtep-ctl reads all of it each time. */
async function fill(owner: Owner, sandbox: Sandbox, macs: number): Promise<void> {
  const bound =
    'add-port br0 p0 -- add-ls ls0 -- set Logical_Switch ls0 tunnel_key=33 -- bind-ls br0 p0 0 ls0'
  await sandbox.vtepctl(...bound.split(' '))
  const logical_switch = uuid(await sandbox.vtepctl('--bare', '--columns=_uuid', 'find', 'Logical_Switch'))
  const session = await dialServer(owner, sandbox, 'controller', {})
  for (let first = 0; first < macs; first += macsATransaction) {
    const rows = Array.from({ length: Math.min(macsATransaction, macs - first) }, (_, i) => {
      const digits = (first + i).toString(16).padStart(8, '0').match(/../g)?.join(':') ?? ''
      return insert('Ucast_Macs_Remote', { MAC: `02:fe:${digits}`, logical_switch, locator: named('remote') })
    })
    await session.transact([locator('10.2.2.2', 'remote'), ...rows])
  }
}

const rows: string[][] = []
for (const macs of values.macs.split(',').map(Number)) {
  const { minMs, medianMs, maxMs } = summarize(await measure(macs, Number(values.rounds)))
  rows.push([`${macs} MACs`, ...[minMs, medianMs, maxMs].map((ms) => ms.toFixed(0))])
}
process.stdout.write(
  `${await machine()}\n${table([['flows back after', 'min ms', 'median ms', 'max ms'], ...rows])}\n`,
)
