import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TearingDown {
  teardown(step: () => unknown): void
}

/** A directory short enough for unix sockets, gone after the test. */
export function temporaryDirectory(t: TearingDown): string {
  const directory = mkdtempSync(join(tmpdir(), 'ovsdb-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
