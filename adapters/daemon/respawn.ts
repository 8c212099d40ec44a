import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { userEnvironment } from '../environment.js'
import { systemErrorText } from '../error-code.js'

/**
 * What a process of the daemon is for. `launcher`: the one a user started; `background`: the one that
 * `--detach` left behind, which works or monitors; `worker`: the one that works under `--monitor`.
 */
export type ProcessRole = 'launcher' | 'background' | 'worker'

const VARIABLE = 'OVS_VTEP_ROLE'
const role = takeRole()

/** The role of this process. */
export function ownRole(): ProcessRole {
  return role
}

/** Starts this program once more with the same arguments, in the role `as`. A text: why it can't be started, for want of memory say. */
export function respawn(as: Exclude<ProcessRole, 'launcher'>, options: SpawnOptions): ChildProcess | string {
  const env = userEnvironment({ [VARIABLE]: as })
  try {
    return spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { ...options, env })
  } catch (error) {
    return `${process.execPath} can't be started: ${systemErrorText(error)}`
  }
}

/** Programs that we start must not take our role for theirs, so it leaves the environment. */
function takeRole(): ProcessRole {
  const value = process.env[VARIABLE]
  Reflect.deleteProperty(process.env, VARIABLE)
  return value === 'background' || value === 'worker' ? value : 'launcher'
}
