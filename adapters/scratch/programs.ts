import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A scratch switch that can't be had; one line. */
export class ScratchError extends Error {
  override readonly name = 'ScratchError'
}

/** Where daemons are that are not on the PATH of ordinary users, and schemas, as packages have them and as `make install` does. */
const daemonDirectories = ['/usr/sbin', '/usr/local/sbin']
const schemaDirectories = ['/usr/share/openvswitch', '/usr/local/share/openvswitch']

/** A program of Open vSwitch's. Throws ScratchError where there is none. */
export function programFile(name: string): string {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '')
  return found(name, [...path, ...daemonDirectories])
}

/** One of the schemas that are installed with it. Throws ScratchError. */
export function schemaFile(name: string): string {
  const own = process.env['OVS_PKGDATADIR']
  return found(name, own === undefined || own === '' ? schemaDirectories : [own])
}

function found(name: string, directories: readonly string[]): string {
  const file = directories.map((directory) => join(directory, name)).find((path) => existsSync(path))
  if (file !== undefined) return file
  throw new ScratchError(
    `a scratch switch needs ${name} of Open vSwitch: not found in ${directories.join(', ')}`,
  )
}
