import t from 'tap'
import { join } from 'node:path'
import { execa } from 'execa'
import { startController } from '../support/controller.js'
import { replayProgramFile } from '../support/replays.js'
import { startSandbox, type Sandbox } from '../support/sandbox.js'

const remotes = ['10.2.2.2', '10.2.2.3']
const recorded = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes })
await recorded.addPhysicalSwitch()
const daemon = await recorded.startDaemon()
const controller = await startController(recorded)
await controller.write(`
  add-ls ls0
  set Logical_Switch ls0 tunnel_key=33
  bind-ls br0 p0 0 ls0
  bind-ls br0 p1 10 ls0
  add-mcast-remote ls0 unknown-dst 10.2.2.2
  add-ucast-remote ls0 02:00:00:00:0e:01 10.2.2.3
`)
await daemon.stop()
const journal = join(recorded.directory, 'vtep', 'br0.journal')

/** Flows but for those that were learned. */
async function flows({ ofctl }: Sandbox): Promise<readonly string[]> {
  const dump = await ofctl('-O', 'OpenFlow14', '--no-stats', '--no-names', 'dump-flows', 'br0')
  return dump
    .split('\n')
    .filter((line) => line.includes('actions=') && !line.includes('cookie=0x564c'))
    .sort()
}

t.test('commands: the printed script gives another switch the same ports and flows', async (t) => {
  const { stdout: script } = await execa(process.execPath, [replayProgramFile, 'commands', journal])
  const scratch = await startSandbox(t, { ports: [], tunnelIp: '10.2.2.1', remotes })
  await execa('/bin/sh', ['-e'], { env: scratch.env, input: script })
  t.strictSame(await flows(scratch), await flows(recorded))
  const ports = async ({ vsctl }: Sandbox) => (await vsctl('list-ports', 'br0')).split('\n').sort()
  t.strictSame(await ports(scratch), await ports(recorded))
})
