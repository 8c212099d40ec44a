import { closeSync, openSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** What fits into a sockaddr_un; Node cuts a longer path without a word. */
const MAX_PATH_BYTES = 107

/** A socket's path as the system call takes it; valid until closed. */
export interface SocketPath {
  readonly path: string
  close(): void
}

/**
 * `file`, by way of an open directory in /proc if it is too long, as Open vSwitch does it. Throws if the
 * directory is missing or the name alone is too long.
 */
export function socketPath(file: string): SocketPath {
  if (Buffer.byteLength(file) <= MAX_PATH_BYTES) return { path: file, close: () => undefined }
  const directory = openSync(dirname(file), 'r')
  const path = `/proc/self/fd/${directory}/${basename(file)}`
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    closeSync(directory)
    throw new Error(`${file}: socket name too long`)
  }
  return { path, close: () => closeSync(directory) }
}
