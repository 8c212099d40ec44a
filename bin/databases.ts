import { existsSync } from 'node:fs'
import { BehaviorSubject, filter, firstValueFrom, type Observable, take } from 'rxjs'
import { bootstrapCa } from '../adapters/ovsdb/bootstrap-ca.js'
import { reasonOf } from '../adapters/ovsdb/errors.js'
import { held } from '../adapters/ovsdb/held.js'
import { intakeOf } from '../adapters/ovsdb/intake.js'
import { parseRemotes, printRemote, type Remote } from '../adapters/ovsdb/remote.js'
import { type OvsdbSession, openSession } from '../adapters/ovsdb/session.js'
import type { Contents, Disconnected, SessionEvent } from '../adapters/ovsdb/session-event.js'
import type { TlsFiles } from '../adapters/ovsdb/tls.js'
import { vlog } from '../adapters/vlog/vlog.js'
import type { Intake } from '../lib/ingest/intake.js'
import { hardwareVtep } from '../lib/schema/hardware-vtep.js'
import { laterTables, lostFeatures } from '../lib/schema/older.js'
import { openVSwitch } from '../lib/schema/open-vswitch.js'
import type { Since, Table } from '../lib/schema/table.js'
import type { Access } from './command-line/connection-options.js'

/** A database that is connected and has shown its contents once. */
export interface LiveDatabase {
  readonly session: OvsdbSession
  /** Everything it said and says, from the first contents on. For one subscriber. */
  readonly intake$: Observable<Intake>
  /** Whether the lock is held that was asked for; false where none was. */
  readonly isHeld$: BehaviorSubject<boolean>
}

/** Those of one switch. */
export interface Databases {
  readonly vtep: LiveDatabase
  readonly ovs: LiveDatabase
}

/** Ends both sessions. Never rejects. */
export async function close({ vtep, ovs }: Databases): Promise<void> {
  await Promise.all([vtep.session.close(), ovs.session.close()])
}

/** A database, and what it showed: as large as all its tables, so not to be kept. */
export interface ConnectedDatabase {
  readonly database: LiveDatabase
  readonly contents: Contents
  /** Of its schema; null: it carries none. */
  readonly schemaVersion: string | null
  /** What its schema is too old for, see `lostFeatures`. */
  readonly missing: readonly string[]
}

/**
 * Throws an Error that names the database and its remote when the first connection fails. `isPatient`: a cluster that has no
 * leader now is waited for, as every Open vSwitch daemon does. `meanwhile` is done while a server makes up the contents, which
 * takes long where they are large.
 */
export function connectVtep(
  remote: string,
  access: Access,
  isPatient = false,
  meanwhile?: () => void,
): Promise<ConnectedDatabase> {
  return connect('vtep', 'hardware_vtep', hardwareVtep, remote, access, {
    isPatient,
    ...(meanwhile && { meanwhile }),
  })
}

/** As connectVtep. `lock`: to be waited for, and held while connected; null for none. */
export function connectOvs(
  remote: string,
  access: Access,
  lock: string | null = null,
): Promise<ConnectedDatabase> {
  return connect('ovs', 'Open_vSwitch', openVSwitch, remote, access, { lock })
}

type Declared = Pick<Table, 'columns'> & { readonly since?: Readonly<Record<string, Since | undefined>> }

interface Course {
  readonly lock?: string | null
  readonly isPatient?: boolean
  readonly meanwhile?: () => void
}

async function connect(
  source: 'vtep' | 'ovs',
  database: string,
  declared: Readonly<Record<string, Declared>>,
  remote: string,
  access: Access,
  { lock = null, isPatient = false, meanwhile }: Course,
): Promise<ConnectedDatabase> {
  const tables = Object.fromEntries(
    Object.entries(declared).map(([table, { columns }]) => [table, Object.keys(columns)]),
  )
  const remotes = parseRemotes(remote)
  await fetchCa(remotes, access.tls).catch((error: unknown) => {
    throw new Error(`${database} at ${remote}: ${reasonOf(error)}`)
  })
  const session = openSession({
    remotes,
    database,
    tables,
    tablesThatMayLack: laterTables(declared),
    ...access,
    ...(lock !== null && { lock }),
  })
  const isHeld$ = new BehaviorSubject(false)
  const log = vlog.module('ovsdb')
  let schemaVersion: string | null = null
  let missing: readonly string[] = []
  let isThere = false
  session.events$.subscribe((event) => {
    if (event.kind === 'LockChanged') isHeld$.next(event.isHeld)
    if (event.kind === 'Connected') schemaVersion = event.schema.version
    if (event.kind === 'Connected') missing = lostFeatures(declared, event.missing)
    if (event.kind === 'Connected') log.info(`${database} at ${printRemote(event.remote)}: connected`)
    if (event.kind === 'Connected') for (const line of missing) log.warn(`${database} at ${remote}: ${line}`)
    if (event.kind === 'Disconnected') {
      // that what was there is lost is warned of by whoever it is lost to, with what it means
      log[isThere ? 'info' : 'warn'](`${database} at ${remote}: ${event.reason}`)
      isThere = false
    }
    if (event.kind === 'Contents' || event.kind === 'Updated') isThere = true
  })
  const asked$ = session.events$.pipe(filter(({ kind }) => kind === 'Connected'))
  // they are asked for when that has been said
  if (meanwhile !== undefined) asked$.pipe(take(1)).subscribe(() => setImmediate(meanwhile))
  const events$ = held(session.events$)
  const first = await firstValueFrom(session.events$.pipe(filter(isDecisive(isPatient))))
  if (first.kind === 'Contents')
    return {
      database: { session, intake$: intakeOf(source, session, events$), isHeld$ },
      contents: first,
      schemaVersion,
      missing,
    }
  await session.close()
  throw new Error(`${database} at ${remote}: ${first.reason}`)
}

/** From the first server that is reached. */
async function fetchCa(remotes: readonly Remote[], tls: TlsFiles): Promise<void> {
  const isDue = tls.isBootstrap && tls.caCert !== null && !existsSync(tls.caCert)
  const servers = isDue ? remotes.filter(({ kind }) => kind === 'ssl') : []
  const failures: string[] = []
  for (const server of servers) {
    try {
      await bootstrapCa(server, tls)
      vlog
        .module('ovsdb')
        .warn(`${tls.caCert ?? ''}: fetched from ${printRemote(server)}, trusted from now on`)
      return
    } catch (error) {
      failures.push(reasonOf(error))
    }
  }
  if (failures.length > 0) throw new Error(failures.join('; '))
}

function isDecisive(isPatient: boolean) {
  return (event: SessionEvent): event is Contents | Disconnected =>
    event.kind === 'Contents' || (event.kind === 'Disconnected' && !(isPatient && event.isPassing))
}
