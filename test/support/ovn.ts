import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { startDaemon, type Daemon, type Program } from './daemon.js'
import { daemonFile, programFile, schemaFile } from './installation.js'
import { startOvs, type Environment, type Ovs, type Owner, type Run } from './ovs.js'
import { patienceSeconds } from './patience.js'
import { atProcessEnd } from './process-end.js'
import { RunDirectory } from './run-directory.js'
import { addDummyPort, createUnderlay } from './underlay.js'

/** OVN's two databases, with its northd between them. */
export interface Ovn {
  /** OVSDB connection method of the southbound database, which chassis connect to. */
  readonly southbound: string
  readonly nbctl: Run
  readonly sbctl: Run
  /** Makes a port of northbound switch `network` that stands for a logical switch of a physical one. */
  addVtepPort(network: string, port: string, physicalSwitch: string, logicalSwitch: string): Promise<void>
}

/** A chassis of OVN with dummy ports: Open vSwitch and ovn-controller. */
export interface Hypervisor extends Ovs {
  /** Makes a port of northbound switch `network` and plugs it in as a dummy port; resolves when OVN says it is up. */
  addMachine(network: string, port: string, addresses: string): Promise<void>
}

/** Why OVN cannot be used here, or null when it can. */
export function whyNoOvn(): string | null {
  const programs = ['ovn-northd', 'ovn-controller', 'ovn-controller-vtep']
  const missing = programs.filter((name) => !existsSync(programFile(name)))
  return missing.length === 0 ? null : `needs OVN: there is no ${missing.join(', no ')}`
}

/** Both databases on one server, in a private directory; everything ends with `owner`. */
export async function startOvn(owner: Owner): Promise<Ovn> {
  const directory = new RunDirectory()
  const withdraw = atProcessEnd(() => directory.remove())
  owner.teardown(async () => {
    withdraw()
    directory.remove()
  })
  const socket = directory.file('ovn.sock')
  const env = {
    ...directory.env,
    OVN_RUNDIR: directory.path,
    OVN_NB_DB: `unix:${socket}`,
    OVN_SB_DB: `unix:${socket}`,
  }
  const run = async (file: string, ...args: readonly string[]): Promise<string> =>
    (await execa(file, args, { env, stdin: 'ignore' })).stdout

  const schemas = ['ovn-nb', 'ovn-sb']
  for (const schema of schemas)
    await run('ovsdb-tool', 'create', directory.file(`${schema}.db`), schemaFile(schema))
  const databases = schemas.map((schema) => directory.file(`${schema}.db`))
  await startDaemon(
    owner,
    { command: [daemonFile('ovsdb-server')], name: 'ovsdb-server' },
    [`--remote=punix:${socket}`, ...databases],
    env,
  )
  await startDaemon(owner, program('ovn-northd'), [], env)
  const nbctl: Run = (...args) => run('ovn-nbctl', `--timeout=${patienceSeconds}`, ...args)
  return {
    southbound: env.OVN_SB_DB,
    nbctl,
    addVtepPort: async (network, port, physicalSwitch, logicalSwitch) => {
      const options = [`vtep-physical-switch=${physicalSwitch}`, `vtep-logical-switch=${logicalSwitch}`]
      const setType = ['--', 'lsp-set-type', port, 'vtep', '--', 'lsp-set-options', port, ...options]
      await nbctl('lsp-add', network, port, ...setType, '--', 'lsp-set-addresses', port, 'unknown')
    },
    sbctl: (...args) => run('ovn-sbctl', `--timeout=${patienceSeconds}`, ...args),
  }
}

/** It knows no encapsulation but VXLAN; `peers` are the other tunnel IPs, in the /24 of its own. */
export async function startHypervisor(
  owner: Owner,
  ovn: Ovn,
  tunnelIp: string,
  peers: readonly string[],
): Promise<Hypervisor> {
  const ovs = await startOvs(owner)
  await createUnderlay(ovs, tunnelIp, peers)
  // ovn-controller would set fail_mode itself, and that empties the flow tables, maybe of what it has just written
  const bridge = ['datapath_type=dummy', 'fail_mode=secure']
  await ovs.vsctl('add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', ...bridge)
  const settings = [
    'system-id=hypervisor',
    `ovn-remote="${ovn.southbound}"`,
    'ovn-encap-type=vxlan',
    `ovn-encap-ip=${tunnelIp}`,
    'ovn-bridge-datapath-type=dummy',
  ]
  await ovs.vsctl('set', 'Open_vSwitch', '.', ...settings.map((setting) => `external_ids:${setting}`))
  await startDaemon(owner, program('ovn-controller'), [database(ovs)], chassisEnv(ovs))
  return {
    ...ovs,
    addMachine: async (network, port, addresses) => {
      await ovn.nbctl('lsp-add', network, port, '--', 'lsp-set-addresses', port, addresses)
      await addDummyPort(ovs, 'br-int', port)
      await ovs.vsctl('set', 'Interface', port, `external_ids:iface-id=${port}`)
      await ovn.nbctl('wait-until', 'Logical_Switch_Port', port, 'up=true')
    },
  }
}

/** Starts ovn-controller-vtep on the hardware_vtep database of `gateway`. */
export function startVtepController(owner: Owner, ovn: Ovn, gateway: Ovs): Promise<Daemon> {
  const args = [`--vtep-db=${database(gateway)}`, `--ovnsb-db=${ovn.southbound}`]
  return startDaemon(owner, program('ovn-controller-vtep'), args, chassisEnv(gateway))
}

function program(name: string): Program {
  return { command: [programFile(name)], name }
}

function database(ovs: Ovs): string {
  return `unix:${join(ovs.directory, 'db.sock')}`
}

function chassisEnv(ovs: Ovs): Environment {
  return { ...ovs.env, OVN_RUNDIR: ovs.directory }
}
