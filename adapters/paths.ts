import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { isPlainBridge } from '../lib/plan/command.js'

/** Name of the daemon in its pidfile, control socket, log file and messages. */
export const PROGRAM = 'ovs-vtep'

export const usualRundir = '/var/run/openvswitch'

/** Directory of sockets and pidfiles: OVS_RUNDIR or the system's. */
export function rundir(): string {
  return directory('OVS_RUNDIR', usualRundir)
}

/** Directory of log files: OVS_LOGDIR or the system's. */
export function logdir(): string {
  return directory('OVS_LOGDIR', '/var/log/openvswitch')
}

/** Where one ovsdb-server serves both databases unless told otherwise, as an OVSDB connection method. */
export function dbSocket(): string {
  return `unix:${join(rundir(), 'db.sock')}`
}

/** Where `ovs-appctl -t PROGRAM` looks for the process `pid`. */
export function controlSocket(pid: number, program = PROGRAM): string {
  return join(rundir(), `${program}.${pid}.ctl`)
}

/** Where `ovs-appctl -t PROGRAM` looks for the pid. */
export function defaultPidfile(program = PROGRAM): string {
  return join(rundir(), `${program}.pid`)
}

export function defaultLogFile(program = PROGRAM): string {
  return join(logdir(), `${program}.log`)
}

/**
 * What ovs-ofctl is to connect to for a bridge: its name, or its socket where the name could be taken for an
 * option, a connection method or a file.
 */
export function bridgeTarget(bridge: string, directory = rundir()): string {
  return isPlainBridge(bridge) ? bridge : `unix:${join(directory, `${bridge}.mgmt`)}`
}

/** `file` where OVS daemons look for a pidfile or socket: a relative one is in the rundir. */
export function inRundir(file: string): string {
  return resolve(rundir(), file)
}

/** The journal of one physical switch: `vtep/<PS>.journal` under OVS_DBDIR or the system's state directory. */
export function journalFile(physicalSwitch: string): string {
  return join(directory('OVS_DBDIR', '/var/lib/openvswitch'), 'vtep', `${fileName(physicalSwitch)}.journal`)
}

function directory(variable: string, fallback: string): string {
  const value = process.env[variable]
  return value === undefined || value === '' ? fallback : value
}

/** What leaves room for endings, SQLite's own among them, in the 255 bytes of a file name. */
const longestFileName = 200

/**
 * `name` with every byte outside `A-Z a-z 0-9 _ . -` as %XX: one path component, undone by decodeURIComponent.
 * Of one that gets too long the beginning, and a digest that tells it from others.
 */
function fileName(name: string): string {
  const escape = (byte: string): string =>
    `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  const escaped = Buffer.from(name)
    .toString('latin1')
    .replace(/[^\w.-]/g, escape)
  if (escaped.length <= longestFileName) return escaped
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32)
  return `${escaped.slice(0, longestFileName - digest.length)}~${digest}`
}
