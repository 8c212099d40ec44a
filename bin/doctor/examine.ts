import { reasonOf } from '../../adapters/ovsdb/errors.js'
import { readMachine } from '../../adapters/machine/network.js'
import { packageVersion } from '../../adapters/package-version.js'
import { dbSocket, PROGRAM, rundir } from '../../adapters/paths.js'
import { runCommand } from '../../adapters/switch/run-command.js'
import { openflowVersion } from '../../lib/model/flow.js'
import { shellWords } from '../../lib/plan/command.js'
import { type DoctorFinding, fine, toDo, wrong } from '../../lib/doctor/finding.js'
import { portFindings, routeFindings, tunnelIpFindings } from '../../lib/doctor/machine.js'
import { managerFindings } from '../../lib/doctor/manager.js'
import { endPoints, legacyFindings, quarrelFindings, doctorRowFindings } from '../../lib/doctor/rows.js'
import { type ReachedBy, usable } from '../../lib/doctor/usable.js'
import { together } from '../../lib/compare/findings/sides.js'
import { ovsContents, vtepContents } from '../../lib/ingest/intake.js'
import type { Arguments } from '../daemon/asked.js'
import { probeOf } from '../daemon/check-usable.js'
import { commandOptions } from '../command-line/connection-options.js'
import { type Running, runningFor, whereLooked } from '../daemon/daemon-commands.js'
import { type ConnectedDatabase, connectOvs, connectVtep } from '../databases.js'
import { connected, versionOf } from '../diff/live.js'
import { journalFinding, socketFinding } from './permissions.js'
import { programFindings } from './programs.js'
import { predecessorOf } from './predecessor.js'
import { datapathOf, managersOf } from './questions.js'
import { mendingOf } from './schema.js'

const service = 'openvswitch-switch'
const vxlanPort = 4789

/** What keeps, or would keep, a daemon with these options from its work. Nothing is changed. */
export async function examine(options: Arguments): Promise<readonly DoctorFinding[]> {
  const { db, vtepDb, access, journal } = options
  const findings: DoctorFinding[] = [journalFinding(journal)]
  const ovs = await reach('Open_vSwitch', db, () => connectOvs(db, access), findings)
  const vtep = await reach('hardware_vtep', vtepDb, () => connectVtep(vtepDb, access), findings)
  try {
    const versions = ovs === null ? {} : await versionOf(ovs.database)
    findings.unshift(...(await programFindings(versions['Open vSwitch'] ?? null)))
    if (ovs !== null && vtep !== null) findings.push(...(await examineSwitch(options, vtep, ovs)))
    const running = await runningFor(options.physicalSwitch)
    findings.push(...quarrelsOf(running, options), daemonFinding(running, options))
  } finally {
    for (const one of [ovs, vtep]) await one?.database.session.close()
  }
  return findings
}

/** Whether a daemon does what is asked for. That none runs is not wrong: the doctor is asked before one is started, too. */
function daemonFinding(
  running: readonly Running[],
  { physicalSwitch, db, vtepDb }: Arguments,
): DoctorFinding {
  const name = JSON.stringify(physicalSwitch)
  const [first] = running
  if (first !== undefined) return fine('daemon', `${PROGRAM} runs for ${name} at ${first.socket}`)
  const options = [
    ...(db === dbSocket() ? [] : [`--db=${db}`]),
    ...(vtepDb === db ? [] : [`--vtep-db=${vtepDb}`]),
  ]
  const words = [...options, '--detach', '--pidfile', '--log-file', '--', physicalSwitch]
  return toDo(
    'daemon',
    `no ${PROGRAM} for ${name} answers in ${whereLooked()}: what the databases ask for is done when one runs`,
    shellWords(PROGRAM, ...words),
  )
}

/** What the daemon that works for the switch has to make again and again. */
function quarrelsOf(running: readonly Running[], { physicalSwitch }: Arguments): readonly DoctorFinding[] {
  const contested = running.flatMap((one) => (one.isStandby ? [] : one.contested))
  return contested.length === 0 ? [] : quarrelFindings(contested, predecessorOf(physicalSwitch))
}

/** Null, and why among the findings, where the database can't be read. */
async function reach(
  database: 'Open_vSwitch' | 'hardware_vtep',
  remote: string,
  connect: () => Promise<ConnectedDatabase>,
  findings: DoctorFinding[],
): Promise<ConnectedDatabase | null> {
  const [, socket] = /^unix:([^,]+)$/.exec(remote) ?? []
  const permission = socket === undefined ? null : socketFinding('ovsdb-server', socket, service)
  if (permission !== null && !findings.some(({ text }) => text === permission.text)) findings.push(permission)
  if (permission?.isWrong === true) return null
  try {
    const there = await connected(database, remote, connect())
    findings.push(
      fine('database', `${database} at ${remote} is there, with schema ${there.schemaVersion ?? 'unknown'}`),
    )
    if (there.missing.length > 0)
      findings.push(
        wrong(
          'schema',
          `${database} at ${remote}: ${there.missing.join('; ')}`,
          mendingOf(database).convert(remote),
        ),
      )
    return there
  } catch (error) {
    const reason = reasonOf(error)
    const { create, convert } = mendingOf(database)
    if (reason.includes('has no table')) findings.push(wrong('schema', reason, convert(remote)))
    else findings.push(wrong('database', reason, reason.includes('unknown database') ? create : null))
    return null
  }
}

async function examineSwitch(
  { physicalSwitch, db, vtepDb, access }: Arguments,
  vtep: ConnectedDatabase,
  ovs: ConnectedDatabase,
): Promise<readonly DoctorFinding[]> {
  const lead = (remote: string): readonly string[] =>
    remote === dbSocket() ? [] : [`--db=${remote}`, ...commandOptions(access)]
  const reached: ReachedBy = { ovs: lead(db), vtep: lead(vtepDb) }
  const needed = usable(physicalSwitch, vtep.contents.tables, ovs.contents.tables, reached)
  const hasBridge = needed.some(({ check, isWrong }) => check === 'bridge' && !isWrong)
  const { core } = together(
    packageVersion(),
    { physicalSwitch, macAgingSeconds: 300 },
    Date.now(),
    { intakes: [vtepContents(vtep.contents.tables)], memory: null },
    { intakes: [ovsContents(ovs.contents.tables)], memory: null },
  )
  const { own, remote } = endPoints(core)
  const machine =
    (await datapathOf(ovs.database, physicalSwitch)) === 'dummy' ? null : await readMachine(remote, vxlanPort)
  const found = [
    ...needed,
    ...(hasBridge ? await openflowFindings(physicalSwitch, needed) : []),
    ...(machine === null
      ? [fine('routes', 'the dummy datapath has no network of the machine')]
      : [
          ...tunnelIpFindings(physicalSwitch, own, machine, reached),
          ...routeFindings(remote, machine),
          ...portFindings(vxlanPort, machine),
        ]),
    ...managerFindings(await managersOf(vtep.database)),
    ...legacyFindings(core, predecessorOf(physicalSwitch), reached),
  ]
  return [...found, ...doctorRowFindings(core, found, reached)]
}

/** Whether ovs-vswitchd answers for the bridge. */
async function openflowFindings(
  bridge: string,
  needed: readonly DoctorFinding[],
): Promise<readonly DoctorFinding[]> {
  const socket = socketFinding('ovs-vswitchd', `${rundir()}/${bridge}.mgmt`, service)
  // what its protocols refuse is said already
  if (socket.isWrong || needed.some(({ check, isWrong }) => check === 'protocols' && isWrong)) return [socket]
  try {
    await runCommand(probeOf(bridge))
    return [socket, fine('bridge', `it answers with ${openflowVersion}`)]
  } catch (error) {
    return [socket, wrong('bridge', reasonOf(error), shellWords('systemctl', 'restart', service))]
  }
}
