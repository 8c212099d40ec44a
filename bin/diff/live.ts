import { setTimeout } from 'node:timers/promises'
import { reasonOf } from '../../adapters/ovsdb/errors.js'
import { dumpFlows } from '../../adapters/switch/run-command.js'
import { flowDump, ovsContents, vtepContents } from '../../lib/ingest/intake.js'
import type { Access } from '../command-line/connection-options.js'
import { type ConnectedDatabase, connectOvs, connectVtep, type LiveDatabase } from '../databases.js'
import { TroubleError } from '../command-line/trouble-error.js'
import type { DiffSource } from './source.js'

/** So long a server may take to show a database. */
const patienceMs = 10_000

/** hardware_vtep as a server says it is. Nothing is written. Throws TroubleError that names the remote. */
export async function liveDesired(remote: string, access: Access): Promise<DiffSource> {
  const { database, contents, schemaVersion } = await connected(
    'hardware_vtep',
    remote,
    connectVtep(remote, access),
  )
  await database.session.close()
  return {
    side: { intakes: [vtepContents(contents.tables)], memory: null },
    name: `hardware_vtep at ${remote}`,
    settings: null,
    untold: null,
    versions: schemaVersion === null ? {} : { hardware_vtep: schemaVersion },
  }
}

/** The switch as it is: its database, and the flow tables of its bridge. Nothing is written. Throws TroubleError. */
export async function liveActual(bridge: string, remote: string, access: Access): Promise<DiffSource> {
  const { database, contents, schemaVersion } = await connected(
    'Open_vSwitch',
    remote,
    connectOvs(remote, access),
  )
  try {
    const version = await versionOf(database)
    const isThere = Object.values(contents.tables['Bridge'] ?? {}).some(({ name }) => name === bridge)
    if (!isThere) throw new TroubleError(`Open_vSwitch at ${remote}: no bridge ${JSON.stringify(bridge)}`)
    const flows = await dumpFlows(bridge)
    return {
      side: { intakes: [ovsContents(contents.tables), flowDump(flows)], memory: null },
      name: `the switch ${bridge}`,
      settings: null,
      untold: null,
      versions: { ...version, ...(schemaVersion === null ? {} : { Open_vSwitch: schemaVersion }) },
    }
  } catch (error) {
    throw new TroubleError(reasonOf(error))
  } finally {
    await database.session.close()
  }
}

/** The database, as soon as its server has shown it. Throws TroubleError. */
export async function connected(
  name: string,
  remote: string,
  connecting: Promise<ConnectedDatabase>,
): Promise<ConnectedDatabase> {
  const patience = new AbortController()
  const tooLate = setTimeout(patienceMs, undefined, { signal: patience.signal }).then(() => {
    throw new Error(`${name} at ${remote}: no answer within ${patienceMs / 1000} s`)
  })
  try {
    return await Promise.race([connecting, tooLate])
  } catch (error) {
    throw new TroubleError(reasonOf(error))
  } finally {
    patience.abort()
    tooLate.catch(() => undefined)
  }
}

/** Asked for, and not followed: no plan depends on it. */
export async function versionOf({ session }: LiveDatabase): Promise<Readonly<Record<string, string>>> {
  const select = { op: 'select', table: 'Open_vSwitch', where: [], columns: ['ovs_version'] }
  const [result] = await session.transact([select])
  const version = JSON.stringify(result).match(/"ovs_version":"([^"]+)"/)?.[1]
  return version === undefined ? {} : { 'Open vSwitch': version }
}
