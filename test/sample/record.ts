/**
 * `npm run sample`: plays the incident of docs/incident.md on a real switch in a private sandbox
 * and writes its journal to test/sample/incident.journal. Numbers, times and cookies come out differently each time.
 */
import { Database } from '../../adapters/sqlite.js'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Status } from '../../lib/words/status.js'
import { words } from '../support/controller.js'
import type { Daemon } from '../support/daemon.js'
import { BROADCAST, tagged, uniqueFrame } from '../support/frame.js'
import { localMacs } from '../support/local-macs.js'
import { createOwner } from '../support/owner.js'
import { startSandbox, type Sandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const SHOP = '02:00:00:00:0e:01'
const MAIL = '02:00:00:00:0e:02'
const BENCH = '02:00:00:00:0e:03'
const DESK = '02:00:00:00:00:0a'
const PRINTER = '02:00:00:00:00:0b'

async function play(sandbox: Sandbox, daemon: Daemon): Promise<void> {
  const status = async (): Promise<Status> => JSON.parse(await daemon.control('status', '--json')) as Status
  const write = async (commands: string): Promise<void> => {
    await sandbox.vtepctl(...words(commands))
  }
  /** Resolves when the desk's frames to `mac` leave there. */
  const reaches = (mac: string, exit: string): Promise<boolean> =>
    until(`${mac} is at ${exit}`, async () =>
      (await sandbox.exitsOf('p0', uniqueFrame(DESK, mac))).includes(exit),
    )
  const settles = (): Promise<boolean> => until('in sync', async () => (await status()).isInSync)

  await until('the ports are reported', async () =>
    (await sandbox.vtepctl('list-ports', 'gw')).includes('p1'),
  )
  await write(`
    add-ls office
    set Logical_Switch office tunnel_key=5001
    bind-ls gw p0 0 office
    add-ls storage
    set Logical_Switch storage tunnel_key=5002
    bind-ls gw p1 20 storage
  `)
  await write('add-mcast-remote office unknown-dst 10.2.2.2')
  await write('add-mcast-remote storage unknown-dst 10.2.2.3')
  await write(`add-ucast-remote office ${SHOP} 10.2.2.2`)
  await write(`add-ucast-remote office ${MAIL} 10.2.2.3`)
  await reaches(SHOP, '10.2.2.2 vni 5001')
  await reaches(MAIL, '10.2.2.3 vni 5001')
  await sandbox.inject('p1', tagged(uniqueFrame(PRINTER, BROADCAST), 20))
  for (const [logicalSwitch, mac] of [
    ['office', DESK],
    ['storage', PRINTER],
  ] as const)
    await until(`${mac} is learned`, async () =>
      (await localMacs(sandbox.vtepctl, logicalSwitch)).includes(mac),
    )
  await settles()

  // the controller is wrong about the shop
  await write(`
    del-ucast-remote office ${SHOP}
    add-ucast-remote office ${SHOP} 10.2.2.9
  `)
  await reaches(SHOP, '10.2.2.9 vni 5001')
  await settles()

  // somebody looks for the fault in the switch
  await sandbox.ofctl('del-flows', 'gw', `table=20,dl_dst=${MAIL}`)
  await until('the drift is seen', async () => (await status()).lastDrift !== null)
  await reaches(MAIL, '10.2.2.3 vni 5001')
  await settles()

  // a new logical switch, whose key somebody pasted twice
  await write(`
    add-ls lab
    set Logical_Switch lab tunnel_key=50035003
    bind-ls gw p1 30 lab
    add-ucast-remote lab ${BENCH} 10.2.2.3
  `)
  await until('the row is a problem', async () => (await status()).problems.length > 0)
  await until('the fault is reported', async () =>
    (await sandbox.vtepctl('get', 'Physical_Switch', 'gw', 'switch_fault_status')).includes('fault'),
  )

  await write(`
    del-ucast-remote office ${SHOP}
    add-ucast-remote office ${SHOP} 10.2.2.2
  `)
  await reaches(SHOP, '10.2.2.2 vni 5001')
  await write('set Logical_Switch lab tunnel_key=5003')
  await until('no fault is reported', async () => (await status()).problems.length === 0)
  await until('the fault is taken back', async () =>
    (await sandbox.vtepctl('get', 'Physical_Switch', 'gw', 'switch_fault_status')).includes('[]'),
  )
  await settles()
}

/** One file with nothing beside it, that needs nothing beside it to be read. */
function ship(journal: string, file: string): void {
  rmSync(file, { force: true })
  const database = new Database(journal)
  database.pragma('journal_mode = delete')
  database.prepare('vacuum into ?').run(file)
  database.close()
}

const owner = createOwner()
try {
  const sandbox = await startSandbox(owner, {
    bridge: 'gw',
    ports: ['p0', 'p1'],
    tunnelIp: '10.2.2.1',
    remotes: ['10.2.2.2', '10.2.2.3', '10.2.2.9'],
  })
  await sandbox.addPhysicalSwitch()
  const daemon = await sandbox.startDaemon(['--statistics-interval=0', 'gw'])
  await play(sandbox, daemon)
  await daemon.stop()
  ship(join(sandbox.directory, 'vtep', 'gw.journal'), join('test', 'sample', 'incident.journal'))
} finally {
  await owner.end()
}
