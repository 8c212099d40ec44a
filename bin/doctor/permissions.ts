import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { hasCode } from '../../adapters/error-code.js'
import { type DoctorFinding, fine, wrong } from '../../lib/doctor/finding.js'
import { shellWords } from '../../lib/plan/command.js'

/** Whether `socket` of Open vSwitch's is there and may be connected to. The group that is let in is ours. */
export function socketFinding(what: string, socket: string, service: string): DoctorFinding {
  const group = String(process.getgid?.() ?? 0)
  const letIn = (file: string, mode: string): string =>
    `${shellWords('chgrp', group, file)} && ${shellWords('chmod', mode, file)}`
  const directory = dirname(socket)
  if (existsSync(directory) && !may(directory, constants.X_OK))
    return wrong('permissions', `${directory}: not for ${user()}`, letIn(directory, 'g+rx'))
  try {
    statSync(socket)
  } catch (error) {
    const reason = hasCode(error, 'ENOENT') ? 'is not there' : String(error)
    return wrong(
      'permissions',
      `${socket} ${reason}: ${what} does not run`,
      shellWords('systemctl', 'start', service),
    )
  }
  if (may(socket, constants.R_OK | constants.W_OK)) return fine('permissions', `${socket} lets ${user()} in`)
  return wrong(
    'permissions',
    `${socket} does not let ${user()} in; until Open vSwitch starts again this does, see "Install it as a service"`,
    letIn(socket, 'g+rw'),
  )
}

/** Whether the directory of the journal can be written, or made. */
export function journalFinding(journal: string): DoctorFinding {
  const directory = dirname(journal)
  let existing = directory
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing)
  if (may(existing, constants.W_OK | constants.X_OK))
    return fine('permissions', `${directory} can be written`)
  const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const words = ['-d', '-o', String(uid), '-g', String(gid), '-m', '750', directory]
  return wrong(
    'permissions',
    `${directory}: ${user()} can not write a journal there`,
    shellWords('install', ...words),
  )
}

function may(file: string, mode: number): boolean {
  try {
    accessSync(file, mode)
    return true
  } catch {
    return false
  }
}

function user(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${String(process.getuid?.())}`
  }
}
