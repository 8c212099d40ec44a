/**
 * `npm run demo`: the walkthrough of "How to Use the VTEP Emulator" with frames, a restart and the journal, in a
 * private sandbox without privileges. `--keep` leaves the sandbox up.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { OURS, runToEnd } from '../support/daemon.js'
import { BROADCAST, tagged, uniqueFrame, type Frame } from '../support/frame.js'
import { encodeArpRequest, ETHERTYPE_ARP } from '../support/ipv4.js'
import { localMacs } from '../support/local-macs.js'
import { installPrograms } from '../support/programs.js'
import { createOwner } from '../support/owner.js'
import { startSandbox, type Sandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { nextSteps } from './next-steps.js'
import { listing, verify } from './replay.js'
import { createStage, heading, indented, tell } from './stage.js'

const VM1 = '02:00:00:00:00:01'
const REMOTE_VM = '02:00:00:00:00:99'
const SEED_MAC = '11:22:33:44:55:66'

async function play(sandbox: Sandbox, journal: string): Promise<void> {
  const stage = createStage(sandbox, journal)

  heading('A "physical" switch br0 with ports p0 and p1, and the emulator')
  await sandbox.addPhysicalSwitch()
  tell('$ vtep-ctl add-ps br0 -- set Physical_Switch br0 tunnel_ips=10.2.2.1')
  tell('$ ovs-vtep br0')
  let daemon = await sandbox.startDaemon()
  await until('the ports are in the database', async () =>
    (await sandbox.vtepctl('list-ports', 'br0')).includes('p1'),
  )
  await stage.printNews()

  heading('The controller: each command, then what the journal says was done')
  await stage.controllerTypes('add-ls ls0')
  await stage.controllerTypes('bind-ls br0 p0 0 ls0')
  await stage.controllerTypes('set Logical_Switch ls0 tunnel_key=33')
  await stage.controllerTypes('add-mcast-remote ls0 unknown-dst 10.2.2.2')
  await stage.controllerTypes(`add-ucast-remote ls0 ${SEED_MAC} 10.2.2.3`)

  heading('Frames, and where they came out')
  await stage.sendFrom(
    'p0',
    'VM1 asks at p0: who has 192.168.0.9?',
    arpRequest(VM1, '192.168.0.1', '192.168.0.9'),
  )
  await stage.sendFromVtep(
    '10.2.2.2',
    33,
    'VTEP 10.2.2.2 answers VM1 with VNI 33',
    uniqueFrame(REMOTE_VM, VM1),
  )
  await stage.sendFrom('p0', `VM1 sends to ${SEED_MAC}`, uniqueFrame(VM1, SEED_MAC))
  await stage.sendFrom(
    'p0',
    'VM1 sends with VLAN 7, which is not bound',
    tagged(uniqueFrame(VM1, BROADCAST), 7),
  )
  await stage.sendFrom(
    'p1',
    'VM2 sends at p1, which is not bound',
    uniqueFrame('02:00:00:00:00:02', BROADCAST),
  )
  await stage.sendFromVtep(
    '10.2.2.2',
    34,
    'VTEP 10.2.2.2 sends with VNI 34, nobody has it',
    uniqueFrame(REMOTE_VM, VM1),
  )
  await until('VM1 is reported', async () => (await localMacs(sandbox.vtepctl, 'ls0')).includes(VM1))
  tell('$ vtep-ctl list-local-macs ls0')
  indented((await sandbox.vtepctl('list-local-macs', 'ls0')).split('\n').filter((line) => line.trim() !== ''))

  heading('Stop, and start again')
  await daemon.stop()
  await stage.sendFrom('p0', 'stopped, VM1 still asks', arpRequest(VM1, '192.168.0.1', '192.168.0.10'))
  const sentBefore = (await sandbox.recorder.changingCommands()).length
  daemon = await sandbox.startDaemon()
  await stage.controllerTypes('add-ls ls1')
  await stage.sendFrom('p0', 'started, VM1 asks again', arpRequest(VM1, '192.168.0.1', '192.168.0.11'))
  const sent = (await sandbox.recorder.changingCommands()).length - sentBefore
  tell(`  changing commands sent to Open vSwitch since the restart: ${sent}`)

  heading('The journal')
  await daemon.stop()
  tell(`$ vtep-replay ${journal}`)
  indented(await listing(journal))
  tell(`$ vtep-replay verify ${journal}`)
  indented((await verify(journal)).split('\n'))
}

/** The daemon goes on in the background, and nothing ends with this process. */
async function keep(sandbox: Sandbox): Promise<void> {
  const { status, stderr } = await runToEnd(OURS, ['br0', '--detach', '--pidfile', '--log-file'], sandbox.env)
  if (status !== 0) throw new Error(stderr)
  const programs = await installPrograms(sandbox.directory)
  sandbox.keep()
  heading('The sandbox stays up')
  tell('In a shell:')
  indented(Object.entries(sandbox.env).map(([name, value]) => `export ${name}=${value}`))
  indented([`export PATH=${programs}:$PATH`])
  tell('\nFive things to try next:')
  indented(nextSteps.flatMap(([purpose, command]) => [`# ${purpose}`, command]))
  tell('\nTo stop and remove it:')
  // a directory that a program still writes to can't be removed
  indented([
    `for pid in $(cat ${sandbox.directory}/*.pid); do kill $pid; while kill -0 $pid 2>/dev/null; do sleep 0.1; done; done`,
    `rm -rf ${sandbox.directory}`,
  ])
}

function arpRequest(mac: string, ip: string, wantedIp: string): Frame {
  return {
    dst: BROADCAST,
    src: mac,
    tags: [],
    etherType: ETHERTYPE_ARP,
    payload: encodeArpRequest(mac, ip, wantedIp),
  }
}

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } })
const owner = createOwner()
let isKept = false
try {
  const sandbox = await startSandbox(owner, {
    ports: ['p0', 'p1'],
    tunnelIp: '10.2.2.1',
    remotes: ['10.2.2.2', '10.2.2.3'],
  })
  const journal = join(sandbox.directory, 'vtep', 'br0.journal')
  await play(sandbox, journal)
  if (values.keep) {
    await keep(sandbox)
    isKept = true
  }
} finally {
  if (!isKept) await owner.end()
}
