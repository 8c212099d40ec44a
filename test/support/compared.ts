import { resolve } from 'node:path'
import { execa } from 'execa'
import type { Daemon } from './daemon.js'
import { until } from './until.js'
import type { Owner } from './ovs.js'
import { diffs } from './replays.js'
import { type Sandbox, startSandbox } from './sandbox.js'

export const diffProgramFile = resolve('dist', 'bin', 'vtep-diff.js')
export const daemonProgram = resolve('dist', 'bin', 'ovs-vtep.js')
const address = '10.2.2.1'
export const options = { ports: ['p0', 'p1'], tunnelIp: address, remotes: ['10.2.2.2', '10.2.2.3'] }

/** In one process. */
export const diffsIn = (box: Sandbox, ...lists: readonly (readonly string[])[]) =>
  diffs(lists, { env: box.env, cwd: box.directory })

export async function run(box: Sandbox, file: string, ...list: readonly string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [file, ...list], {
    env: { ...box.env, TZ: 'UTC' },
    cwd: box.directory,
    reject: false,
  })
  return { status: exitCode, stdout, stderr }
}

export const diff = (box: Sandbox, ...list: readonly string[]) => run(box, diffProgramFile, ...list)

/** What a controller asks for: one switch, two remote MACs. */
export const asked = [
  'add-ls ls0',
  'bind-ls br0 p0 0 ls0',
  'set Logical_Switch ls0 tunnel_key=33',
  'add-mcast-remote ls0 unknown-dst 10.2.2.2',
  'add-ucast-remote ls0 02:00:00:00:00:01 10.2.2.2',
  'add-ucast-remote ls0 02:00:00:00:00:02 10.2.2.3',
].flatMap((line) => ['--', ...line.split(' ')])

async function isInSync(daemon: Daemon): Promise<boolean> {
  return (JSON.parse(await daemon.control('status', '--json')) as { isInSync: boolean }).isInSync
}

/** A sandbox in which a daemon did what is asked for. */
export async function furnished(owner: Owner) {
  const box = await startSandbox(owner, options)
  await box.addPhysicalSwitch()
  const daemon = await box.startDaemon()
  await until('the ports are in the database', async () =>
    (await box.vtepctl('list-ports', 'br0')).includes('p0'),
  )
  await until('it is in sync', async () => await isInSync(daemon))
  await box.vtepctl(...asked)
  await until('the flows are there', async () =>
    (await box.ofctl('dump-flows', 'br0', 'table=20')).includes('02:00:00:00:00:02'),
  )
  await until('it is in sync', async () => await isInSync(daemon))
  return { box, daemon }
}
