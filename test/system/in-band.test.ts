/**
 * In-band control (Open vSwitch's design document): with a controller of the bridge, or a manager, hidden flows let ARP
 * that names its address past all tables. A problem is raised exactly where Open vSwitch has such flows, and its
 * command ends them.
 */
import { execa } from 'execa'
import t from 'tap'
import { diffProgramFile } from '../support/compared.js'
import { startController, words } from '../support/controller.js'
import { cures } from '../support/doctor.js'
import { BROADCAST, type Frame, uniqueFrame } from '../support/frame.js'
import { encodeArpRequest, ETHERTYPE_ARP } from '../support/ipv4.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'

const sandbox = await startSandbox(t, { ports: ['p0', 'p1', 'p2'], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()
const daemon = await sandbox.startDaemon()
const controller = await startController(sandbox)
await controller.write(`
  add-ls one
  add-ls two
  bind-ls br0 p0 0 one
  bind-ls br0 p1 0 one
  bind-ls br0 p2 0 two
`)
const { vsctl, appctl } = sandbox
const inBandFlows = async (): Promise<readonly string[]> =>
  (await appctl('ovs-vswitchd', 'bridge/dump-flows', 'br0'))
    .split('\n')
    .filter((line) => Number(/priority=(\d+)/.exec(line)?.[1]) >= 180_000)
const entry = async (): Promise<number> => Number(/at entry (\d+)/.exec(await daemon.control('status'))?.[1])
const problem = async (): Promise<string | undefined> =>
  (await daemon.control('status')).split('\n').find((line) => line.includes('in-band control'))

/** ARP for an address; its padding makes it like no other frame. */
function arp(ip: string): Frame {
  const { payload, ...frame } = uniqueFrame(A, BROADCAST)
  return {
    ...frame,
    etherType: ETHERTYPE_ARP,
    payload: Buffer.concat([encodeArpRequest(A, ip, ip), payload]),
  }
}

const inSync = async (): Promise<boolean> =>
  /^in sync: yes, at entry \d+$/m.test(await daemon.control('status'))

await t.test('the command that is said ends it', async (t) => {
  await vsctl(...words('set-controller br0 tcp:127.0.0.1:1'))
  await until('it is said', async () => (await problem()) !== undefined)
  t.match(await sandbox.exitsOf('p0', arp('127.0.0.1')), ['p1', 'p2'], 'from one logical switch to another')
  const { stdout } = await execa(process.execPath, [diffProgramFile, 'br0'], {
    env: sandbox.env,
    reject: false,
  })
  t.match(stdout, /Can not be realised\n +Physical_Switch br0: in-band control for tcp:127\.0\.0\.1:1: /)
  await cures(
    t,
    { directory: sandbox.directory, env: sandbox.env },
    {
      check: 'rows',
      text: /in-band control for tcp:127\.0\.0\.1:1/,
      command: /^ovs-vsctl set Bridge br0 other_config:disable-in-band=true$/,
    },
  )
  await until('it is no more', async () => (await problem()) === undefined)
  // a first controller, and the last that goes, make Open vSwitch forget all flows
  await until('in sync', inSync)
  await appctl('ovs-vswitchd', 'revalidator/purge')
  t.strictSame(await sandbox.exitsOf('p0', arp('127.0.0.1')), ['p1'])
  await vsctl(...words(`del-controller br0 -- remove Bridge br0 other_config disable-in-band`))
  await until('in sync', inSync)
})

await t.test('protocols without OpenFlow14: why the flow tables are unknown, and what to do', async (t) => {
  await vsctl(...words('set Bridge br0 protocols=OpenFlow10,OpenFlow13'))
  const said = async () => {
    const text = await daemon.control('status')
    return /^flow tables: unknown$/m.test(text) ? text : ''
  }
  await until('it is not known what the switch holds', async () => (await said()) !== '')
  t.match(
    await said(),
    /^problem: Physical_Switch br0: bridge "br0" allows only OpenFlow10, OpenFlow13: .*neither read nor changed \(ovs-vsctl add Bridge br0 protocols OpenFlow14\)$/m,
  )
  await cures(
    t,
    { directory: sandbox.directory, env: sandbox.env },
    {
      check: 'protocols',
      text: /allows only OpenFlow10, OpenFlow13/,
      command: /^ovs-vsctl add Bridge br0 protocols OpenFlow14$/,
    },
  )
  await until('in sync', inSync)
})

const other = 'Bridge br0 other_config:disable-in-band'
/** What is set, whether Open vSwitch has flows for it then, and how it is taken back. */
const cases: readonly (readonly [set: string, isInBand: boolean, undo: string])[] = [
  ['set-controller br0 tcp:127.0.0.1:1', true, 'del-controller br0'],
  ['set-controller br0 ssl:127.0.0.1:1', true, 'del-controller br0'],
  ['set-controller br0 ptcp:0:127.0.0.1', false, 'del-controller br0'],
  ['set-controller br0 tcp:[::1]:1', false, 'del-controller br0'],
  [
    'set-controller br0 tcp:127.0.0.1:1 -- set Controller br0 connection_mode=out-of-band',
    false,
    'del-controller br0',
  ],
  [`set-controller br0 tcp:127.0.0.1:1 -- set ${other}=true`, false, 'del-controller br0'],
  ['set-manager tcp:127.0.0.2:1', false, `del-manager -- set ${other}=false`],
  ['set-manager tcp:127.0.0.2:1', true, 'del-manager'],
  ['set-manager ssl:127.0.0.2:1', true, 'del-manager'],
  ['set-manager tcp:127.0.0.1:1', false, 'del-manager'],
  ['set-manager ptcp:0:127.0.0.1', false, 'del-manager'],
  ['set-manager tcp:[::1]:1', false, 'del-manager'],
  ['set-manager ptcp:0:127.0.0.1 tcp:127.0.0.2:1', true, 'del-manager'],
  [
    'set-manager tcp:127.0.0.2:1 -- set Manager tcp:127.0.0.2:1 connection_mode=out-of-band',
    false,
    'del-manager',
  ],
]

for (const [set, isInBand, undo] of cases)
  await t.test(set, async (t) => {
    const before = await entry()
    await vsctl(...words(set))
    await until('the daemon has heard of it', async () => (await entry()) > before)
    t.equal((await inBandFlows()).length > 0, isInBand, 'what Open vSwitch does')
    await until('it is said', async () => ((await problem()) !== undefined) === isInBand)
    if (isInBand)
      t.match(
        await problem(),
        /127\.0\.0\.[12]:1: .*\(ovs-vsctl set Bridge br0 other_config:disable-in-band=true\)$/,
      )
    await vsctl(...words(undo))
    await until('it is no more', async () => (await problem()) === undefined)
  })
